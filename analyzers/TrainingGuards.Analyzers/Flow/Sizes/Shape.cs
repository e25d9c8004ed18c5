using System.Collections.Immutable;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>
/// What is known of a tensor's shape: its first extents and, where the number of axes is open, that the axes of another tensor follow,
/// each known by its name alone.
/// </summary>
internal sealed class Shape
{
    private readonly object _owner;
    private readonly ImmutableArray<Extent> _first;
    private readonly int? _following;

    private Shape(object owner, IEnumerable<Extent> first, int? following) =>
        (_owner, _first, _following) = (owner, ImmutableArray.CreateRange(first), following);

    /// <summary>How many axes there are, null where that is open.</summary>
    public int? Rank => _following is null ? _first.Length : null;

    /// <summary>The first extents: all, where the number of axes is known.</summary>
    public IReadOnlyList<Extent> First => _first;

    /// <summary>The extent of an axis, counted from the end where negative; null where there is no such axis or it cannot be told which it is.</summary>
    public Extent? this[int axis]
    {
        get
        {
            int index = axis < 0 && Rank is { } rank ? axis + rank : axis;
            return index >= 0 && index < _first.Length ? _first[index]
                : _following is not { } following ? null
                : index >= 0 ? Named(_owner, index - _first.Length + following)
                : index == -1 && _first.IsEmpty && following == 0 ? Named(_owner, -1)
                : null;
        }
    }

    /// <summary>The shape of a tensor of which nothing is known but what it is.</summary>
    public static Shape Open(object owner) => new(owner, [], following: 0);

    /// <summary>A shape of known rank; an extent that is null is named by its axis of <paramref name="owner"/>.</summary>
    public static Shape Of(object owner, IEnumerable<Extent?> extents) =>
        new(owner, extents.Select((extent, axis) => extent ?? Named(owner, axis)), following: null);

    /// <summary>The shape with its axes in another order, null where it cannot be.</summary>
    public Shape? Permuted(IReadOnlyList<int> axes)
    {
        int[] sources = [.. axes.Select(axis => axis < 0 ? axis + axes.Count : axis)];
        return (Rank ?? axes.Count) == axes.Count && sources.OrderBy(axis => axis).SequenceEqual(Enumerable.Range(0, axes.Count))
            ? new Shape(_owner, sources.Select(axis => this[axis]!), following: null)
            : null;
    }

    /// <summary>The shape with two axes exchanged, null where it cannot be told which they are.</summary>
    public Shape? Swapped(int one, int other)
    {
        if (Index(one, Rank) is not { } left || Index(other, Rank) is not { } right)
        {
            return null;
        }
        Extent[] first = Leading(Math.Max(left, right) + 1);
        (first[left], first[right]) = (first[right], first[left]);
        return new Shape(_owner, first, Following(first.Length));
    }

    /// <summary>The shape with an axis of length 1 inserted, null where it cannot be told where.</summary>
    public Shape? Unsqueezed(int axis)
    {
        if (Index(axis, Rank + 1) is not { } at)
        {
            return null;
        }
        Extent[] first = Leading(at);
        return new Shape(_owner, [.. first.Take(at), Extent.One, .. first.Skip(at)], Following(first.Length));
    }

    private static Extent Named(object owner, int axis) => Extent.Of(new SizeName(owner, axis));

    private static int? Index(int axis, int? rank)
    {
        int? index = axis < 0 ? axis + rank : axis;
        return index >= 0 && !(index >= rank) ? index : null;
    }

    /// <summary>The first extents, at least <paramref name="count"/> of them.</summary>
    private Extent[] Leading(int count) => [.. Enumerable.Range(0, Math.Max(count, _first.Length)).Select(axis => this[axis]!)];

    private int? Following(int leading) => _following + leading - _first.Length;
}
