using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One mode that a module may be in at a point, and the event that put it there.</summary>
/// <remarks>A class for the reason that <see cref="GradientFact"/> is one.</remarks>
internal sealed class ModeFact(ModuleMode mode, EventGraph? graph = null, TorchEvent? origin = null, SyntaxNode? load = null) : IEquatable<ModeFact>
{
    public ModuleMode Mode { get; } = mode;

    /// <summary>The body of <see cref="Origin"/>.</summary>
    public EventGraph? Graph { get; } = graph;

    /// <summary>The train(), eval() or construction, null where none is in sight.</summary>
    public TorchEvent? Origin { get; } = origin;

    /// <summary>The last load or load_state_dict since, null where there is none.</summary>
    public SyntaxNode? Load { get; } = load;

    /// <summary>The same after a load.</summary>
    public ModeFact After(SyntaxNode load) => new(Mode, Graph, Origin, load);

    public bool Equals(ModeFact? other) => other is not null && Mode == other.Mode && Origin == other.Origin && Load == other.Load;

    public override bool Equals(object? obj) => obj is ModeFact other && Equals(other);

    public override int GetHashCode() => ((((int)Mode * 31) + (Origin?.GetHashCode() ?? 0)) * 31) + (Load?.GetHashCode() ?? 0);
}
