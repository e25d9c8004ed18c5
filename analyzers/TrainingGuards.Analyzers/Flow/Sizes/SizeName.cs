using System.Globalization;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a size that is not known as a number is known by: an axis of a tensor, or an integer.</summary>
/// <param name="owner">What it belongs to: a <see cref="Definition"/>, the syntax of an expression, or a symbol that never changes.</param>
/// <param name="axis">The axis of a tensor, −1 for the last where their number is not known; null for an integer.</param>
internal sealed class SizeName(object owner, int? axis) : IEquatable<SizeName>
{
    public object Owner { get; } = owner;

    public int? Axis { get; } = axis;

    public bool Equals(SizeName? other) => other is not null && Axis == other.Axis && Owner.Equals(other.Owner);

    public override bool Equals(object? obj) => obj is SizeName other && Equals(other);

    public override int GetHashCode() => Owner.GetHashCode() ^ (Axis ?? 17);

    public override string ToString()
    {
        string name = Owner switch
        {
            Definition definition => definition.Symbol.Name,
            ISymbol symbol => symbol.Name,
            _ => Owner.ToString()!,
        };
        return Axis is { } axis ? string.Format(CultureInfo.InvariantCulture, "{0}[{1}]", name, axis) : name;
    }
}
