using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Torch's own modules that behave otherwise in training than in evaluation.</summary>
internal static class ModuleKind
{
    public static bool IsDropout(nn.Module module) => IsTorch(module) && module.GetType().Name.Contains("Dropout", StringComparison.Ordinal);

    public static bool IsBatchNorm(nn.Module module) => IsTorch(module) && module.GetType().Name.StartsWith("BatchNorm", StringComparison.Ordinal);

    private static bool IsTorch(nn.Module module) => module.GetType().Assembly == typeof(Tensor).Assembly;
}
