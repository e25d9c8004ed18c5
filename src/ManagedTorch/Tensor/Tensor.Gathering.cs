namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor gather(long dim, Tensor index)
        {
            int d = Shapes.Dim(dim, Rank);
            RequireIndex(index, d, this, "gather");
            Tensor y = Pointwise.Fresh(index.Sizes, dtype, device);
            Indexing.Gather(this, d, index, y);
            Saved at = Saved.Of(index);
            long[] sizes = Sizes;
            return Op.Record("GatherBackward", y, [this], g => [torch.zeros(sizes, g.dtype, g.device).scatter_add(d, at.Tensor, g)]);
        }

        public Tensor take_along_dim(Tensor indices, long dim) => gather(dim, indices);

        public Tensor scatter_add(long dim, Tensor index, Tensor src)
        {
            Tensor y = Scattered(dim, index, src, add: true);
            Saved at = Saved.Of(index);
            int d = Shapes.Dim(dim, Rank);
            long[] from = src.Sizes;
            return Op.Record("ScatterAddBackward", y, [this, src], g => [g, WithinSource(g.gather(d, at.Tensor), from)]);
        }

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => InPlace([src], x => x.scatter_add(dim, index, src));

        public Tensor scatter(long dim, Tensor index, Tensor src)
        {
            Tensor y = Scattered(dim, index, src, add: false);
            Saved at = Saved.Of(index);
            int d = Shapes.Dim(dim, Rank);
            long[] from = src.Sizes;
            return Op.Record("ScatterBackward", y, [this, src], g =>
            {
                Tensor written = zeros(at.Tensor.Sizes, g.dtype, g.device);
                return [g.scatter(d, at.Tensor, written), WithinSource(g.gather(d, at.Tensor), from)];
            });
        }

        public Tensor scatter_(long dim, Tensor index, Tensor src) => InPlace([src], x => x.scatter(dim, index, src));

        public Tensor index_select(long dim, Tensor index)
        {
            int d = Shapes.Dim(dim, Rank);
            if (index.Rank > 1) throw TorchError.Of("index_select(): Index is supposed to be a vector");
            RequireIndexType(index, this, "index_select");
            if (Rank == 0) return Op.Composed(() => reshape(1).index_select(0, index).reshape([]));
            using Temporaries own = Temporaries.Enter();
            Tensor at = index.AsDtype(ScalarType.Int64).reshape(-1);
            Tensor y = Pointwise.Fresh(With(Sizes, d, at.Sizes[0]), dtype, device);
            Indexing.Gather(this, d, at.AlongDim(d, y.Sizes), y);
            Saved saved = Saved.Of(at);
            long[] sizes = Sizes;
            return own.Keep(Op.Record("IndexSelectBackward", y, [this], g => [torch.zeros(sizes, g.dtype, g.device).index_add(d, saved.Tensor, g, 1)]));
        }

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            int d = Shapes.Dim(dim, Rank);
            RequireIndexType(index, this, "index_add");
            return Op.Composed(() => scatter_add(d, index.to(ScalarType.Int64).reshape(-1).AlongDim(d, source.Sizes), source.Times(alpha)));
        }

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => InPlace([source], x => x.index_add(dim, index, source, alpha));

        public Tensor index_copy(long dim, Tensor index, Tensor source)
        {
            int d = Shapes.Dim(dim, Rank);
            return Op.Composed(() => scatter(d, index.to(ScalarType.Int64).reshape(-1).AlongDim(d, source.Sizes), source));
        }

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => InPlace([source], x => x.index_copy(dim, index, source));

        public Tensor index_fill(long dim, Tensor index, Scalar value)
        {
            int d = Shapes.Dim(dim, Rank);
            return Op.Composed(() => index_copy(d, index, torch.full(With(Sizes, d, index.numel()), value, dtype, device)));
        }

        public Tensor index_fill_(long dim, Tensor index, Scalar value) => InPlace([], x => x.index_fill(dim, index, value));

        public Tensor take(Tensor index) => Op.Composed(() => reshape(-1).index_select(0, index.reshape(-1)).reshape(index.Sizes));

        public Tensor masked_select(Tensor mask) => Op.Composed(() =>
        {
            long[] sizes = Shapes.Broadcast(Sizes, mask.Sizes);
            Tensor at = mask.Spread(sizes).Packed().reshape(-1).nonzero().reshape(-1);
            return expand(sizes).reshape(-1).index_select(0, at);
        });

        public Tensor masked_scatter(Tensor mask, Tensor value) => Op.Composed(() =>
        {
            long[] sizes = Shapes.Broadcast(Sizes, mask.Sizes);
            Tensor at = mask.Spread(sizes).Packed().reshape(-1).nonzero().reshape(-1);
            return expand(sizes).reshape(-1).index_copy(0, at, value.reshape(-1).narrow(0, 0, at.numel())).reshape(sizes);
        });

        public Tensor masked_scatter_(Tensor mask, Tensor value) => InPlace([value], x => x.masked_scatter(mask, value));

        public Tensor nonzero() => Op.Composed(() =>
        {
            Span<bool> truths = Truths().contiguous().Flat<bool>();
            // The host has to know how many there are before it can make room for them.
            DeviceCopies.Read(this);
            Tensor found = Pointwise.Fresh([truths.Count(true), Rank], ScalarType.Int64, device);
            Span<long> positions = found.Flat<long>();
            long[] steps = Shapes.RowMajor(Sizes);
            int at = 0;
            for (int i = truths.IndexOf(true), next; i >= 0; i = next < 0 ? -1 : i + 1 + next)
            {
                for (int d = 0; d < Rank; d++) positions[at++] = i / steps[d] % Sizes[d];
                next = truths[(i + 1)..].IndexOf(true);
            }
            return found;
        });

        public IList<Tensor> nonzero_as_list() => Op.Composed(() => Array.ConvertAll(nonzero().unbind(1), t => t.contiguous()));

        public Tensor argwhere() => nonzero();

        // A vector of positions spread along its dimension over tensors of these sizes.
        private Tensor AlongDim(int dim, long[] sizes)
        {
            var strides = new long[sizes.Length];
            if (sizes.Length > 0) strides[dim] = Strides[0];
            return new Tensor(new TensorImpl(Impl.Storage, sizes, strides, Impl.Offset));
        }

        private Tensor Scattered(long dim, Tensor index, Tensor src, bool add)
        {
            int d = Shapes.Dim(dim, Rank);
            RequireIndex(index, d, this, "scatter");
            if (src.dtype != dtype) throw TorchError.Of("scatter(): Expected self.dtype to be equal to src.dtype");
            if (src.Rank != index.Rank || index.Sizes.Where((size, i) => size > src.Sizes[i]).Any())
                throw TorchError.Of($"Expected index {Shapes.Text(index.Sizes)} to be no larger than src {Shapes.Text(src.Sizes)}");
            Tensor y = Packed();
            Indexing.Scatter(y, d, index, src, add);
            return y;
        }

        private static void RequireIndex(Tensor index, int dim, Tensor indexed, string operation)
        {
            Devices.RequireOne(indexed, index);
            if (index.dtype != ScalarType.Int64) throw TorchError.Of($"{operation}(): Expected dtype int64 for index");
            if (index.Rank != indexed.Rank) throw TorchError.Of("Index tensor must have the same number of dimensions as input tensor");
            for (int d = 0; d < index.Rank; d++)
            {
                if (d != dim && index.Sizes[d] > indexed.Sizes[d])
                {
                    throw TorchError.Of($"Size does not match at dimension {d} expected index {Shapes.Text(index.Sizes)} "
                        + $"to be no larger than self {Shapes.Text(indexed.Sizes)} apart from dimension {dim}");
                }
            }
        }

        private static void RequireIndexType(Tensor index, Tensor indexed, string operation)
        {
            Devices.RequireOne(indexed, index);
            if (index.dtype is not (ScalarType.Int64 or ScalarType.Int32)) throw TorchError.Of($"{operation}(): Expected dtype int32 or int64 for index");
        }

        private static Tensor WithinSource(Tensor gradient, long[] sizes)
        {
            if (gradient.Sizes.AsSpan().SequenceEqual(sizes)) return gradient;
            Tensor whole = zeros(sizes, gradient.dtype, gradient.device);
            Tensor part = whole;
            for (int d = 0; d < sizes.Length; d++) part = part.narrow(d, 0, gradient.Sizes[d]);
            part.copy_(gradient);
            return whole;
        }

        /// <summary>Adds the elements of another tensor, outside the graph; positions of this one may overlap.</summary>
        internal void AccumulateOverlapping(Tensor gradient)
        {
            var loop = new StridedLoop(Sizes, Strides, gradient.Strides);
            switch (dtype)
            {
                case ScalarType.Float64: Accumulate<double>(loop, gradient); break;
                case ScalarType.Float32: Accumulate<float>(loop, gradient); break;
                default: throw new InvalidOperationException($"Gradients are not summed up in {dtype}.");
            }
        }

        private void Accumulate<TElement>(StridedLoop loop, Tensor gradient) where TElement : unmanaged, System.Numerics.INumber<TElement> => loop.For(() => (offsets, count) =>
        {
            Span<TElement> target = FromOffset<TElement>();
            ReadOnlySpan<TElement> source = gradient.FromOffset<TElement>();
            for (int i = 0; i < count; i++) target[(int)(offsets[0] + (i * loop.Inner(0)))] += source[(int)(offsets[1] + (i * loop.Inner(1)))];
        }, parallel: false);
    }
}
