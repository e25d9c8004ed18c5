using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>
/// A convolution and its two gradients as recorded operations. Each is linear in both its arguments, and the gradient of each
/// is made of the other two, so that the set is closed under differentiation of any order.
/// </summary>
internal static class ConvolutionProduct
{
    public static Tensor Forward(ConvolutionGeometry g, Tensor input, Tensor weight, Tensor? bias)
    {
        CheckTypes(input, weight, bias);
        Tensor output = Compute(g.OutputShape, input, weight, bias, (x, w, b, y) =>
        {
            if (y.dtype == ScalarType.Float64) ConvolutionKernel<double>.Forward(g, x, w, b, y);
            else ConvolutionKernel<float>.Forward(g, x, w, b, y);
        });
        Saved savedInput = Saved.Of(input), savedWeight = Saved.Of(weight);
        bool byInput = input.requires_grad, byWeight = weight.requires_grad, byBias = bias is not null && bias.requires_grad;
        return Op.Record("ConvolutionBackward", output, bias is null ? [input, weight] : [input, weight, bias], gradient =>
        [
            byInput ? InputGradient(g, gradient, savedWeight.Tensor) : null,
            byWeight ? WeightGradient(g, savedInput.Tensor, gradient) : null,
            .. bias is null ? (ReadOnlySpan<Tensor?>)[] : [byBias ? gradient.sum(SpatialAndBatch(gradient)) : null],
        ]);
    }

    /// <summary>The gradient by the input, which is also the transposed convolution of its first argument.</summary>
    public static Tensor InputGradient(ConvolutionGeometry g, Tensor outputGradient, Tensor weight)
    {
        CheckTypes(outputGradient, weight, bias: null);
        Tensor result = Compute(g.InputShape, outputGradient, weight, bias: null, (gy, w, _, gx) =>
        {
            if (gx.dtype == ScalarType.Float64) ConvolutionKernel<double>.InputGradient(g, gy, w, gx);
            else ConvolutionKernel<float>.InputGradient(g, gy, w, gx);
        });
        Saved savedGradient = Saved.Of(outputGradient), savedWeight = Saved.Of(weight);
        bool byGradient = outputGradient.requires_grad, byWeight = weight.requires_grad;
        return Op.Record("ConvolutionBackward", result, [outputGradient, weight], gradient =>
        [
            byGradient ? Forward(g, gradient, savedWeight.Tensor, bias: null) : null,
            byWeight ? WeightGradient(g, gradient, savedGradient.Tensor) : null,
        ]);
    }

    static Tensor WeightGradient(ConvolutionGeometry g, Tensor input, Tensor outputGradient)
    {
        Tensor result = Compute(g.WeightShape, input, outputGradient, bias: null, (x, gy, _, gw) =>
        {
            if (gw.dtype == ScalarType.Float64) ConvolutionKernel<double>.WeightGradient(g, x, gy, gw);
            else ConvolutionKernel<float>.WeightGradient(g, x, gy, gw);
        });
        Saved savedInput = Saved.Of(input), savedGradient = Saved.Of(outputGradient);
        bool byInput = input.requires_grad, byGradient = outputGradient.requires_grad;
        return Op.Record("ConvolutionBackward", result, [input, outputGradient], gradient =>
        [
            byInput ? InputGradient(g, savedGradient.Tensor, gradient) : null,
            byGradient ? Forward(g, savedInput.Tensor, gradient, bias: null) : null,
        ]);
    }

    static Tensor Compute(long[] shape, Tensor left, Tensor right, Tensor? bias, Action<Tensor, Tensor, Tensor?, Tensor> kernel) => Op.Composed(() =>
    {
        Tensor result = Pointwise.Fresh(shape, ScalarTypes.Computed(left.dtype), left.device);
        kernel(left.Widened().contiguous(), right.Widened().contiguous(), bias?.Widened().contiguous(), result);
        return result.AsDtype(left.dtype);
    });

    static long[] SpatialAndBatch(Tensor gradient) => [0, .. Enumerable.Range(2, (int)gradient.dim() - 2).Select(d => (long)d)];

    static void CheckTypes(Tensor input, Tensor weight, Tensor? bias)
    {
        if (!input.is_floating_point())
            throw new ExternalException($"\"convolution\" not implemented for '{input.dtype}'");
        if (weight.dtype != input.dtype)
            throw new ExternalException($"An input of {input.dtype} and a weight of {weight.dtype} are not convolved: convert one of them.");
        if (bias is not null && bias.dtype != input.dtype)
            throw new ExternalException($"An input of {input.dtype} takes a bias of the same type, not of {bias.dtype}.");
    }
}
