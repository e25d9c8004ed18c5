namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A differentiable view: the same storage, seen otherwise.</summary>
        private Tensor ViewAs(string name, long[] sizes, long[] strides, long offset, Func<Tensor, Tensor> backward)
        {
            var seen = new TensorImpl(Impl.Storage, sizes, strides, offset);
            if (IsFloating) seen.Autograd = new() { View = ViewOf.Of(Impl) };
            return Op.Record(name, new Tensor(seen), [this], g => [backward(g)]);
        }

        /// <summary>The same broadcast to more elements, outside the graph; the handle itself where that is its shape already.</summary>
        internal Tensor Spread(long[] sizes) => Sizes.AsSpan().SequenceEqual(sizes) ? this : new(new TensorImpl(Impl.Storage, sizes, SpreadStrides(sizes), Impl.Offset));

        private long[] SpreadStrides(ReadOnlySpan<long> sizes)
        {
            if (!Shapes.CanBroadcast(Sizes, sizes))
            {
                throw TorchError.Of($"{Shapes.Text(Sizes)} is not expanded to {Shapes.Text(sizes)}: only dimensions of size 1 grow.");
            }
            var strides = new long[sizes.Length];
            for (int fromEnd = 1; fromEnd <= Rank; fromEnd++) strides[^fromEnd] = Sizes[^fromEnd] == sizes[^fromEnd] ? Strides[^fromEnd] : 0;
            return strides;
        }

        public Tensor alias() => ViewAs("AliasBackward", Sizes, Strides, Impl.Offset, g => g);

        public Tensor view(params long[] shape)
        {
            long[] sizes = Shapes.Infer(shape, numel());
            long[] strides = Shapes.ViewStrides(Sizes, Strides, sizes)
                ?? throw TorchError.Of($"The elements of {Shapes.Text(Sizes)}, strides {Shapes.Text(Strides)}, do not lie so that {Shapes.Text(sizes)} could be a view of them. Use .reshape(...) instead.");
            long[] before = Sizes;
            return ViewAs("ViewBackward", sizes, strides, Impl.Offset, g => g.reshape(before));
        }

        public Tensor view_as(Tensor other) => view(other.Sizes);

        public Tensor reshape(params long[] shape)
        {
            long[] sizes = Shapes.Infer(shape, numel());
            return Shapes.ViewStrides(Sizes, Strides, sizes) is not null ? view(sizes) : Op.Composed(() => contiguous().view(sizes));
        }

        public Tensor flatten(long start_dim = 0, long end_dim = -1)
        {
            int from = Shapes.Dim(start_dim, Rank);
            int to = Shapes.Dim(end_dim, Rank);
            if (from > to) throw TorchError.Of($"flatten goes from a dimension to a later one, not from {from} to {to}.");
            if (Rank == 0) return reshape(1);
            if (from == to) return new Tensor(Impl);
            return reshape([.. Sizes[..from], Shapes.Count(Sizes.AsSpan(from, to - from + 1)), .. Sizes[(to + 1)..]]);
        }

        public Tensor ravel() => reshape(-1);

        public Tensor unflatten(long dim, params long[] sizes)
        {
            int at = Shapes.Dim(dim, Rank);
            return view([.. Sizes[..at], .. Shapes.Infer(sizes, Sizes[at]), .. Sizes[(at + 1)..]]);
        }

        public Tensor unflatten(long dim, Size sizes) => unflatten(dim, sizes.Shape);

        public Tensor permute(params long[] permutation)
        {
            if (permutation.Length != Rank)
            {
                throw TorchError.Of($"permute takes each dimension of {Shapes.Text(Sizes)} once, not {Shapes.Text(permutation)}.");
            }
            int[] order = Shapes.Dims(permutation, Rank);
            var back = new long[Rank];
            for (int d = 0; d < Rank; d++) back[order[d]] = d;
            return ViewAs("PermuteBackward", Array.ConvertAll(order, d => Sizes[d]), Array.ConvertAll(order, d => Strides[d]), Impl.Offset, g => g.permute(back));
        }

        public Tensor permute(IEnumerable<long> permutation) => permute([.. permutation]);

        public Tensor transpose(long dim0, long dim1)
        {
            int a = Shapes.Dim(dim0, Rank);
            int b = Shapes.Dim(dim1, Rank);
            return ViewAs("TransposeBackward", Swapped(Sizes, a, b), Swapped(Strides, a, b), Impl.Offset, g => g.transpose(a, b));
        }

        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);

        public Tensor t()
        {
            if (Rank > 2) throw TorchError.Of($"t() is of a matrix or less, not of {Shapes.Text(Sizes)}: use transpose or mT.");
            return Rank < 2 ? alias() : transpose(0, 1);
        }

        public Tensor T => permute([.. Enumerable.Range(0, Rank).Reverse().Select(d => (long)d)]);

        public Tensor mT => transpose(-2, -1);

        public Tensor adjoint() => transpose(-2, -1);

        public Tensor movedim(long[] source, long[] destination)
        {
            int[] from = Shapes.Dims(source, Rank);
            int[] to = Shapes.Dims(destination, Rank);
            if (from.Length != to.Length) throw TorchError.Of($"movedim takes as many destinations as sources: {from.Length} and {to.Length} are given.");
            var order = new long[Rank];
            Array.Fill(order, -1);
            for (int i = 0; i < from.Length; i++) order[to[i]] = from[i];
            var rest = new Queue<int>(Enumerable.Range(0, Rank).Except(from));
            for (int d = 0; d < Rank; d++)
            {
                if (order[d] < 0) order[d] = rest.Dequeue();
            }
            return permute(order);
        }

        public Tensor moveaxis(long[] source, long[] destination) => movedim(source, destination);

        public Tensor squeeze(long? dim = null)
        {
            int? only = dim is { } d ? Shapes.Dim(d, Rank) : null;
            int[] left = [.. Enumerable.Range(0, Rank).Where(i => Sizes[i] != 1 || (only is { } o && i != o))];
            long[] before = Sizes;
            return ViewAs("SqueezeBackward", Array.ConvertAll(left, i => Sizes[i]), Array.ConvertAll(left, i => Strides[i]), Impl.Offset, g => g.reshape(before));
        }

        public Tensor squeeze_(long? dim = null) => Restride(squeeze(dim));

        public Tensor unsqueeze(long dim)
        {
            int at = Shapes.Dim(dim, Rank + 1);
            long step = at < Rank ? Strides[at] * Sizes[at] : 1;
            return ViewAs("UnsqueezeBackward", [.. Sizes[..at], 1, .. Sizes[at..]], [.. Strides[..at], step, .. Strides[at..]], Impl.Offset, g => g.squeeze(at));
        }

        public Tensor unsqueeze_(long dim) => Restride(unsqueeze(dim));

        public Tensor transpose_(long dim0, long dim1) => Restride(transpose(dim0, dim1));

        public Tensor expand(params long[] sizes)
        {
            var full = (long[])sizes.Clone();
            int added = sizes.Length - Rank;
            if (added < 0)
                throw TorchError.Of($"{Shapes.Text(Sizes)} is not expanded to {Shapes.Text(sizes)}, which has fewer dimensions.");
            for (int d = 0; d < full.Length; d++)
            {
                if (full[d] != -1) continue;
                if (d < added) throw TorchError.Of($"Dimension {d} is new: what size it expands to cannot be left open with {full[d]}.");
                full[d] = Sizes[d - added];
            }
            long[] before = Sizes;
            return ViewAs("ExpandBackward", full, SpreadStrides(full), Impl.Offset, g => g.SumTo(before));
        }

        public Tensor expand(long[] sizes, bool isImplicit = false) => expand(sizes);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray());

        public Tensor expand(Size sizes, bool isImplicit = false) => expand(sizes.Shape);

        public Tensor expand_as(Tensor other) => expand(other.Sizes);

        public Tensor broadcast_to(params long[] shape) => expand(shape);

        public Tensor narrow(long dim, long start, long length)
        {
            int d = Shapes.Dim(dim, Rank);
            if (start < 0) start += Sizes[d];
            if (length < 0 || start < 0 || start + length > Sizes[d])
                throw TorchError.Of($"{length} elements from {start} on are not all in dimension {d}, of size {Sizes[d]}.");
            return slice(d, start, start + length, 1);
        }

        public Tensor slice(long dim, long start, long finish, long step)
        {
            int d = Shapes.Dim(dim, Rank);
            if (step <= 0) throw TorchError.Of("A slice steps forward.");
            long size = Sizes[d];
            start = Math.Clamp(start < 0 ? start + size : start, 0, size);
            finish = Math.Clamp(finish < 0 ? finish + size : finish, start, size);
            long[] sizes = Sizes;
            long[] seen = With(Sizes, d, (finish - start + step - 1) / step);
            return ViewAs("SliceBackward", seen, With(Strides, d, Strides[d] * step), Impl.Offset + (start * Strides[d]),
                g => Placed(g, sizes, whole => whole.slice(d, start, finish, step)));
        }

        public Tensor select(long dim, long index)
        {
            if (Rank == 0) throw TorchError.Of("A tensor without dimensions has nothing to select from.");
            int d = Shapes.Dim(dim, Rank);
            if (index < -Sizes[d] || index >= Sizes[d])
                throw TorchError.Of($"Index {index} is out of range: {Shapes.Text(Sizes)} along dimension {d}.");
            long at = index < 0 ? index + Sizes[d] : index;
            long[] sizes = Sizes;
            return ViewAs("SelectBackward", [.. Sizes[..d], .. Sizes[(d + 1)..]], [.. Strides[..d], .. Strides[(d + 1)..]], Impl.Offset + (at * Strides[d]),
                g => Placed(g, sizes, whole => whole.select(d, at)));
        }

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1)
        {
            int a = Shapes.Dim(dim1, Rank);
            int b = Shapes.Dim(dim2, Rank);
            if (a == b) throw TorchError.Of($"A diagonal goes along two dimensions, not twice along {dim1}.");
            long length = Math.Max(offset >= 0 ? Math.Min(Sizes[a], Sizes[b] - offset) : Math.Min(Sizes[a] + offset, Sizes[b]), 0);
            long first = length == 0 ? 0 : offset >= 0 ? offset * Strides[b] : -offset * Strides[a];
            int[] rest = [.. Enumerable.Range(0, Rank).Where(d => d != a && d != b)];
            long[] sizes = Sizes;
            return ViewAs("DiagonalBackward", [.. rest.Select(d => Sizes[d]), length], [.. rest.Select(d => Strides[d]), Strides[a] + Strides[b]], Impl.Offset + first,
                g => Placed(g, sizes, whole => whole.diagonal(offset, a, b)));
        }

        public Tensor unfold(long dimension, long size, long step)
        {
            int d = Shapes.Dim(dimension, Rank);
            long windows = ((Sizes[d] - size) / step) + 1;
            if (size > Sizes[d] || step <= 0) throw TorchError.Of($"Windows of {size}, {step} apart, do not lie in dimension {d}, of size {Sizes[d]}.");
            return as_strided([.. With(Sizes, d, windows), size], [.. With(Strides, d, Strides[d] * step), Strides[d]], Impl.Offset);
        }

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            long[] sizes = (long[])size.Clone();
            long[] steps = (long[])strides.Clone();
            Func<Tensor, Tensor> backward = StridedView.Restrided(Impl, sizes, steps, storageOffset);
            return ViewAs("AsStridedBackward", sizes, steps, storageOffset, backward);
        }

        public Tensor[] split(long size, int dim = 0)
        {
            int d = Shapes.Dim(dim, Rank);
            if (size <= 0) throw TorchError.Of($"Parts are at least 1 long, not {size}.");
            var sizes = new List<long>();
            for (long at = 0; at < Sizes[d]; at += size) sizes.Add(Math.Min(size, Sizes[d] - at));
            return split(sizes.Count > 0 ? [.. sizes] : [0L], (long)d);
        }

        public Tensor[] split(long[] sizes, long dim = 0)
        {
            int d = Shapes.Dim(dim, Rank);
            if (sizes.Sum() != Sizes[d])
                throw TorchError.Of($"Parts of {Shapes.Text(sizes)} do not make up dimension {d}, of size {Sizes[d]}.");
            return OfOneFunction(Parts(sizes, d));
        }

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);

        public Tensor[] split(params long[] sizes) => split(sizes, 0L);

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            int d = Shapes.Dim(dim, Rank);
            if (chunks <= 0) throw TorchError.Of($"There is at least one chunk, not {chunks}.");
            return split(Math.Max((Sizes[d] + chunks - 1) / chunks, 1), d);
        }

        public Tensor[] tensor_split(long size, long dim = 0)
        {
            int d = Shapes.Dim(dim, Rank);
            (long least, long more) = Math.DivRem(Sizes[d], size);
            return Parts([.. Enumerable.Range(0, (int)size).Select(i => i < more ? least + 1 : least)], d);
        }

        public Tensor[] unbind(long dimension = 0)
        {
            int d = Shapes.Dim(dimension, Rank);
            var parts = new Tensor[Sizes[d]];
            for (int i = 0; i < parts.Length; i++) parts[i] = select(d, i);
            return OfOneFunction(parts);
        }

        private Tensor[] Parts(long[] sizes, int dim)
        {
            var parts = new Tensor[sizes.Length];
            long at = 0;
            for (int i = 0; i < sizes.Length; i++)
            {
                parts[i] = narrow(dim, at, sizes[i]);
                at += sizes[i];
            }
            return parts;
        }

        private static Tensor[] OfOneFunction(Tensor[] parts)
        {
            if (!GradMode.Enabled) return parts;
            foreach (Tensor part in parts)
            {
                if (part.Impl.Autograd?.View is { } view) view.Origin = ViewOrigin.OneOfSeveral;
            }
            return parts;
        }

        // The gradient of a part, at its place in zeros of the whole.
        private static Tensor Placed(Tensor gradient, long[] sizes, Func<Tensor, Tensor> part)
        {
            Tensor whole = torch.zeros(sizes, gradient.dtype, gradient.device);
            part(whole).copy_(gradient);
            return whole;
        }

        private Tensor Restride(Tensor seen)
        {
            using (seen)
            {
                Edge edge = Graph.EdgeOf(seen.Impl);
                Impl.Restride(seen.Sizes, seen.Strides);
                if (Impl.Autograd is { } meta && !meta.RequiresGrad && edge.Node is not null) (meta.GradFn, meta.OutputNr) = (edge.Node, edge.OutputNr);
            }
            return this;
        }

        private static long[] Swapped(long[] values, int a, int b)
        {
            var swapped = (long[])values.Clone();
            if (values.Length > 0) (swapped[a], swapped[b]) = (values[b], values[a]);
            return swapped;
        }

        private static long[] With(long[] values, int at, long value)
        {
            var changed = (long[])values.Clone();
            changed[at] = value;
            return changed;
        }
    }
}
