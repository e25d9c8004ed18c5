using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Where in an output the examples lie: along a dimension, or along a part of the first one, which holds several rows for each.</summary>
/// <param name="Dimension">The dimension; −1 where the output has no examples.</param>
/// <param name="Rows">How many rows of that dimension each example has.</param>
/// <param name="RowsFirst">Whether the rows run slower than the examples, as in [time · batch, …].</param>
internal sealed record ExampleAxis(int Dimension, long Rows = 1, bool RowsFirst = false)
{
    // Forward passes of examples in another order differ by rounding.
    private const double Rounding = 1e-3;

    /// <summary>The axis of each output; null where it cannot be told. Where it is not the first dimension alone, a second pass with the examples in another order tells.</summary>
    public static IReadOnlyList<ExampleAxis>? Of(Trial trial, Batch batch, Tensors outputs)
    {
        long n = batch.Size;
        ExampleAxis[][] candidates = [.. outputs.Select(output => Candidates(output, n))];
        if (candidates.All(own => own.Length == 1)) return [.. candidates.Select(own => own[0])];
        long[] order = [.. Enumerable.Range(1, (int)n).Select(i => i % n)];
        Tensors moved = trial.Forward(batch.At(order).Inputs);
        var axes = new List<ExampleAxis>();
        for (int k = 0; k < outputs.Count; k++)
        {
            ExampleAxis? found = candidates[k].Length == 1 ? candidates[k][0] : candidates[k].FirstOrDefault(axis => Same(axis.Take(outputs[k], order, n), moved[k]));
            if (found is null) return null;
            axes.Add(found);
        }
        return axes;
    }

    /// <summary>The output of the given examples.</summary>
    public Tensor Take(Tensor output, long[] examples, long size)
    {
        if (Dimension < 0) return output;
        using Tensor index = tensor(examples, device: output.device);
        if (Rows == 1) return output.index_select(Dimension, index);
        long[] rest = output.shape[1..];
        return RowsFirst
            ? output.reshape([Rows, size, .. rest]).index_select(1, index).reshape([-1, .. rest])
            : output.reshape([size, Rows, .. rest]).index_select(0, index).reshape([-1, .. rest]);
    }

    private static ExampleAxis[] Candidates(Tensor output, long n)
    {
        if (output.dim() == 0) return [new(-1)];
        long[] shape = output.shape;
        ExampleAxis[] along = [.. Enumerable.Range(0, shape.Length).Where(d => shape[d] == n).Select(d => new ExampleAxis(d))];
        if (along.Length == 1 && along[0].Dimension == 0) return along;
        bool several = shape[0] > n && shape[0] % n == 0;
        return [.. along, .. several ? [new(0, shape[0] / n), new(0, shape[0] / n, RowsFirst: true)] : Array.Empty<ExampleAxis>(), new(-1)];
    }

    private static bool Same(Tensor a, Tensor b)
    {
        if (!a.shape.AsSpan().SequenceEqual(b.shape)) return false;
        using var scope = NewDisposeScope();
        Tensor x = a.detach().to(ScalarType.Float64), y = b.detach().to(ScalarType.Float64);
        return (x - y).abs().max().ToDouble() <= Rounding * x.std(unbiased: false).ToDouble() + 1e-12;
    }
}
