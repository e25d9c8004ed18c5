using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The symbols of torchvision, which is an assembly of its own: each is null where it is not referenced.</summary>
internal sealed class VisionSymbols(Compilation compilation)
{
    private readonly INamedTypeSymbol? _transform = compilation.GetTypeByMetadataName("TorchSharp.torchvision+ITransform");
    private readonly INamedTypeSymbol? _transforms = compilation.GetTypeByMetadataName("TorchSharp.torchvision+transforms");
    private readonly INamedTypeSymbol? _functional = compilation.GetTypeByMetadataName("TorchSharp.torchvision+transforms+functional");
    private readonly INamedTypeSymbol? _datasets = compilation.GetTypeByMetadataName("TorchSharp.torchvision+datasets");

    /// <summary>What an image is given to be transformed: the argument of a transform's call, or of a function; null where a call does no such thing.</summary>
    public IOperation? InputOf(IInvocationOperation call) => call.Arguments.Length > 0
        && (TorchSymbols.Same(call.TargetMethod.ContainingType, _functional) || (call.TargetMethod.Name is "call" or "forward" && IsTransform(call.Instance?.Type)))
            ? call.Arguments[0].Value
            : null;

    /// <summary>Whether a call makes one of torchvision's own data sets.</summary>
    public bool IsDataset(IInvocationOperation call) => TorchSymbols.Same(call.TargetMethod.ContainingType, _datasets);

    /// <summary>Whether a call makes a transform that does something else each time.</summary>
    public bool IsRandomTransform(IInvocationOperation call) => TorchSymbols.Same(call.TargetMethod.ContainingType, _transforms)
        && (call.TargetMethod.Name.StartsWith("Random", StringComparison.Ordinal) || call.TargetMethod.Name is "ColorJitter" or "AutoAugment" or "RandAugment" or "TrivialAugmentWide" or "AugMix")
        && !call.Arguments.Any(argument => argument.Parameter?.Name == "p" && argument.Value.Number() is 0);

    /// <summary>Whether a call makes a transform of others.</summary>
    public bool IsComposition(IInvocationOperation call) => TorchSymbols.Same(call.TargetMethod.ContainingType, _transforms) && call.TargetMethod.Name == "Compose";

    public bool IsTransform(ITypeSymbol? type) => _transform is not null && type is not null
        && (TorchSymbols.Same(type, _transform) || type.AllInterfaces.Any(other => TorchSymbols.Same(other, _transform)));
}
