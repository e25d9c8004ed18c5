using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>TorchSharp's layers by what they do, told by their type.</summary>
internal static class Layers
{
    /// <summary>Whether a type is one of TorchSharp's own layers.</summary>
    public static bool IsBuiltIn(ITypeSymbol type, TorchSymbols torch) => TorchSymbols.Same(type.ContainingAssembly, torch.Tensor.ContainingAssembly)
        && type is { ContainingNamespace: { Name: "Modules", ContainingNamespace.Name: "TorchSharp" } };

    /// <summary>A layer that zeroes at random while training.</summary>
    public static bool IsDropout(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch)
        && type.Name is "Dropout" or "Dropout1d" or "Dropout2d" or "Dropout3d" or "AlphaDropout" or "FeatureAlphaDropout";

    /// <summary>A layer that normalises by the statistics of the batch while training.</summary>
    public static bool IsBatchNorm(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch)
        && type.Name is "BatchNorm1d" or "BatchNorm2d" or "BatchNorm3d";

    /// <summary>A layer that normalises, by whatever statistics: it shifts by itself.</summary>
    public static bool IsNormalization(ITypeSymbol type, TorchSymbols torch) => IsBatchNorm(type, torch)
        || (IsBuiltIn(type, torch) && type.Name is "LayerNorm" or "GroupNorm" or "InstanceNorm1d" or "InstanceNorm2d" or "InstanceNorm3d" or "LocalResponseNorm");

    public static bool IsConvolution(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch) && type.Name is "Conv1d" or "Conv2d" or "Conv3d";

    /// <summary>A layer that learns: it has weights of its own.</summary>
    public static bool HasParameters(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch) && !torch.IsLossModule(type)
        && !IsContainer(type, torch) && !IsParameterless(type);

    public static bool IsLinear(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch) && type.Name == "Linear";

    /// <summary>A chain of layers whose output is its last layer's.</summary>
    public static bool IsSequential(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch) && type is INamedTypeSymbol { Name: "Sequential", Arity: 0 };

    /// <summary>A module that is what others are put into: any Sequential, ModuleList, ModuleDict.</summary>
    public static bool IsContainer(ITypeSymbol type, TorchSymbols torch) => IsModuleCollection(type, torch) || (IsBuiltIn(type, torch) && type.Name == "Sequential");

    /// <summary>ModuleList or ModuleDict.</summary>
    public static bool IsModuleCollection(ITypeSymbol type, TorchSymbols torch) => IsBuiltIn(type, torch) && type.Name is "ModuleList" or "ModuleDict";

    /// <summary>A layer that moves values about and leaves each as it is, or drops it.</summary>
    public static bool KeepsValues(ITypeSymbol type, TorchSymbols torch) => IsDropout(type, torch)
        || (IsBuiltIn(type, torch) && type.Name is "Identity" or "Flatten" or "Unflatten" or "PixelShuffle" or "PixelUnshuffle" or "ChannelShuffle");

    /// <summary>An operation of a tensor that does the same.</summary>
    public static bool KeepsValues(TensorCall call) => call.Name is "view" or "view_as" or "reshape" or "flatten" or "unflatten" or "squeeze" or "unsqueeze"
        or "permute" or "transpose" or "swapaxes" or "t" or "movedim" or "contiguous" or "clone" or "alias" or "detach" or "requires_grad" or "to" or "to_type"
        or "type_as" or "cpu" or "cuda" or "float" or "double" or "half" or "bfloat16" or "select" or "narrow" or "slice" or "index" or "expand"
        or "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope" or "dropout" or "dropout1d" or "dropout2d" or "dropout3d"
        or "alpha_dropout" or "feature_alpha_dropout";

    private static bool IsParameterless(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == "ParameterLessModule")
            {
                return true;
            }
        }
        return type.Name == "ParameterList" || type.Name == "ParameterDict";
    }
}
