using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How often numbers were predicted as about which: labels down, predictions across, both in the same equal bins.</summary>
internal static class NumberConfusion
{
    private const int Bins = 16;

    /// <summary>Null where no pair is finite, or the shapes differ. Only the counts and the two ends are copied to the host.</summary>
    public static Matrix? Of(Tensor output, Tensor target)
    {
        if (output.numel() != target.numel() || output.numel() == 0) return null;
        using var scope = NewDisposeScope();
        Tensor predicted = output.detach().to(ScalarType.Float64).flatten(), wanted = target.detach().to(ScalarType.Float64).flatten();
        Tensor finite = predicted.isfinite().logical_and(wanted.isfinite());
        (predicted, wanted) = (predicted.masked_select(finite), wanted.masked_select(finite));
        if (wanted.numel() == 0) return null;
        double[] ends = HostNumbers.Of(stack([predicted.min().minimum(wanted.min()), predicted.max().maximum(wanted.max())]));
        double low = ends[0], width = (ends[1] - ends[0]) / Bins;
        if (!(width > 0)) return null;
        Tensor Bin(Tensor values) => ((values - low) / width).floor().clamp(0, Bins - 1).to(ScalarType.Int64);
        Tensor counts = Confusion.Counts((Bin(wanted) * Bins) + Bin(predicted), Bins);
        string[] names = [.. Enumerable.Range(0, Bins).Select(bin => Numbers.Text(low + ((bin + 0.5) * width)))];
        return new("numbers", "labels", "predictions", [.. HostNumbers.Of(counts).Chunk(Bins)]) { RowNames = names, ColumnNames = [.. names.Select((name, at) => at % 4 == 0 ? name : "")] };
    }
}
