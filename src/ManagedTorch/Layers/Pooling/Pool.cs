using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>
/// Max and average pooling as recorded operations. Gather and scatter, and average and spread, are each other's gradients, so that
/// each can be differentiated any number of times.
/// </summary>
internal static class Pool
{
    public static (Tensor Values, Tensor Indices) Max(PoolGeometry g, Tensor input)
    {
        CheckType(input);
        Tensor indices = empty(g.OutputShape, dtype: ScalarType.Int64, device: input.device);
        Tensor values = Apply(g.OutputShape, input,
            (x, y) => PoolKernel<float>.Max(g, x, y, indices), (x, y) => PoolKernel<double>.Max(g, x, y, indices));
        Saved places = Saved.Of(indices);
        Op.Record("MaxPoolBackward", values, [input], gradient => [Scatter(g, gradient, places.Tensor)]);
        return (values, indices);
    }

    /// <summary>The values of <see cref="Max"/> alone.</summary>
    public static Tensor MaxValues(PoolGeometry g, Tensor input) => Op.Composed(() => Max(g, input).Values);

    public static Tensor Average(PoolGeometry g, Tensor input)
    {
        CheckType(input);
        Tensor output = Apply(g.OutputShape, input, (x, y) => PoolKernel<float>.Average(g, x, y), (x, y) => PoolKernel<double>.Average(g, x, y));
        return Op.Record("AvgPoolBackward", output, [input], gradient => [Spread(g, gradient)]);
    }

    static Tensor Spread(PoolGeometry g, Tensor outputGradient)
    {
        Tensor result = Apply(g.InputShape, outputGradient, (x, y) => PoolKernel<float>.Spread(g, x, y), (x, y) => PoolKernel<double>.Spread(g, x, y));
        return Op.Record("AvgPoolBackwardBackward", result, [outputGradient], gradient => [Average(g, gradient)]);
    }

    static Tensor Scatter(PoolGeometry g, Tensor values, Tensor indices)
    {
        Tensor result = Apply(g.InputShape, values,
            (x, y) => PoolKernel<float>.Scatter(g, x, indices, y), (x, y) => PoolKernel<double>.Scatter(g, x, indices, y));
        Saved places = Saved.Of(indices);
        return Op.Record("MaxPoolBackwardBackward", result, [values], gradient => [Gather(g, gradient, places.Tensor)]);
    }

    static Tensor Gather(PoolGeometry g, Tensor input, Tensor indices)
    {
        Tensor values = Apply(g.OutputShape, input,
            (x, y) => PoolKernel<float>.Gather(g, x, indices, y), (x, y) => PoolKernel<double>.Gather(g, x, indices, y));
        Saved places = Saved.Of(indices);
        return Op.Record("GatherBackward", values, [input], gradient => [Scatter(g, gradient, places.Tensor)]);
    }

    static Tensor Apply(long[] shape, Tensor source, Action<Tensor, Tensor> single, Action<Tensor, Tensor> twice) => Op.Composed(() =>
    {
        Tensor x = source.Widened().contiguous(), result = Pointwise.Fresh(shape, x.dtype, x.device);
        (x.dtype == ScalarType.Float64 ? twice : single)(x, result);
        return result.AsDtype(source.dtype);
    });

    static void CheckType(Tensor input)
    {
        if (!input.is_floating_point())
            throw new ExternalException($"\"pooling\" not implemented for '{input.dtype}'");
    }
}
