using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>[batch, time, features] → [time, features]: the mean over the examples.</summary>
internal static class RowMeans
{
    public static Tensor Vectorized(Tensor x) => x.mean([0L]);

    public static Tensor Looped(Tensor x)
    {
        Tensor result = zeros_like(x[0]);
        for (int t = 0; t < x.shape[1]; t++)
        {
            for (int i = 0; i < x.shape[0]; i++) result[t] = result[t] + x[i, t];
            result[t] = result[t] / x.shape[0];
        }
        return result;
    }
}
