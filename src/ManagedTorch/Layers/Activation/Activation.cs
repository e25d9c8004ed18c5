using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>The formulas of the elementwise activations, composed of recorded operations.</summary>
internal static class Activation
{
    /// <summary>Applies a formula to a tensor, or replaces the tensor's values by the formula's.</summary>
    public static Tensor Apply(Tensor x, bool inplace, Func<Tensor, Tensor> formula) =>
        inplace ? x.InPlace([], before => Op.Composed(before, formula)).alias() : Op.Composed(x, formula);

    public static Tensor LeakyRelu(Tensor x, Scalar slope) => where(x > 0, x, x * slope);

    public static Tensor PRelu(Tensor x, Tensor weight)
    {
        Tensor slopes = weight.numel() == 1 ? weight.reshape(1) : weight.reshape([-1, .. Enumerable.Repeat(1L, Math.Max(0, (int)x.dim() - 2))]);
        return where(x > 0, x, x * slopes);
    }

    // Where is fed the negative part alone: expm1 of a large positive value is infinite, and infinity times the zero
    // gradient of the branch not taken is not a number.
    public static Tensor Elu(Tensor x, Scalar alpha, Scalar scale, Scalar inputScale) =>
        where(x > 0, x * scale, (x.clamp_max(0) * inputScale).expm1() * alpha * scale);

    public static Tensor Celu(Tensor x, double alpha) => Elu(x, alpha, 1, 1 / alpha);

    public static Tensor Gelu(Tensor x) => x * ((x * Math.Sqrt(0.5)).erf() + 1) * 0.5;

    public static Tensor GeluTanh(Tensor x) => x * (((x + (x * x * x * 0.044715)) * Math.Sqrt(2 / Math.PI)).tanh() + 1) * 0.5;

    public static Tensor Mish(Tensor x) => x * Softplus(x, 1, 20).tanh();

    public static Tensor Softplus(Tensor x, double beta, double threshold)
    {
        Tensor scaled = x * beta;
        return where(scaled > threshold, x, scaled.clamp_max(threshold).exp().log1p() / beta);
    }

    // −log(1 + e^−x); from 40 on, log(1 + e^z) is z to the last bit of a double.
    public static Tensor LogSigmoid(Tensor x) => -Softplus(-x, 1, 40);

    /// <summary>Values held within bounds, with no gradient on and beyond them: clamp passes it on the bounds themselves.</summary>
    public static Tensor Bounded(Tensor x, Scalar min, Scalar max) =>
        where((x > min).logical_and(x < max), x, x.detach().clamp(min, max));

    public static Tensor HardSigmoid(Tensor x) => Bounded((x / 6) + 0.5, 0, 1);

    public static Tensor HardSwish(Tensor x) => x * Bounded(x + 3, 0, 6) / 6;

    public static Tensor Threshold(Tensor x, Scalar threshold, Scalar value) => x.masked_fill(x <= threshold, value);
}
