using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Resizing of the spatial dimensions, one after another, each a weighted sum of a few values of the input.</summary>
internal static class Interpolation
{
    public static Tensor Resize(Tensor input, long[]? size, double[]? scale, InterpolationMode mode, bool? alignCorners, bool recompute)
    {
        int dimensions = (int)input.dim() - 2;
        if (dimensions is < 1 or > 3) throw new ExternalException($"Interpolation takes 3, 4 or 5 dimensions, not {input.dim()}.");
        if ((size is null) == (scale is null)) throw new ExternalException("Either size or scale_factor is given, not both and not neither.");
        bool isNearest = mode is InterpolationMode.Nearest or InterpolationMode.NearestExact or InterpolationMode.Area;
        if (isNearest && alignCorners is not null)
            throw new ExternalException($"align_corners is of modes that interpolate, which {mode} does not.");
        int expected = mode switch { InterpolationMode.Linear => 1, InterpolationMode.Bilinear or InterpolationMode.Bicubic => 2, InterpolationMode.Trilinear => 3, _ => dimensions };
        if (expected != dimensions) throw new ExternalException($"{mode} interpolation takes {expected + 2} dimensions, not {input.dim()}.");
        if ((size?.Length ?? scale!.Length) != dimensions)
            throw new ExternalException($"{(size is null ? "scale_factor" : "size")} has {dimensions} numbers, one for each dimension after the channels, not {size?.Length ?? scale!.Length}.");

        long[] output = [.. Enumerable.Range(0, dimensions).Select(d => size?[d] ?? (long)Math.Floor(input.shape[d + 2] * scale![d]))];
        return Op.Composed(input, input =>
        {
            if (mode == InterpolationMode.Area) return Pool.Average(PoolGeometry.Adaptive("interpolate", dimensions, input.shape, output), input);
            Tensor result = input.alias();
            for (int d = 0; d < dimensions; d++)
            {
                double step = scale is null || recompute ? (double)input.shape[d + 2] / output[d] : 1 / scale[d];
                result = Along(result, d + 2, Sources(input.shape[d + 2], output[d], step, mode, alignCorners ?? false));
            }
            return result;
        });
    }

    static Tensor Along(Tensor input, int dim, List<(long[] Index, double[] Weight)> sources)
    {
        Tensor? sum = null;
        foreach (var (index, weight) in sources)
        {
            Tensor part = input.index_select(dim, Pointwise.Of<long>(index, [index.Length], input.device));
            if (sources.Count > 1)
                part *= Pointwise.Of<double>(weight, [weight.Length], input.device).to_type(input.dtype).reshape([-1, .. Enumerable.Repeat(1L, (int)input.dim() - dim - 1)]);
            sum = sum is null ? part : sum + part;
        }
        return sum!;
    }

    /// <summary>For each output position the input positions that it is made of, and how much of each.</summary>
    static List<(long[] Index, double[] Weight)> Sources(long input, long output, double step, InterpolationMode mode, bool alignCorners)
    {
        int taps = mode switch { InterpolationMode.Nearest or InterpolationMode.NearestExact => 1, InterpolationMode.Bicubic => 4, _ => 2 };
        var sources = Enumerable.Range(0, taps).Select(_ => (Index: new long[output], Weight: new double[output])).ToList();
        for (long o = 0; o < output; o++)
        {
            if (taps == 1)
            {
                double nearest = mode == InterpolationMode.Nearest ? o * step : (o + 0.5) * step;
                sources[0].Index[o] = Math.Min((long)Math.Floor(nearest), input - 1);
                continue;
            }
            double place = alignCorners ? (output > 1 ? o * (double)(input - 1) / (output - 1) : 0) : ((o + 0.5) * step) - 0.5;
            if (taps == 2) place = Math.Max(0, place);
            long first = (long)Math.Floor(place);
            double rest = place - first;
            double[] weights = taps == 2 ? [1 - rest, rest] : [Cubic(1 + rest), Cubic(rest), Cubic(1 - rest), Cubic(2 - rest)];
            for (int tap = 0; tap < taps; tap++)
            {
                sources[tap].Index[o] = Math.Clamp(first + tap - (taps == 4 ? 1 : 0), 0, input - 1);
                sources[tap].Weight[o] = weights[tap];
            }
        }
        return sources;
    }

    // Keys's kernel with a = −0.75, which torch uses.
    static double Cubic(double distance)
    {
        const double A = -0.75;
        return distance <= 1
            ? ((((A + 2) * distance) - (A + 3)) * distance * distance) + 1
            : (((((distance - 5) * distance) + 8) * distance) - 4) * A;
    }
}
