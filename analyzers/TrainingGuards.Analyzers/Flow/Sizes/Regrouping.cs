using System.Globalization;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A view that cuts the elements of a tensor, in the order they lie in memory, into axes that are its own in another order.</summary>
internal sealed class Regrouping
{
    /// <summary>How many axes are tried for a tensor whose rank is open.</summary>
    private const int Axes = 8;

    private readonly Func<string, IReadOnlyList<string>, string>? _instead;

    private Regrouping(Func<string, IReadOnlyList<string>, string>? instead) => _instead = instead;

    /// <summary>What gives these sizes and keeps the elements where they belong; null where that is not certain.</summary>
    /// <param name="method">The name of the method that was called, view or reshape.</param>
    /// <param name="sizes">The sizes as they are written.</param>
    public string? Instead(string method, IReadOnlyList<string> sizes) => _instead?.Invoke(method, sizes);

    /// <summary>The reordering that a view certainly is, null where it keeps the order or nothing is certain.</summary>
    /// <param name="shape">What is viewed.</param>
    /// <param name="sizes">The sizes it is given, null for those not known.</param>
    /// <param name="inferred">Which of them is −1, if one is.</param>
    public static Regrouping? Find(Shape shape, IReadOnlyList<Extent?> sizes, int? inferred)
    {
        Extent[] after = Unified(shape, [.. sizes.OfType<Extent>()]);
        if (!after.Any(size => Axis(shape, size).Any()))
        {
            return null;
        }
        return after.Length == sizes.Count ? Before(shape, after) is { } before && IsReordered(before, after) ? Between(before, after) : null
            : after.Length == sizes.Count - 1 && inferred is { } rest && shape.Rank is null ? Open(shape, sizes, rest)
            : null;
    }

    /// <summary>
    /// The reordering that a view certainly is of what a layer made of a tensor: of the same axes but for the last, which is as long as before or the view
    /// throws; or with one more, of a length that is a number. Null where it keeps the order or nothing is certain.
    /// </summary>
    /// <param name="given">What the layer was given.</param>
    /// <param name="sizes">The sizes that its result is viewed with.</param>
    /// <param name="isEmbedded">Whether the layer adds an axis.</param>
    public static Regrouping? Between(Shape given, Extent[] sizes, bool isEmbedded)
    {
        if (Extent.Product(sizes) is not { } all)
        {
            return null;
        }
        for (int rank = 2; rank <= Math.Min(given.Rank ?? Axes, Axes); rank++)
        {
            Extent[] axes = [.. Enumerable.Range(0, rank).Select(axis => given[axis]!)];
            if (!axes.Any(axis => axis.IsConstant) && Extent.Product(axes) is { } known && all.Over(known) is { Number: { } rest } left && (isEmbedded || rest == 1))
            {
                Extent[] before = isEmbedded ? [.. axes, left] : axes;
                return IsReordered(before, sizes) ? Between(before, sizes) : null;
            }
        }
        return null;
    }

    /// <summary>The axes of this size; int.MaxValue for the last where its number is not known.</summary>
    private static IEnumerable<int> Axis(Shape shape, Extent size) =>
        Enumerable.Range(0, Axes).Append(int.MaxValue).Where(axis => size.Equals(shape[axis == int.MaxValue ? -1 : axis]));

    /// <summary>Where all but one size are axes, the one left over is the axis left over: with any other the view throws.</summary>
    private static Extent[] Unified(Shape shape, Extent[] after)
    {
        List<Extent> axes = [.. shape.First];
        int[] others = [.. Enumerable.Range(0, after.Length).Where(i => !axes.Remove(after[i]))];
        if (shape.Rank == after.Length && others.Length == 1 && !(axes[0].IsConstant && after[others[0]].IsConstant))
        {
            after[others[0]] = axes[0];
        }
        return after;
    }

    /// <summary>The axes before: those known, or as many of those named as multiply to the same number of elements.</summary>
    private static Extent[]? Before(Shape shape, Extent[] after)
    {
        Extent? all = Extent.Product(after);
        var candidates = shape.Rank is not null
            ? [[.. shape.First]]
            : Enumerable.Range(1, Axes).SelectMany(rank => new[] { Named(shape, rank, rank - 1), Named(shape, rank, -1) }).OfType<Extent[]>();
        return all is null ? null : candidates.FirstOrDefault(before => all.Equals(Extent.Product(before)));
    }

    private static Extent[]? Named(Shape shape, int rank, int last) =>
        shape[last] is { } end ? [.. Enumerable.Range(0, rank - 1).Select(axis => shape[axis]!), end] : null;

    /// <summary>
    /// Whether an axis has moved. Elements stay in the order they lie in memory, so an axis is still itself only if as many steps come
    /// before it as before. Axes of length 1 may stand anywhere.
    /// </summary>
    private static bool IsReordered(Extent[] before, Extent[] after)
    {
        Extent[] source = [.. before.Where(extent => !extent.IsOne)], target = [.. after.Where(extent => !extent.IsOne)];
        return !source.SequenceEqual(target)
            && (Assign(source, target) is not null && source.Length == target.Length
                || source.Any(extent => !extent.IsConstant && IsOnce(source, extent) && IsOnce(target, extent)
                    && !Equals(StepsBefore(source, extent), StepsBefore(target, extent))));
    }

    private static bool IsOnce(Extent[] extents, Extent sought) => extents.Count(sought.Equals) == 1;

    private static Extent? StepsBefore(Extent[] extents, Extent sought) => Extent.Product(extents.TakeWhile(extent => !extent.Equals(sought)));

    /// <summary>The reordering of axes that are all known: each a whole one, or split or merged within itself.</summary>
    private static Regrouping Between(Extent[] before, Extent[] after)
    {
        if (before.Length <= after.Length && Assign(after, before) is { } split)
        {
            int[] inOrder = [.. Enumerable.Range(0, after.Length).OrderBy(part => split[part])];
            int[] axes = [.. Enumerable.Range(0, after.Length).Select(part => Array.IndexOf(inOrder, part))];
            return new Regrouping((method, sizes) => before.Length == after.Length
                ? Permute(axes)
                : $"{method}({string.Join(", ", inOrder.Select(part => sizes[part]))}).{Permute(axes)}");
        }
        if (before.Length > after.Length && Assign(before, after) is { } merged)
        {
            int[] axes = [.. Enumerable.Range(0, before.Length).OrderBy(part => merged[part])];
            return new Regrouping((_, sizes) => $"{Permute(axes)}.reshape({string.Join(", ", sizes)})");
        }
        return new Regrouping(null);
    }

    /// <summary>A tensor of open rank, viewed with a −1: certain only where two of its axes stand the other way round.</summary>
    private static Regrouping? Open(Shape shape, IReadOnlyList<Extent?> sizes, int inferred)
    {
        // The last axis comes after every other, whatever its number is.
        int[] whole = [.. sizes.Where((_, i) => i != inferred)
            .SelectMany(size => Axis(shape, size!))];
        if (whole.Distinct().Count() != whole.Length || whole.SequenceEqual(whole.OrderBy(axis => axis)))
        {
            return null;
        }
        // Where the axes before the −1 are the first ones with two exchanged, exchanging them first is right whatever the rank is.
        int[] moved = [.. Enumerable.Range(0, whole.Length).Where(i => whole[i] != i)];
        return inferred == sizes.Count - 1 && whole.Length == inferred && moved.Length == 2 && whole[moved[0]] == moved[1] && whole[moved[1]] == moved[0]
            ? new Regrouping((_, texts) => string.Format(
                CultureInfo.InvariantCulture, "transpose({0}, {1}).reshape({2})", moved[0], moved[1], string.Join(", ", texts)))
            : new Regrouping(null);
    }

    /// <summary>For each part the whole that it belongs to, so that the parts of each multiply to it; null where there is no such way.</summary>
    private static int[]? Assign(Extent[] parts, Extent[] wholes)
    {
        int[] assigned = [.. parts.Select(_ => -1)];
        bool[] taken = new bool[wholes.Length];
        for (int part = 0; part < parts.Length; part++)
        {
            int whole = Enumerable.Range(0, wholes.Length)
                .Where(candidate => !taken[candidate] && wholes[candidate].Equals(parts[part])).DefaultIfEmpty(-1).First();
            if (whole >= 0)
            {
                (assigned[part], taken[whole]) = (whole, true);
            }
            else if (parts[part].IsOne)
            {
                assigned[part] = 0;
            }
        }
        int[] openParts = [.. Enumerable.Range(0, parts.Length).Where(part => assigned[part] < 0)];
        int[] openWholes = [.. Enumerable.Range(0, wholes.Length).Where(whole => !taken[whole])];
        return openParts.Length <= 5 && Place(parts, wholes, assigned, openParts, openWholes, next: 0) ? assigned : null;
    }

    private static bool Place(Extent[] parts, Extent[] wholes, int[] assigned, int[] openParts, int[] openWholes, int next)
    {
        if (next == openParts.Length)
        {
            return openWholes.All(whole => wholes[whole].Equals(
                Extent.Product(Enumerable.Range(0, parts.Length).Where(part => assigned[part] == whole).Select(part => parts[part]))));
        }
        foreach (int whole in openWholes)
        {
            assigned[openParts[next]] = whole;
            if (Place(parts, wholes, assigned, openParts, openWholes, next + 1))
            {
                return true;
            }
        }
        return false;
    }

    private static string Permute(IEnumerable<int> axes) =>
        $"permute({string.Join(", ", axes.Select(axis => axis.ToString(CultureInfo.InvariantCulture)))})";
}
