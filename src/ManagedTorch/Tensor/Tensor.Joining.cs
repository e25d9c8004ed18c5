namespace TorchSharp;

public static partial class torch
{
    // TorchSharp 0.107 takes an array or a span too. 0.105 does not, and what is built on this engine must run on it: it would bind to those.
    public static Tensor cat(IList<Tensor> tensors, long dim = 0)
    {
        if (tensors.Count == 0) throw TorchError.Of("cat joins one tensor or more.");
        // Empty vectors may join anything, as they always could.
        Tensor[] parts = [.. tensors.Where(t => t.Rank != 1 || t.Sizes[0] != 0)];
        if (parts.Length == 0) return tensors[0].clone();
        Tensor first = parts[0];
        if (first.Rank == 0) throw TorchError.Of("Tensors without dimensions are not joined along one: stack them.");
        int d = Shapes.Dim(dim, first.Rank);
        ScalarType type = parts.Select(t => t.dtype).Aggregate(ScalarTypes.Promote);
        var sizes = (long[])first.Sizes.Clone();
        for (int i = 1; i < parts.Length; i++)
        {
            long[] other = parts[i].Sizes;
            Devices.RequireOne(first, parts[i]);
            if (other.Length != sizes.Length) throw TorchError.Of($"cat joins tensors of as many dimensions: {Shapes.Text(first.Sizes)} and {Shapes.Text(other)} are not.");
            for (int k = 0; k < sizes.Length; k++)
            {
                if (k != d && other[k] != sizes[k])
                    throw TorchError.Of($"cat along dimension {d} joins tensors of one size in all others: {Shapes.Text(first.Sizes)} and {Shapes.Text(other)}, number {i}, are not.");
            }
            sizes[d] += other[d];
        }
        Tensor joined = Pointwise.Fresh(sizes, type, first.device);
        long at = 0;
        using (Temporaries.Enter())
        {
            foreach (Tensor part in parts)
            {
                Casting.Copy(part, new Tensor(new TensorImpl(joined.Impl.Storage, part.Sizes, joined.Strides, at * joined.Strides[d])));
                at += part.Sizes[d];
            }
        }
        long[] lengths = Array.ConvertAll(parts, t => t.Sizes[d]);
        return Op.Record("CatBackward", joined, parts, g => g.split(lengths, (long)d));
    }

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);


    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);

    public static Tensor concatenate(Tensor[] tensors, long axis = 0) => cat((IList<Tensor>)tensors, axis);

    public static Tensor concatenate(ReadOnlySpan<Tensor> tensors, long axis = 0) => cat((IList<Tensor>)tensors.ToArray(), axis);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Op.Composed(() =>
    {
        Tensor[] parts = [.. tensors];
        if (parts.Length == 0) throw TorchError.Of("stack joins one tensor or more.");
        for (int i = 1; i < parts.Length; i++)
        {
            if (!parts[i].Sizes.AsSpan().SequenceEqual(parts[0].Sizes))
                throw TorchError.Of($"stack joins tensors of one size: {Shapes.Text(parts[0].Sizes)} and {Shapes.Text(parts[i].Sizes)}, number {i}, are not.");
        }
        int d = Shapes.Dim(dim, parts[0].Rank + 1);
        return cat((IList<Tensor>)Array.ConvertAll(parts, p => p.unsqueeze(d)), d);
    });

    public static Tensor vstack(IList<Tensor> tensors) => Op.Composed(() => cat((IList<Tensor>)[.. tensors.Select(t => t.atleast_2d())], 0));

    public static Tensor vstack(Tensor[] tensors) => vstack((IList<Tensor>)tensors);

    public static Tensor vstack(ReadOnlySpan<Tensor> tensors) => vstack((IList<Tensor>)tensors.ToArray());

    public static Tensor hstack(IList<Tensor> tensors) => Op.Composed(() => cat((IList<Tensor>)[.. tensors.Select(t => t.atleast_1d())], tensors[0].Rank <= 1 ? 0 : 1));

    public static Tensor hstack(params Tensor[] tensors) => hstack((IList<Tensor>)tensors);

    public static Tensor hstack(ReadOnlySpan<Tensor> tensors) => hstack((IList<Tensor>)tensors.ToArray());

    public static Size broadcast_shapes(params long[][] shapes) => new(shapes.Aggregate(Array.Empty<long>(), (a, b) => Shapes.Broadcast(a, b)));

    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors)
    {
        long[] sizes = tensors.Select(t => t.Sizes).Aggregate((a, b) => Shapes.Broadcast(a, b));
        return Array.ConvertAll(tensors, t => t.expand(sizes));
    }

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        Tensor[] axes = [.. tensors];
        bool swaps = indexing == "xy" && axes.Length > 1;
        if (swaps) (axes[0], axes[1]) = (axes[1], axes[0]);
        long[] sizes = Array.ConvertAll(axes, a => a.numel());
        Tensor[] grids = Op.Composed(() => axes.Select((a, d) => a.reshape([.. sizes.Select((s, i) => i == d ? s : 1)]).expand(sizes)).ToArray());
        if (!swaps) return grids;
        (grids[0], grids[1]) = (grids[1], grids[0]);
        return Array.ConvertAll(grids, g => g.transpose(0, 1));
    }

    public partial class Tensor
    {
        public Tensor atleast_1d() => Rank == 0 ? reshape(1) : new(Impl);

        public Tensor atleast_2d() => Rank switch
        {
            0 => reshape(1, 1),
            1 => unsqueeze(0),
            _ => new(Impl),
        };

        public Tensor atleast_3d() => Rank switch
        {
            0 => reshape(1, 1, 1),
            1 => Op.Composed(() => unsqueeze(0).unsqueeze(-1)),
            2 => unsqueeze(-1),
            _ => new(Impl),
        };

        public Tensor repeat(params long[] sizes)
        {
            if (sizes.Length < Rank) throw TorchError.Of($"repeat takes a number for each dimension of {Shapes.Text(Sizes)}, at least: {Shapes.Text(sizes)} are too few.");
            return Op.Composed(() =>
            {
                long[] padded = [.. Enumerable.Repeat(1L, sizes.Length - Rank), .. Sizes];
                Tensor spread = reshape([.. padded.SelectMany(s => new[] { 1, s })]).expand([.. padded.SelectMany((s, i) => new[] { sizes[i], s })]);
                return spread.clone().reshape([.. padded.Select((s, i) => s * sizes[i])]);
            });
        }

        public Tensor tile(long[] reps) => repeat([.. Enumerable.Repeat(1L, Math.Max(Rank - reps.Length, 0)), .. reps]);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Op.Composed(() =>
        {
            if (dim is not { } along) return reshape(-1).repeat_interleave(repeats, 0);
            int d = Shapes.Dim(along, Rank);
            Tensor spread = unsqueeze(d + 1).expand([.. Sizes[..(d + 1)], repeats, .. Sizes[(d + 1)..]]);
            return spread.reshape(With(Sizes, d, Sizes[d] * repeats));
        });

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) => Op.Composed(() =>
        {
            if (dim is not { } along) return reshape(-1).repeat_interleave(repeats, 0);
            int d = Shapes.Dim(along, Rank);
            long[] counts = repeats.to(ScalarType.Int64).expand(Sizes[d]).Packed().Flat<long>().ToArray();
            long[] positions = [.. counts.SelectMany((count, i) => Enumerable.Repeat((long)i, (int)count))];
            return index_select(d, Pointwise.Of<long>(positions, [positions.Length], device));
        });

        public Tensor flip(params long[] dims)
        {
            int[] flipped = Shapes.Dims(dims, Rank);
            return Op.Composed(() =>
            {
                Tensor result = this;
                foreach (int d in flipped) result = result.index_select(d, arange(Sizes[d] - 1, -1, -1, ScalarType.Int64, device));
                return ReferenceEquals(result, this) ? clone() : result;
            });
        }

        public Tensor fliplr() => flip(1);

        public Tensor flipud() => flip(0);

        public Tensor roll(long shifts, long? dims = null) => dims is { } d
            ? roll([shifts], [d])
            : Op.Composed(() => reshape(-1).roll(shifts, 0).reshape(Sizes));

        public Tensor roll(long[] shifts, long[] dims)
        {
            if (shifts.Length != dims.Length) throw TorchError.Of($"roll takes a shift for each dimension: {shifts.Length} and {dims.Length} are given.");
            return Op.Composed(() =>
            {
                Tensor result = this;
                for (int i = 0; i < dims.Length; i++) result = result.Rolled(shifts[i], Shapes.Dim(dims[i], Rank));
                return ReferenceEquals(result, this) ? clone() : result;
            });
        }

        public Tensor roll(long[] shifts) => roll(shifts[0]);

        public Tensor roll((long, long) shifts, (long, long) dims) => roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);

        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            roll([shifts.Item1, shifts.Item2, shifts.Item3], [dims.Item1, dims.Item2, dims.Item3]);

        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => dims.IsEmpty ? roll(shifts[0]) : roll(shifts.ToArray(), dims.ToArray());

        public Tensor rot90(long k = 1, (long, long)? dims = null)
        {
            (long a, long b) = dims ?? (0, 1);
            return Op.Composed(() => (((k % 4) + 4) % 4) switch
            {
                1 => flip(b).transpose(a, b),
                2 => flip(a, b),
                3 => flip(a).transpose(a, b),
                _ => clone(),
            });
        }

        public Tensor tril(long diagonal = 0) => Triangle("TrilBackward", diagonal, lower: true);

        public Tensor triu(long diagonal = 0) => Triangle("TriuBackward", diagonal, lower: false);

        public Tensor tril_(long diagonal = 0) => InPlace([], x => x.tril(diagonal));

        public Tensor triu_(long diagonal = 0) => InPlace([], x => x.triu(diagonal));

        public Tensor diag(long diagonal = 0) => Rank switch
        {
            1 => diag_embed(diagonal),
            2 => Op.Composed(() => this.diagonal(diagonal).clone()),
            _ => throw TorchError.Of($"diag is of a vector or a matrix, not of {Shapes.Text(Sizes)}."),
        };

        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Op.Composed(() =>
        {
            long n = Sizes[^1] + Math.Abs(offset);
            int a = Shapes.Dim(dim1, Rank + 1);
            int b = Shapes.Dim(dim2, Rank + 1);
            Tensor whole = torch.zeros([.. Sizes[..^1], n, n], dtype, device);
            whole.diagonal(offset, -2, -1).copy_(this);
            return whole.movedim([-2, -1], [a, b]);
        });

        public Tensor diagflat(long offset = 0) => Op.Composed(() => reshape(-1).diag(offset));

        private Tensor Rolled(long shift, int dim)
        {
            long size = Sizes[dim];
            long start = size == 0 ? 0 : (((-shift % size) + size) % size);
            return cat((IList<Tensor>)[narrow(dim, start, size - start), narrow(dim, 0, start)], dim);
        }

        private Tensor Triangle(string name, long diagonal, bool lower)
        {
            if (Rank < 2) throw TorchError.Of($"{(lower ? "tril" : "triu")} is of matrices, not of {Shapes.Text(Sizes)}.");
            using Temporaries own = Temporaries.Enter();
            Tensor outside = Pointwise.Fresh(Sizes[^2..], ScalarType.Bool, device);
            Span<bool> flags = outside.Flat<bool>();
            long columns = Sizes[^1];
            for (int i = 0; i < flags.Length; i++)
            {
                long above = (i % columns) - (i / columns) - diagonal;
                flags[i] = lower ? above > 0 : above < 0;
            }
            Tensor kept = Pointwise.Select(outside, torch.full(Array.Empty<long>(), 0, dtype, device), this);
            return own.Keep(Op.Record(name, kept, [this], g => [g.Triangle(name, diagonal, lower)]));
        }
    }
}
