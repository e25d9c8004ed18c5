using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The step that Adam and AdamW have in common: what they do of weight decay comes before it.</summary>
internal static class AdamStep
{
    public static void Take(
        Parameter parameter, Tensor grad, long step, Tensor mean, Tensor meanOfSquares, ref Tensor? greatestMeanOfSquares,
        (double, double) betas, double rate, double eps)
    {
        var (beta1, beta2) = betas;
        mean.mul_(beta1).add_(grad, alpha: 1 - beta1);
        meanOfSquares.mul_(beta2).addcmul_(grad, grad, value: 1 - beta2);
        Tensor secondMoment = meanOfSquares;
        if (greatestMeanOfSquares is { } before)
        {
            greatestMeanOfSquares = secondMoment = before.maximum(meanOfSquares).DetachFromDisposeScope();
            before.Dispose();
        }
        Tensor scale = secondMoment.sqrt().div_(Math.Sqrt(1 - Math.Pow(beta2, step))).add_(eps);
        parameter.addcdiv_(mean, scale, value: -rate / (1 - Math.Pow(beta1, step)));
    }
}
