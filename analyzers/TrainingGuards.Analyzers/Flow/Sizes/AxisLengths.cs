using System.Collections.Immutable;
using System.Globalization;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>How long the axes of a tensor are, as far as that is certain: of all of them, or of the last ones alone.</summary>
internal sealed class AxisLengths : IEquatable<AxisLengths>
{
    private readonly ImmutableArray<long?> _last;

    private AxisLengths(bool isComplete, IEnumerable<long?> last) => (IsComplete, _last) = (isComplete, ImmutableArray.CreateRange(last));

    /// <summary>A tensor of which nothing is known.</summary>
    public static AxisLengths Unknown { get; } = new(isComplete: false, []);

    /// <summary>A tensor of one number, without axes.</summary>
    public static AxisLengths Scalar { get; } = Of([]);

    /// <summary>Whether there are no other axes before these.</summary>
    public bool IsComplete { get; }

    /// <summary>How many axes there are, null where that is open.</summary>
    public int? Rank => IsComplete ? _last.Length : null;

    /// <summary>How many axes there are at least.</summary>
    public int Known => _last.Length;

    /// <summary>How many numbers there are, null where that is open.</summary>
    public long? Count => IsComplete ? _last.Aggregate((long?)1, (product, length) => product * length) : null;

    /// <summary>The length of an axis counted from the end: 1 is the last. Null where it is open.</summary>
    public long? FromEnd(int axis) => axis <= _last.Length ? _last[_last.Length - axis] : null;

    /// <summary>A tensor of these axes; a length that is null is open.</summary>
    public static AxisLengths Of(IEnumerable<long?> lengths) => new(isComplete: true, lengths);

    /// <summary>A tensor of as many axes, each of any length.</summary>
    public static AxisLengths OfRank(int rank) => Of(new long?[rank]);

    /// <summary>What is certain where it is either of two tensors.</summary>
    public AxisLengths Or(AxisLengths other)
    {
        int shared = Math.Min(_last.Length, other._last.Length);
        return new AxisLengths(
            IsComplete && other.IsComplete && _last.Length == other._last.Length,
            Enumerable.Range(0, shared).Reverse().Select(i => FromEnd(i + 1) == other.FromEnd(i + 1) ? FromEnd(i + 1) : null));
    }

    /// <summary>The result of an operation on each pair of elements, where an axis of length 1 is repeated.</summary>
    public AxisLengths Broadcast(AxisLengths other) => new(
        IsComplete && other.IsComplete,
        Enumerable.Range(1, Math.Max(_last.Length, other._last.Length)).Reverse().Select(axis => Both(axis, this, other)));

    public AxisLengths Unsqueezed(int axis) => At(axis, inserted: 1) is { } at
        ? new AxisLengths(IsComplete, _last.Insert(at, 1))
        : Behind(axis, isGone: false);

    public AxisLengths Squeezed(int axis) => At(axis) is not { } at ? Behind(axis)
        : _last[at] == 1 ? new AxisLengths(IsComplete, _last.RemoveAt(at))
        : _last[at] is not null ? this
        : new AxisLengths(isComplete: false, _last.Skip(at + 1));

    /// <summary>Without the axes of length 1.</summary>
    public AxisLengths Squeezed()
    {
        int open = _last.LastIndexOf(null);
        return new AxisLengths(IsComplete && open < 0, _last.Skip(open + 1).Where(length => length != 1));
    }

    /// <summary>Without an axis, as after a sum over it or where one index of it is chosen.</summary>
    public AxisLengths Without(int axis) => At(axis) is { } at ? new AxisLengths(IsComplete, _last.RemoveAt(at)) : Behind(axis);

    /// <summary>With another length of an axis.</summary>
    public AxisLengths With(int axis, long? length) => At(axis) is { } at ? new AxisLengths(IsComplete, _last.SetItem(at, length))
        : !IsComplete && axis == -_last.Length - 1 ? new AxisLengths(isComplete: false, _last.Insert(0, length))
        : Behind(axis);

    /// <summary>With a first axis of any length before all others, as many of them stacked have.</summary>
    public AxisLengths Stacked() => IsComplete ? Of(_last.Insert(0, null)) : this;

    /// <summary>With other last axes in the place of as many.</summary>
    public AxisLengths EndingIn(params long?[] lengths) => new(IsComplete, _last.Take(Math.Max(0, _last.Length - lengths.Length)).Concat(lengths));

    /// <summary>With the axes from one to another made one.</summary>
    public AxisLengths Flattened(int start, int end)
    {
        if (!IsComplete)
        {
            // What is flattened to the end from a certain axis on has as many axes as come before, and one.
            return start >= 0 && end == -1 ? OfRank(start + 1) : Unknown;
        }
        return _last.IsEmpty ? Of([1]) : At(start) is { } first && At(end) is { } last && first <= last
            ? Of([.. _last.Take(first), _last.Skip(first).Take(last - first + 1).Aggregate((long?)1, (product, length) => product * length), .. _last.Skip(last + 1)])
            : Unknown;
    }

    public AxisLengths Swapped(int one, int other) => At(one) is { } left && At(other) is { } right
        ? new AxisLengths(IsComplete, _last.SetItem(left, _last[right]).SetItem(right, _last[left]))
        : IsComplete ? OfRank(_last.Length) : Unknown;

    public bool Equals(AxisLengths? other) => other is not null && IsComplete == other.IsComplete && _last.SequenceEqual(other._last);

    public override bool Equals(object? obj) => Equals(obj as AxisLengths);

    public override int GetHashCode() => _last.Aggregate(IsComplete ? 1 : 0, (hash, length) => (hash * 31) + length.GetHashCode());

    public override string ToString() => $"[{string.Join(", ", (IsComplete ? [] : new[] { "…" })
        .Concat(_last.Select(length => length?.ToString(CultureInfo.InvariantCulture) ?? "?")))}]";

    // Where one is open and the other longer than 1, the longer one decides: anything else would throw.
    private static long? Both(int axis, AxisLengths one, AxisLengths other)
    {
        long? left = Length(one, axis), right = Length(other, axis);
        return left == 1 ? right : right == 1 ? left : left is > 1 ? left : right is > 1 ? right : null;
    }

    private static long? Length(AxisLengths lengths, int axis) => axis <= lengths.Known ? lengths.FromEnd(axis) : lengths.IsComplete ? 1 : null;

    /// <summary>The place of an axis among those known.</summary>
    private int? At(int axis, int inserted = 0)
    {
        int? index = axis < 0 ? axis + _last.Length + inserted : IsComplete ? axis : null;
        return index >= 0 && index < _last.Length + inserted ? index : null;
    }

    /// <summary>What stays certain where it cannot be told which of the known axes is meant, if it is one of them: those behind it.</summary>
    private AxisLengths Behind(int axis, bool isGone = true) => IsComplete ? Unknown : axis < 0 ? this : new AxisLengths(isComplete: false, _last.Skip(isGone ? axis + 1 : axis));
}
