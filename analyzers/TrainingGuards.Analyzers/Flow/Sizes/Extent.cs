using System.Collections.Immutable;
using System.Globalization;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A symbolic size: a constant times powers of sizes that are not known as numbers, as in <c>batch * 3</c> or <c>width / heads</c>.</summary>
/// <remarks>
/// Division is taken as exact. Where it is not, the sizes do not multiply to the number of elements, and the view that uses them throws.
/// </remarks>
internal sealed class Extent : IEquatable<Extent>
{
    private readonly long _numerator;
    private readonly long _denominator;
    private readonly ImmutableDictionary<SizeName, int> _powers;

    private Extent(long numerator, long denominator, ImmutableDictionary<SizeName, int> powers)
    {
        long divisor = Divisor(numerator, denominator);
        (_numerator, _denominator, _powers) = (numerator / divisor, denominator / divisor, powers);
    }

    public static Extent One { get; } = Constant(1)!;

    public bool IsOne => Equals(One);

    /// <summary>Whether it is known as a number.</summary>
    public bool IsConstant => _powers.IsEmpty;

    /// <summary>The size that it is, null for a constant, a product or a quotient.</summary>
    public SizeName? Name => _powers.Count == 1 && _numerator == 1 && _denominator == 1 && _powers.First() is { Value: 1, Key: var name } ? name : null;

    /// <summary>Whether a size is a factor of it.</summary>
    public bool Mentions(SizeName name) => _powers.ContainsKey(name);

    /// <summary>The number that it is, null where it is none.</summary>
    public long? Number => IsConstant && _denominator == 1 ? _numerator : null;

    /// <summary>The size of that many, null for none or less, which no view that works has.</summary>
    public static Extent? Constant(long value) => value > 0 ? new Extent(value, 1, ImmutableDictionary<SizeName, int>.Empty) : null;

    public static Extent Of(SizeName name) => new(1, 1, ImmutableDictionary<SizeName, int>.Empty.Add(name, 1));

    /// <summary>The product of sizes, null where a constant of it is too large to count.</summary>
    public static Extent? Product(IEnumerable<Extent> extents) => extents.Aggregate((Extent?)One, (product, extent) => product?.Times(extent, 1));

    /// <summary>Times a size, null where a constant is too large to count.</summary>
    public Extent? Times(Extent other) => Times(other, 1);

    /// <summary>Divided by a size, null where a constant is too large to count.</summary>
    public Extent? Over(Extent other) => Times(other, -1);

    public bool Equals(Extent? other) => other is not null
        && _numerator == other._numerator && _denominator == other._denominator && _powers.Count == other._powers.Count
        && _powers.All(power => other._powers.TryGetValue(power.Key, out int exponent) && exponent == power.Value);

    public override bool Equals(object? obj) => Equals(obj as Extent);

    public override int GetHashCode() => _powers.Aggregate((int)(_numerator ^ _denominator), (hash, power) => hash ^ (power.Key.GetHashCode() * power.Value));

    public override string ToString()
    {
        var factors = _powers
            .Select(power => power.Value == 1 ? $"{power.Key}" : string.Format(CultureInfo.InvariantCulture, "{0}^{1}", power.Key, power.Value))
            .OrderBy(factor => factor, StringComparer.Ordinal)
            .ToList();
        if (factors.Count == 0 || _numerator != 1 || _denominator != 1)
        {
            factors.Insert(0, _denominator == 1
                ? _numerator.ToString(CultureInfo.InvariantCulture)
                : string.Format(CultureInfo.InvariantCulture, "{0}/{1}", _numerator, _denominator));
        }
        return string.Join("·", factors);
    }

    private Extent? Times(Extent other, int sign)
    {
        ImmutableDictionary<SizeName, int> powers = _powers;
        foreach (KeyValuePair<SizeName, int> power in other._powers)
        {
            int exponent = (powers.TryGetValue(power.Key, out int own) ? own : 0) + (sign * power.Value);
            powers = exponent == 0 ? powers.Remove(power.Key) : powers.SetItem(power.Key, exponent);
        }
        (long up, long down) = sign > 0 ? (other._numerator, other._denominator) : (other._denominator, other._numerator);
        const long Countable = int.MaxValue;
        return _numerator > Countable || _denominator > Countable || up > Countable || down > Countable
            ? null
            : new Extent(_numerator * up, _denominator * down, powers);
    }

    private static long Divisor(long one, long other) => other == 0 ? one : Divisor(other, one % other);
}
