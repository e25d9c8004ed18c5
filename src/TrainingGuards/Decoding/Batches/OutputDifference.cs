using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How far the outputs of two passes are apart.</summary>
internal static class OutputDifference
{
    /// <summary>The largest difference for each example, over all outputs that count examples, and for each output that does not; exactly 0 where equal to the bit.</summary>
    public static IReadOnlyList<Reading> Readings(Tensors first, Tensors second, int examples)
    {
        using var scope = NewDisposeScope();
        var readings = new List<Reading>();
        double[]? rows = null;
        for (int k = 0; k < first.Count; k++)
        {
            if (k >= second.Count || !first[k].shape.AsSpan().SequenceEqual(second[k].shape))
            {
                readings.Add(new(double.NaN, first.NameOf(k, "output")));
                continue;
            }
            bool counts = ExampleLeaks.CountsExamples(first[k], examples);
            double[] apart = Largest(first[k], second[k], counts ? examples : 1);
            if (counts) rows = rows is null ? apart : [.. rows.Zip(apart, (a, b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b))];
            else readings.Add(new(apart[0], first.NameOf(k, "output")));
        }
        return [.. (rows ?? []).Select((apart, i) => new Reading(apart, $"for example {Numbers.Text(i)}")), .. readings];
    }

    /// <summary>How far the outputs of the examples in one pass are apart; NaN where no output counts examples.</summary>
    public static double Spread(Tensors outputs, int examples)
    {
        using var scope = NewDisposeScope();
        double[] spreads = [.. outputs.Where(output => ExampleLeaks.CountsExamples(output, examples)).Select(output =>
        {
            Tensor rows = output.detach().to(ScalarType.Float64).reshape(examples, -1);
            return (rows - rows.narrow(0, 0, 1)).abs().max().ToDouble();
        })];
        return spreads.Length == 0 ? double.NaN : spreads.Max();
    }

    // Where both are NaN or the same infinity they are equal, though their difference is NaN.
    private static double[] Largest(Tensor first, Tensor second, int rows)
    {
        if (TensorBits.Same(first, second)) return new double[rows];
        Tensor a = first.detach().to(ScalarType.Float64), b = second.detach().to(ScalarType.Float64);
        Tensor same = a.eq(b).logical_or(a.isnan().logical_and(b.isnan()));
        return HostNumbers.Of((a - b).abs().masked_fill(same, 0).reshape(rows, -1).amax([1L]));
    }
}
