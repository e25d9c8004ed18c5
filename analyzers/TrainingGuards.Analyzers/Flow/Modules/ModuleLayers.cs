using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The layers that a module holds: those that are certain, and whether there may be others.</summary>
internal sealed class ModuleLayers(ImmutableArray<Layer> certain, bool isComplete)
{
    public static readonly ModuleLayers Unknown = new(ImmutableArray<Layer>.Empty, isComplete: false);

    public ImmutableArray<Layer> Certain { get; } = certain;

    public bool IsComplete { get; } = isComplete;

    /// <summary>Whether a layer is among them: no is certain only if all are known.</summary>
    public Answer Contains(Func<Layer, bool> wanted) => Certain.Any(wanted) ? Answer.Yes : IsComplete ? Answer.No : Answer.Unknown;

    /// <summary>These and those.</summary>
    public ModuleLayers With(ModuleLayers other) => new(Certain.AddRange(other.Certain), IsComplete && other.IsComplete);

    /// <summary>Either these or those: certain is what both have.</summary>
    public ModuleLayers Or(ModuleLayers other) => new(
        Certain.Where(layer => other.Certain.Any(candidate => TorchSymbols.Same(candidate.Type, layer.Type))).ToImmutableArray(), isComplete: false);
}
