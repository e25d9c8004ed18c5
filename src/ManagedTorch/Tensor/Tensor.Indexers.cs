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
            return own.Keep(Array.TrueForAll(tensors, t => t is null) ? view : new AdvancedIndex(view, tensors).Read());
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
            var index = new AdvancedIndex(view, tensors);
            view.InPlace([value], x => x.Put(index, value, accumulate), () => view.PutWhereItLies(index, value, accumulate));
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
            if (indices.Length > Rank) throw TorchError.Of($"A tensor of {Rank} dimensions has too many indices.");
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
            if (consumed > Rank) throw TorchError.Of($"A tensor of {Rank} dimensions has too many indices.");
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
                        tensors.Add(Pointwise.Of<long>(given.start == 1 ? [0L] : [], [given.start == 1 ? 1 : 0], device));
                        break;
                    default:
                        Tensor index = given.tensor!;
                        if (index.dtype is not (ScalarType.Bool or ScalarType.Byte))
                        {
                            if (index.IsFloating) throw TorchError.Of("Index tensors are of Int64, Int32, Byte or Bool.");
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
                    throw TorchError.Of($"A mask of {Shapes.Text(mask.Sizes)} does not lie on {Shapes.Text(indexed.Sizes)}: its dimension {d} is not as long as dimension {dim + d}.");
                }
            }
        }

        private Tensor Put(AdvancedIndex index, Tensor value, bool accumulate)
        {
            (Tensor at, Tensor values) = ToPut(index.Positions(Shapes.RowMajor(Sizes)), value);
            Tensor flat = reshape(-1);
            return (accumulate ? flat.scatter_add(0, at, values) : flat.scatter(0, at, values)).reshape(Sizes);
        }

        private void PutWhereItLies(AdvancedIndex index, Tensor value, bool accumulate)
        {
            (Tensor at, Tensor values) = ToPut(index.Positions(Strides), value);
            Tensor memory = new(new TensorImpl(Impl.Storage, [Impl.Storage.Length - Impl.Offset], [1], Impl.Offset));
            Indexing.Scatter(memory, 0, at, values, accumulate);
        }

        private (Tensor At, Tensor Values) ToPut(Tensor positions, Tensor value)
        {
            if (!Shapes.CanBroadcast(value.Sizes, positions.Sizes))
            {
                throw TorchError.Of($"A value of {Shapes.Text(value.Sizes)} is not broadcast to the {Shapes.Text(positions.Sizes)} that the indices select.");
            }
            Devices.RequireOne(this, value);
            return (positions.reshape(-1), value.to(dtype).expand(positions.Sizes).reshape(-1));
        }
    }
}
