using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The numbers of a transformer's layer.</summary>
internal sealed record TransformerSize(long Model, long Heads, long Inner, double Dropout, nn.Activations Activation)
{
    /// <summary>The copy, after it got the parameters' values and the mode of the original.</summary>
    public static T Copied<T>(T original, T copy)
        where T : nn.Module
    {
        using var guard = no_grad();
        foreach (var ((_, source), (_, target)) in original.named_parameters().Zip(copy.named_parameters()))
        {
            using Tensor _ = target.copy_(source).alias();
        }
        copy.train(original.training);
        return copy;
    }
}
