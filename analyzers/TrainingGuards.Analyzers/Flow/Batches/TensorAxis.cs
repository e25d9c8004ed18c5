using System.Runtime.InteropServices;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One axis of a tensor, followed through what moves axes about.</summary>
/// <param name="index">Its place, counted from the front.</param>
/// <param name="leastRank">How many axes there are at least.</param>
/// <param name="isRank">Whether there are exactly that many.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly struct TensorAxis(int index, int leastRank, bool isRank = false)
{
    public int Index { get; } = index;

    public int LeastRank { get; } = leastRank;

    public bool IsRank { get; } = isRank;

    /// <summary>Whether a dimension stands before this axis (negative), is it (0) or stands behind it (positive); null where that depends on the rank.</summary>
    public int? Compare(long dimension) =>
        dimension >= 0 ? dimension.CompareTo(Index)
        : IsRank ? (LeastRank + dimension).CompareTo(Index)
        : LeastRank + dimension > Index ? 1
        : null;

    /// <summary>Where it is after some dimensions are gone, null where it is one of them or that is not certain.</summary>
    public TensorAxis? Without(IReadOnlyList<long> dimensions)
    {
        int left = Index;
        foreach (long dimension in dimensions)
        {
            if (Compare(dimension) is not { } order || order == 0)
            {
                return null;
            }
            left -= order < 0 ? 1 : 0;
        }
        return new TensorAxis(left, Math.Max(left + 1, LeastRank - dimensions.Count), IsRank);
    }

    /// <summary>Where it is after an axis is put in front of <paramref name="dimension"/> of the result.</summary>
    public TensorAxis? With(long dimension) =>
        new TensorAxis(Index, LeastRank + 1, IsRank).Compare(dimension) is { } order ? new TensorAxis(order > 0 ? Index : Index + 1, LeastRank + 1, IsRank) : null;

    /// <summary>Where it is after two axes are exchanged.</summary>
    public TensorAxis? Swapped(long one, long other)
    {
        if (Compare(one) is not { } first || Compare(other) is not { } second)
        {
            return null;
        }
        long place = first == 0 ? other : second == 0 ? one : Index;
        place += place < 0 && IsRank ? LeastRank : 0;
        return place < 0 ? null : new TensorAxis((int)place, Math.Max((int)place + 1, LeastRank), IsRank);
    }

    /// <summary>Where it is after all axes are put into another order.</summary>
    public TensorAxis? Permuted(IReadOnlyList<long> order)
    {
        for (int i = 0; i < order.Count; i++)
        {
            if ((order[i] < 0 ? order[i] + order.Count : order[i]) == Index)
            {
                return new TensorAxis(i, order.Count, isRank: true);
            }
        }
        return null;
    }
}
