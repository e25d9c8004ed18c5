using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => Selected(indices);
            set => Selected(indices).Filled(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => Selected([i1]);
            set => Selected([i1]).Filled(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => Selected([i1, i2]);
            set => Selected([i1, i2]).Filled(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => Selected([i1, i2, i3]);
            set => Selected([i1, i2, i3]).Filled(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => Selected([i1, i2, i3, i4]);
            set => Selected([i1, i2, i3, i4]).Filled(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => Selected([i1, i2, i3, i4, i5]);
            set => Selected([i1, i2, i3, i4, i5]).Filled(value);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => Selected([i1, i2, i3, i4, i5, i6]);
            set => Selected([i1, i2, i3, i4, i5, i6]).Filled(value);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            using Temporaries own = Temporaries.Enter();
            (Tensor view, Tensor?[] tensors) = Sliced(indices);
            return own.Keep(Array.TrueForAll(tensors, t => t is null) ? view : view.Picked(tensors));
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            using Temporaries own = Temporaries.Enter();
            (Tensor view, Tensor?[] tensors) = Sliced(indices);
            if (Array.TrueForAll(tensors, t => t is null))
            {
                if (accumulate) view.add_(value);
                else view.copy_(value);
                return this;
            }
            Tensor positions = arange(view.numel(), device: device).reshape(view.Sizes).Picked(tensors);
            view.InPlace([value], x => x.Put(positions, value, accumulate));
            return this;
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, accumulate: false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor), accumulate);

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, accumulate: false);

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using Temporaries own = Temporaries.Enter();
            return index_put_(torch.full(Array.Empty<long>(), value, dtype, device), indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        private Tensor Selected(ReadOnlySpan<long> indices)
        {
            if (indices.Length > Rank) throw TorchError.Of($"too many indices for tensor of dimension {Rank}");
            using Temporaries own = Temporaries.Enter();
            Tensor view = this;
            foreach (long at in indices) view = view.select(0, at);
            return own.Keep(view);
        }

        private void Filled(Tensor value)
        {
            copy_(value);
            Dispose();
        }

        /// <summary>What numbers, slices, new axes and the ellipsis select as a view, and the index tensors left for its dimensions.</summary>
        private (Tensor View, Tensor?[] Tensors) Sliced(TensorIndex[] indices)
        {
            int consumed = indices.Sum(Consumes);
            if (consumed > Rank) throw TorchError.Of($"too many indices for tensor of dimension {Rank}");
            using Temporaries own = Temporaries.Enter();
            Tensor view = new(Impl);
            var tensors = new List<Tensor?>();
            foreach (TensorIndex given in indices)
            {
                int d = tensors.Count;
                switch (given.kind)
                {
                    case TensorIndex.Kind.Single:
                        view = view.select(d, given.start!.Value);
                        break;
                    case TensorIndex.Kind.Slice:
                        view = view.slice(d, given.start ?? 0, given.stop ?? long.MaxValue, given.step ?? 1);
                        tensors.Add(null);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        for (int skipped = Rank - consumed; skipped > 0; skipped--) tensors.Add(null);
                        break;
                    case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                        view = view.unsqueeze(d);
                        tensors.Add(null);
                        break;
                    case TensorIndex.Kind.Bool:
                        view = view.unsqueeze(d);
                        tensors.Add(tensor(given.start == 1 ? [0L] : Array.Empty<long>()));
                        break;
                    default:
                        Tensor index = given.tensor!;
                        if (index.dtype is not (ScalarType.Bool or ScalarType.Byte))
                        {
                            if (index.IsFloating) throw TorchError.Of("tensors used as indices must be long, int, byte or bool tensors");
                            tensors.Add(index);
                            break;
                        }
                        RequireMask(index, view, d);
                        tensors.AddRange(index.nonzero_as_list());
                        break;
                }
            }
            while (tensors.Count < view.Rank) tensors.Add(null);
            own.Keep(view);
            foreach (Tensor? index in tensors)
            {
                if (index is not null) own.Keep(index);
            }
            return (view, [.. tensors]);

            static int Consumes(TensorIndex index) => index.kind switch
            {
                TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
                TensorIndex.Kind.Tensor => index.tensor!.dtype is ScalarType.Bool or ScalarType.Byte ? index.tensor.Rank : 1,
                _ => 0,
            };
        }

        private static void RequireMask(Tensor mask, Tensor indexed, int dim)
        {
            for (int d = 0; d < mask.Rank; d++)
            {
                if (mask.Sizes[d] != indexed.Sizes[dim + d])
                {
                    throw TorchError.Of($"The shape of the mask {Shapes.Text(mask.Sizes)} at index {d} does not match "
                        + $"the shape of the indexed tensor {Shapes.Text(indexed.Sizes)} at index {dim + d}");
                }
            }
        }

        // One index over all indexed dimensions at once, which then stand where the first of them stood, or in front if they were apart.
        private Tensor Picked(Tensor?[] tensors)
        {
            int[] indexed = [.. All.Where(d => tensors[d] is not null)];
            int[] others = [.. All.Except(indexed)];
            long[] common = indexed.Select(d => tensors[d]!.Sizes).Aggregate((a, b) => Shapes.Broadcast(a, b));
            Tensor at = torch.zeros(common, ScalarType.Int64, device);
            foreach (int d in indexed) at = (at * Sizes[d]) + Wrapped(tensors[d]!, d);
            Tensor rows = permute([.. indexed.Concat(others).Select(d => (long)d)]).reshape([indexed.Aggregate(1L, (n, d) => n * Sizes[d]), .. others.Select(d => Sizes[d])]);
            Tensor picked = rows.index_select(0, at.reshape(-1)).reshape([.. common, .. others.Select(d => Sizes[d])]);
            bool together = indexed[^1] - indexed[0] == indexed.Length - 1;
            if (!together || indexed[0] == 0) return picked;
            long[] front = [.. Enumerable.Range(0, common.Length).Select(i => (long)i)];
            return picked.movedim(front, Array.ConvertAll(front, i => i + indexed[0]));
        }

        private Tensor Wrapped(Tensor index, int dim)
        {
            long size = Sizes[dim];
            Tensor at = index.AsDtype(ScalarType.Int64);
            Tensor wrapped = torch.where(at.lt(0), at + size, at);
            foreach (long position in wrapped.contiguous().Flat<long>())
            {
                if (position < 0 || position >= size) throw TorchError.Of($"index {(position < 0 ? position - size : position)} is out of bounds for dimension {dim} with size {size}");
            }
            return wrapped;
        }

        private Tensor Put(Tensor positions, Tensor value, bool accumulate)
        {
            if (!Shapes.CanBroadcast(value.Sizes, positions.Sizes))
            {
                throw TorchError.Of($"shape mismatch: value tensor of shape {Shapes.Text(value.Sizes)} "
                    + $"cannot be broadcast to indexing result of shape {Shapes.Text(positions.Sizes)}");
            }
            Tensor at = positions.reshape(-1);
            Tensor values = value.to(dtype).expand(positions.Sizes).reshape(-1);
            Tensor flat = reshape(-1);
            return (accumulate ? flat.scatter_add(0, at, values) : flat.scatter(0, at, values)).reshape(Sizes);
        }
    }
}
