using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Trials;

/// <summary>Torch's own modules that behave otherwise in training than in evaluation.</summary>
internal static class ModuleKind
{
    // What only holds others: a Sequential calls them by call, the others leave that to the user.
    private static readonly string[] Callers = ["Sequential", "ModuleList", "ModuleDict"];

    public static bool IsDropout(nn.Module module) => IsTorch(module) && module.GetType().Name.Contains("Dropout", StringComparison.Ordinal);

    public static bool IsBatchNorm(nn.Module module) => IsTorch(module) && module.GetType().Name.StartsWith("BatchNorm", StringComparison.Ordinal);

    /// <summary>Whether it draws random numbers in training: dropout of a probability above 0, or a randomised activation.</summary>
    public static bool IsRandom(nn.Module module) => module switch
    {
        Dropout drop => drop.p > 0,
        Dropout1d drop => drop.p > 0,
        Dropout2d drop => drop.p > 0,
        Dropout3d drop => drop.p > 0,
        AlphaDropout drop => drop.p > 0,
        FeatureAlphaDropout drop => drop.p > 0,
        RReLU activation => activation.lower < activation.upper,
        _ => false,
    };

    /// <summary>Whether its mode shows: it draws random numbers, or has running statistics. Without them a normalisation does the same in both modes.</summary>
    public static bool DependsOnMode(nn.Module module) => IsRandom(module) || (module is NormBase && module.named_buffers(recurse: false).Any());

    /// <summary>Whether it only holds other modules. Nothing reads its own mode, and that of Sequential is not set before TorchSharp 0.105.1.</summary>
    public static bool IsContainer(nn.Module module) => IsTorch(module) && module.named_children().Any();

    /// <summary>
    /// The modules of torch's own that call the parts that they are made of themselves, a TransformerEncoder for one, by path; empty for the model itself. Below them nothing is
    /// called by <c>call</c>, and TorchSharp does not even list it.
    /// </summary>
    public static IReadOnlyList<string> Composites(nn.Module model) =>
        [.. ModelTensors.Modules(model).Where(part => IsContainer(part.Module) && !Callers.Any(name => part.Module.GetType().Name.StartsWith(name, StringComparison.Ordinal))).Select(part => ReferenceEquals(part.Module, model) ? "" : part.Path)];

    public static bool IsTorch(nn.Module module) => module.GetType().Assembly == typeof(Tensor).Assembly;
}
