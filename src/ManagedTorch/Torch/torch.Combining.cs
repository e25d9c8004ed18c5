namespace TorchSharp;

public enum compute_mode
{
    use_mm_for_euclid_dist_if_necessary = 0,
    use_mm_for_euclid_dist = 1,
    donot_use_mm_for_euclid_dist = 2,
}

public static partial class torch
{
    public static IEnumerable<Tensor> atleast_1d(params Tensor[] input) => Array.ConvertAll(input, t => t.atleast_1d());

    public static IEnumerable<Tensor> atleast_2d(params Tensor[] input) => Array.ConvertAll(input, t => t.atleast_2d());

    public static IEnumerable<Tensor> atleast_3d(params Tensor[] input) => Array.ConvertAll(input, t => t.atleast_3d());

    public static Tensor hstack(IEnumerable<Tensor> tensors) => hstack((IList<Tensor>)[.. tensors]);

    public static Tensor row_stack(IList<Tensor> tensors) => vstack(tensors);

    public static Tensor row_stack(params Tensor[] tensors) => vstack(tensors);

    public static Tensor row_stack(ReadOnlySpan<Tensor> tensors) => vstack(tensors);

    public static Tensor dstack(IList<Tensor> tensors) => Op.Composed(() => cat((IList<Tensor>)[.. tensors.Select(t => t.atleast_3d())], 2));

    public static Tensor dstack(IEnumerable<Tensor> tensors) => dstack((IList<Tensor>)[.. tensors]);

    public static Tensor dstack(params Tensor[] tensors) => dstack((IList<Tensor>)tensors);

    public static Tensor dstack(ReadOnlySpan<Tensor> tensors) => dstack((IList<Tensor>)tensors.ToArray());

    /// <summary>Vectors become columns first.</summary>
    public static Tensor column_stack(IList<Tensor> tensors) => Op.Composed(() => cat((IList<Tensor>)[.. tensors.Select(t => t.Rank < 2 ? t.reshape(-1, 1) : t)], 1));

    public static Tensor column_stack(params Tensor[] tensors) => column_stack((IList<Tensor>)tensors);

    public static Tensor column_stack(ReadOnlySpan<Tensor> tensors) => column_stack((IList<Tensor>)tensors.ToArray());

    public static Tensor block_diag(params Tensor[] tensors) => Op.Composed(() =>
    {
        Tensor[] blocks = Array.ConvertAll(tensors, t => t.Rank <= 2 ? t.atleast_2d() : throw TorchError.Of($"A block is a matrix, not {Shapes.Text(t.Sizes)}."));
        long width = blocks.Sum(block => block.Sizes[1]), left = 0;
        var rows = new Tensor[blocks.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = nn.functional.pad(blocks[i], [left, width - left - blocks[i].Sizes[1]]);
            left += blocks[i].Sizes[1];
        }
        return cat((IList<Tensor>)rows);
    });

    public static Tensor cartesian_prod(IList<Tensor> tensors) => Op.Composed(() =>
    {
        foreach (Tensor each in tensors)
        {
            if (each.Rank != 1) throw TorchError.Of($"A cartesian product is of vectors, not of {Shapes.Text(each.Sizes)}.");
        }
        return tensors.Count == 1 ? tensors[0].clone() : stack(meshgrid(tensors).Select(grid => grid.reshape(-1)), 1);
    });

    public static Tensor cartesian_prod(params Tensor[] tensors) => cartesian_prod((IList<Tensor>)tensors);

    public static Tensor cartesian_prod(ReadOnlySpan<Tensor> tensors) => cartesian_prod((IList<Tensor>)tensors.ToArray());

    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false)
    {
        if (input.Rank != 1) throw TorchError.Of($"Combinations are of a vector's elements, not of {Shapes.Text(input.Sizes)}.");
        if (r < 0) throw TorchError.Of($"A combination has {r} elements, which is none or more.");
        if (r == 0) return empty([0], input.dtype, input.device);
        return Op.Composed(() =>
        {
            Tensor places = arange(input.Sizes[0], ScalarType.Int64, input.device);
            Tensor all = cartesian_prod((IList<Tensor>)Enumerable.Repeat(places, r).ToArray()).reshape(-1, r);
            Tensor left = all.narrow(1, 0, r - 1), right = all.narrow(1, 1, r - 1);
            Tensor chosen = all.index_select(0, (with_replacement ? left.le(right) : left.lt(right)).all(1).nonzero().reshape(-1));
            return input.index_select(0, chosen.reshape(-1)).reshape(-1, r);
        });
    }

    /// <summary>Distances between the rows of two matrices, or of two batches of them.</summary>
    public static Tensor cdist(Tensor x1, Tensor x2, double p = 2, compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary)
    {
        if (p < 0) throw new ArgumentException($"The p of a norm is not negative, as {p} is.", nameof(p));
        if (x1.Rank < 2 || x2.Rank < 2 || x1.Sizes[^1] != x2.Sizes[^1])
            throw TorchError.Of($"Distances are between rows of one length: {Shapes.Text(x1.Sizes)} and {Shapes.Text(x2.Sizes)} have none.");
        return Op.Composed(x1, x2, (a, b) => (a.unsqueeze(-2) - b.unsqueeze(-3)).Norm([-1], keepdim: false, p));
    }

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false, Tensor? sorter = null)
    {
        Tensor places = BinarySearch.Find(sorted_sequence, values, right, sorter);
        if (!out_int32) return places;
        using (places) return places.to(ScalarType.Int32);
    }

    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor? sorter) =>
        Op.Composed(() => searchsorted(sorted_sequence, full(Array.Empty<long>(), values, values.Type, sorted_sequence.device), out_int32, right, sorter));

    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        TriangleIndices(dtype, () => ones([row, col], ScalarType.Bool, device).tril(offset));

    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) =>
        TriangleIndices(dtype, () => ones([row, col], ScalarType.Bool, device).triu(offset));

    private static Tensor TriangleIndices(ScalarType type, Func<Tensor> triangle)
    {
        if (!is_integral(type)) throw new ArgumentException($"Indices are integers, not {type}.", nameof(type));
        return Op.Composed(() => triangle().nonzero().t().contiguous().to(type));
    }

    public static Tensor vander(Tensor x, long N = -1, bool increasing = false) => x.vander(N, increasing);
}
