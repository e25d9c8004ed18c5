using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Means over examples, [batch, time, features] → [time, features], each wrong in one way.</summary>
internal static class WrongRowMeans
{
    public static Tensor Summed(Tensor x) => x.sum([0L]);

    public static Tensor Squeezed(Tensor x) => x.mean([0L], keepdim: true).squeeze();

    public static Tensor Transposed(Tensor x) => x.mean([0L]).t();

    public static Tensor Viewed(Tensor x) => x.mean([0L]).t().contiguous().view(x.shape[1], x.shape[2]);

    public static Tensor OverAll(Tensor x) => x.mean([0L, 1L], keepdim: true).squeeze(0).expand(x.shape[1], x.shape[2]);

    public static Tensor Negated(Tensor x) => -x.mean([0L]);

    public static Tensor Throws(Tensor x) => x.mean([0L]).view(2, 4);

    public static Tensor FirstLeftOut(Tensor x) => x.mean([0L]) - (0.5 * x[0].narrow(0, 0, 1));
}
