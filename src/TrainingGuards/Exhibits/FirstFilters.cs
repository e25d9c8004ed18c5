using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>The weights of the first layer as pictures: each filter of a convolution, all units of a linear layer in one.</summary>
internal static class FirstFilters
{
    public static IEnumerable<Exhibit> Of(Trial trial, nn.Module model, bool isTrained)
    {
        if (CallOrder.Of(trial).Sorted(WeightedLayer.In(model)) is not [var layer, ..]) yield break;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor rows = layer.Weight.detach();
        string[] captions = [.. Enumerable.Range(0, ImageSheet.Most).Select(unit => $"unit {Numbers.Text(unit)}")];
        // A transposed convolution has its units second.
        if (rows.dim() > 2 && layer.Units != rows.shape[0]) rows = rows.transpose(0, 1);
        ImageSheet sheet = rows.dim() switch
        {
            3 => ImageSheet.Of(layer.WeightName, rows, captions, centred: true),
            4 when rows.shape[1] is 1 or 3 => ImageSheet.Of(layer.WeightName, rows, captions, centred: true),
            4 => Noted(ImageSheet.Of(layer.WeightName, rows.select(1, 0), captions, centred: true), $"channel 0 of {Numbers.Text(rows.shape[1])}"),
            5 => Noted(ImageSheet.Of(layer.WeightName, rows.select(2, rows.shape[2] / 2), captions, centred: true), "the middle slice"),
            _ => Noted(ImageSheet.Of(layer.WeightName, layer.Rows(rows).unsqueeze(0), ["all units"], centred: true), "a row is a unit, a column an input"),
        };
        yield return new("First-layer filters", isTrained
            ? $"The weights of `{layer.Path}` after training. Smooth, different filters have learnt; noise as at the start, or one filter many times, has not."
            : $"The weights of `{layer.Path}` at initialisation: noise without a pattern, of about one size.")
        {
            Sheets = [sheet],
            Histograms = BinnedValues.Of(layer.WeightName, "", [("", rows)]) is { } spread ? [spread] : [],
        };
    }

    private static ImageSheet Noted(ImageSheet sheet, string note) => sheet with { Note = sheet.Note.Length == 0 ? note : $"{note}; {sheet.Note}" };
}
