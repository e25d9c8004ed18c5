using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>Some examples as they enter the model, with their targets, and how their numbers are spread.</summary>
internal static class ExampleSheet
{
    private const int Channels = 16;

    public static IEnumerable<Exhibit> Of(Trial trial, nn.Module model)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Batch batch = trial.Batch;
        Tensors entering = Entering(trial, batch);
        long size = batch.Size;
        IReadOnlyList<string> captions = TargetWords.Captions(batch);
        yield return new("Examples just before the net", $"The first batch as it enters `{model.GetType().Name}`, after all that is done to it before. Is each what its label says? Nothing cut off, mirrored, black or all alike?")
        {
            Sheets = [.. InputPictures.Sheets(entering, size, captions)],
            Notes = [.. InputPictures.Words(entering, size, captions)],
        };
        Histograms[] spread = [.. Enumerable.Range(0, entering.Count).Select(i => Spread(entering.NameOf(i, "input"), entering[i])).Concat(Enumerable.Range(0, batch.Targets.Count).Select(i => Spread(batch.Targets.NameOf(i, "target"), batch.Targets[i]))).OfType<Histograms>()];
        if (spread.Length > 0)
            yield return new("How the data is spread", "The numbers of the first batch: about unit size, centred, without a tail that outweighs the rest. A spike at either end is clipping or filling.") { Histograms = spread };
    }

    /// <summary>The histogram of each channel of a tensor of numbers; null where it is none.</summary>
    public static Histograms? Spread(string name, Tensor values)
    {
        if (!values.is_floating_point() || values.dim() == 0 || values.numel() == 0) return null;
        using var scope = NewDisposeScope();
        bool byChannel = values.dim() is 2 or 4 && values.shape[1] is > 1 and <= Channels;
        (string, Tensor)[] rows = byChannel
            ? [.. Enumerable.Range(0, (int)values.shape[1]).Select(channel => ($"{(values.dim() == 2 ? "column" : "channel")} {Numbers.Text(channel)}", values.select(1, channel)))]
            : [("", values)];
        return BinnedValues.Of(name, byChannel ? values.dim() == 2 ? "column" : "channel" : "", rows);
    }

    // What a Forward of the user's own makes of the batch is seen where the model is called.
    private static Tensors Entering(Trial trial, Batch batch)
    {
        Tensors? seen = null;
        using (trial.Evaluating())
        using (new ModuleHooks(trial.Model, (_, _, inputs) => seen ??= inputs.Select(input => input.detach().clone()), (_, _, _) => { }, itselfAlone: true))
            trial.Forward(batch.Inputs);
        return seen is { Count: > 0 } ? seen : batch.Inputs;
    }
}
