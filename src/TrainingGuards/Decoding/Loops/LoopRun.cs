using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What a function and its loop give for the same inputs.</summary>
/// <param name="Sizes">The sizes of the inputs.</param>
/// <param name="Vectorized">What the function gives; null where it throws.</param>
/// <param name="Looped">What the loop gives.</param>
/// <param name="Thrown">What the function throws.</param>
/// <param name="Difference">The largest difference, relative to the root mean square of the loop's; NaN where they cannot be compared.</param>
/// <param name="At">Where, or why they cannot be compared; empty where they are the same.</param>
internal sealed record LoopRun(IReadOnlyDictionary<string, long> Sizes, Tensors? Vectorized, Tensors Looped, Exception? Thrown, double Difference, string At)
{
    public Reading Reading => new(Difference, (Sizes.Count == 0 ? "" : $"with {FreeSizes.Text(Sizes)}") + (At.Length == 0 ? "" : $"{(Sizes.Count == 0 ? "" : ", ")}{At}"));

    /// <summary>The root mean square of what the loop gives.</summary>
    public double Size => Looped.Where(tensor => tensor.numel() > 0).Select(Rms).DefaultIfEmpty(0).Max();

    /// <summary>Both, from one seed, each on copies of its own; in an open scope.</summary>
    public static LoopRun Of(IReadOnlyDictionary<string, long> sizes, Tensors inputs, Func<Tensors, Tensors> vectorized, Func<Tensors, Tensors> looped, double tolerance, long seed)
    {
        Tensors Call(Func<Tensors, Tensors> function)
        {
            manual_seed(seed);
            return function(inputs.Select(input => input.clone()));
        }
        Tensors loop = Call(looped);
        Tensors fast;
        try
        {
            fast = Call(vectorized);
        }
#pragma warning disable CA1031 // That the function throws where its loop does not is a reading like any other.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new(sizes, null, loop, failure, double.NaN, $"where it throws {failure.GetType().Name}");
        }
        (double difference, string at) = Compare(fast, loop, tolerance);
        return new(sizes, fast, loop, null, difference, at);
    }

    private static (double, string) Compare(Tensors fast, Tensors loop, double tolerance)
    {
        if (fast.Count != loop.Count) return (double.NaN, $"where it gives {Numbers.Text(fast.Count)} tensors and the loop {Numbers.Text(loop.Count)}");
        double largest = 0;
        string where = "";
        for (int k = 0; k < fast.Count; k++)
        {
            string name = fast.Count == 1 ? "" : $"{loop.NameOf(k, "result")} ";
            if (!fast[k].shape.AsSpan().SequenceEqual(loop[k].shape)) return (double.NaN, $"where {name}it has the shape {ShapeText.Of(fast[k])} and the loop's {ShapeText.Of(loop[k])}");
            if (fast[k].numel() == 0 || TensorBits.Same(fast[k], loop[k])) continue;
            Tensor a = fast[k].detach().to(ScalarType.Float64), b = loop[k].detach().to(ScalarType.Float64);
            double size = Rms(loop[k]) is > 0 and < double.PositiveInfinity and var rms ? rms : 1;
            Tensor same = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));
            Tensor apart = (a - b).abs().masked_fill(same, 0) / size;
            double most = apart.max().ToDouble();
            Tensor outside = apart.le(tolerance).logical_not().flatten();
            if (!(most > largest) && !double.IsNaN(most)) continue;
            largest = double.IsNaN(most) ? double.NaN : most;
            if (!outside.any().ToBoolean()) continue;
            long first = outside.to(ScalarType.Int32).argmax().ToInt64();
            where = $"first at {name}[{string.Join(", ", Position(first, loop[k].shape).Select(at => Numbers.Text(at)))}]: {Numbers.Text(a.flatten()[first].ToDouble())} for {Numbers.Text(b.flatten()[first].ToDouble())}";
            if (double.IsNaN(largest)) break;
        }
        return (largest, where);
    }

    private static long[] Position(long flat, long[] shape)
    {
        var at = new long[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            at[d] = flat % shape[d];
            flat /= shape[d];
        }
        return at;
    }

    private static double Rms(Tensor tensor) => tensor.detach().to(ScalarType.Float64).square().mean().sqrt().ToDouble();
}
