namespace TrainingGuards.Analyzers.Flow;

/// <summary>One state that the gradients may be in at a point, and the event that put them there.</summary>
/// <remarks>A class, since sets of a value type are compiled anew for it, which is most of what they cost in a build that starts cold.</remarks>
internal sealed class GradientFact(GradientState state, TorchEvent? origin) : IEquatable<GradientFact>
{
    public GradientState State { get; } = state;

    /// <summary>The zero_grad, backward or step, null where none is in sight.</summary>
    public TorchEvent? Origin { get; } = origin;

    public bool Equals(GradientFact? other) => other is not null && State == other.State && Origin == other.Origin;

    public override bool Equals(object? obj) => obj is GradientFact other && Equals(other);

    public override int GetHashCode() => ((int)State * 31) + (Origin?.GetHashCode() ?? 0);
}
