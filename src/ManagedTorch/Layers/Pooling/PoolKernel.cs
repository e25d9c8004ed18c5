using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Poolings over contiguous tensors, plane by plane.</summary>
internal static class PoolKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest value of each window and its place within the plane; a value that is not a number wins.</summary>
    public static void Max(PoolGeometry g, Tensor input, Tensor values, Tensor indices) => EachPlane(g, plane =>
    {
        ReadOnlySpan<T> source = input.Flat<T>().Slice(plane * g.InputPlane, g.InputPlane);
        Span<T> largest = values.Flat<T>().Slice(plane * g.OutputPlane, g.OutputPlane);
        Span<long> places = indices.Flat<long>().Slice(plane * g.OutputPlane, g.OutputPlane);
        ReadOnlySpan<int> starts = g.Width.Start, ends = g.Width.End;
        int output = 0, width = g.Width.Input, height = g.Height.Input, step = g.Width.Step;
        for (int od = 0; od < g.Depth.Output; od++)
        {
            for (int oh = 0; oh < g.Height.Output; oh++)
            {
                int front = g.Depth.Start[od], back = g.Depth.End[od], top = g.Height.Start[oh], bottom = g.Height.End[oh];
                for (int ow = 0; ow < starts.Length; ow++, output++)
                {
                    T best = T.NegativeInfinity;
                    int place = (((front * height) + top) * width) + starts[ow];
                    for (int d = front; d < back; d += g.Depth.Step)
                    {
                        for (int h = top; h < bottom; h += g.Height.Step)
                        {
                            int line = ((d * height) + h) * width;
                            for (int w = starts[ow]; w < ends[ow]; w += step)
                            {
                                T value = source[line + w];
                                if (!(value > best) && !T.IsNaN(value)) continue;
                                (best, place) = (value, line + w);
                            }
                        }
                    }
                    largest[output] = best;
                    places[output] = place;
                }
            }
        }
    });

    /// <summary>Adds each value to the place of its plane that <paramref name="indices"/> names.</summary>
    public static void Scatter(PoolGeometry g, Tensor values, Tensor indices, Tensor result) => EachPlane(g, plane =>
    {
        ReadOnlySpan<T> source = values.Flat<T>().Slice(plane * g.OutputPlane, g.OutputPlane);
        ReadOnlySpan<long> places = indices.Flat<long>().Slice(plane * g.OutputPlane, g.OutputPlane);
        Span<T> target = result.Flat<T>().Slice(plane * g.InputPlane, g.InputPlane);
        target.Clear();
        for (int i = 0; i < source.Length; i++) target[(int)places[i]] += source[i];
    });

    /// <summary>The value of each plane at the place that <paramref name="indices"/> names.</summary>
    public static void Gather(PoolGeometry g, Tensor input, Tensor indices, Tensor values) => EachPlane(g, plane =>
    {
        ReadOnlySpan<T> source = input.Flat<T>().Slice(plane * g.InputPlane, g.InputPlane);
        ReadOnlySpan<long> places = indices.Flat<long>().Slice(plane * g.OutputPlane, g.OutputPlane);
        Span<T> target = values.Flat<T>().Slice(plane * g.OutputPlane, g.OutputPlane);
        for (int i = 0; i < target.Length; i++) target[i] = source[(int)places[i]];
    });

    public static void Average(PoolGeometry g, Tensor input, Tensor output) => EachPlane(g, plane =>
    {
        ReadOnlySpan<T> source = input.Flat<T>().Slice(plane * g.InputPlane, g.InputPlane);
        Span<T> means = output.Flat<T>().Slice(plane * g.OutputPlane, g.OutputPlane);
        int place = 0;
        for (int od = 0; od < g.Depth.Output; od++)
        {
            for (int oh = 0; oh < g.Height.Output; oh++)
            {
                for (int ow = 0; ow < g.Width.Output; ow++, place++)
                {
                    T sum = T.Zero;
                    int width = Math.Max(0, g.Width.End[ow] - g.Width.Start[ow]);
                    for (int d = g.Depth.Start[od]; d < g.Depth.End[od]; d++)
                    {
                        for (int h = g.Height.Start[oh]; h < g.Height.End[oh]; h++)
                            sum += TensorPrimitives.Sum(source.Slice((((d * g.Height.Input) + h) * g.Width.Input) + g.Width.Start[ow], width));
                    }
                    means[place] = sum / Divisor(g, od, oh, ow);
                }
            }
        }
    });

    /// <summary>The transpose of <see cref="Average"/>: each output value spread evenly over its window.</summary>
    public static void Spread(PoolGeometry g, Tensor outputGradient, Tensor inputGradient) => EachPlane(g, plane =>
    {
        ReadOnlySpan<T> gradients = outputGradient.Flat<T>().Slice(plane * g.OutputPlane, g.OutputPlane);
        Span<T> target = inputGradient.Flat<T>().Slice(plane * g.InputPlane, g.InputPlane);
        target.Clear();
        int place = 0;
        for (int od = 0; od < g.Depth.Output; od++)
        {
            for (int oh = 0; oh < g.Height.Output; oh++)
            {
                for (int ow = 0; ow < g.Width.Output; ow++, place++)
                {
                    T share = gradients[place] / Divisor(g, od, oh, ow);
                    int width = Math.Max(0, g.Width.End[ow] - g.Width.Start[ow]);
                    for (int d = g.Depth.Start[od]; d < g.Depth.End[od]; d++)
                    {
                        for (int h = g.Height.Start[oh]; h < g.Height.End[oh]; h++)
                        {
                            Span<T> line = target.Slice((((d * g.Height.Input) + h) * g.Width.Input) + g.Width.Start[ow], width);
                            TensorPrimitives.Add(line, share, line);
                        }
                    }
                }
            }
        }
    });

    static T Divisor(PoolGeometry g, int depth, int height, int width) =>
        T.CreateTruncating(g.Divisor ?? (g.Depth.Count[depth] * g.Height.Count[height] * g.Width.Count[width]));

    static void EachPlane(PoolGeometry g, Action<int> plane) => Work.For(g.Planes, 1 + (20_000 / (1 + g.InputPlane)), (from, to) =>
    {
        for (int p = from; p < to; p++) plane(p);
    });
}
