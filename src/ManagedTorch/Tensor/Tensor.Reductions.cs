namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Summed(All, keepdim: false, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Summed(dim.Length == 0 ? All : Shapes.Dims(dim, Rank), keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum(dim.AsSpan(), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1, dim2], keepdim, type);

        public Tensor nansum() => Op.Composed(() => nan_to_num(0, double.PositiveInfinity, double.NegativeInfinity).sum());

        public Tensor mean()
        {
            RequireFloating("mean");
            return Op.Composed(this, x => x.sum() / x.numel());
        }

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            if (type is null) RequireFloating("mean");
            long count = Counted(dimensions);
            return Op.Composed(type is { } wanted ? to(wanted) : this, x => x.sum(dimensions, keepdim) / count);
        }

        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) => Op.Composed(() =>
        {
            Tensor there = isnan().logical_not();
            Tensor values = masked_fill(there.logical_not(), 0);
            return dim is { } d ? values.sum((long)d, keepdim, dtype) / there.sum((long)d, keepdim) : values.sum(dtype) / there.sum();
        });

        public Tensor prod(ScalarType? type = null) => Op.Composed(() => reshape(-1).prod(0, false, type));

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null)
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor x = WithSumType(type);
            Tensor output = Reductions.Reduce(default(Product), x, Rank == 0 ? [] : [d], keepdim);
            Saved saved = Saved.Of(x);
            int rank = Rank;
            return Op.Record("ProdBackward", output, [x], g =>
            {
                Tensor full = keepdim || rank == 0 ? g : g.unsqueeze(d);
                return [full * ProductsOfOthers(saved.Tensor, d)];
            });
        }

        public Tensor var(bool unbiased = true) => Variance(All, unbiased, keepdim: false, null);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Variance(dimensions.Length == 0 ? All : Shapes.Dims(dimensions, Rank), unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var(dimensions.AsSpan(), unbiased, keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim, type);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim.Item1, dim.Item2], unbiased, keepdim, type);

        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public Tensor std(bool unbiased = true) => Deviation(All, unbiased, keepdim: false, null);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Deviation(dimensions.Length == 0 ? All : Shapes.Dims(dimensions, Rank), unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std(dimensions.AsSpan(), unbiased, keepdim, type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim, type);

        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim.Item1, dim.Item2], unbiased, keepdim, type);

        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => (this.var(unbiased), mean());

        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (this.var(dim, unbiased, keepdim, type), mean([dim], keepdim, type));

        public (Tensor var, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (this.var(dimensions, unbiased, keepdim, type), mean(dimensions, keepdim, type));

        public (Tensor var, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean(dimensions.ToArray(), unbiased, keepdim, type);

        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean([dim.Item1, dim.Item2], unbiased, keepdim, type);

        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var_mean([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => (std(unbiased), mean());

        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (std(dim, unbiased, keepdim, type), mean([dim], keepdim, type));

        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            (std(dimensions, unbiased, keepdim, type), mean(dimensions, keepdim, type));

        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean(dimensions.ToArray(), unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean([dim.Item1, dim.Item2], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std_mean([dim.Item1, dim.Item2, dim.Item3], unbiased, keepdim, type);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Shared("AmaxBackward", default(Largest), dims, keepdim));

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amax(dims.ToArray(), keepdim, @out);

        public Tensor amax(params long[] dims) => amax(dims, keepdim: false);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, Shared("AminBackward", default(Smallest), dims, keepdim));

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => amin(dims.ToArray(), keepdim, @out);

        public Tensor amin(params long[] dims) => amin(dims, keepdim: false);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) =>
            dim is { } d ? (amin([d], keepdim), amax([d], keepdim)) : (min(), max());

        public Tensor max()
        {
            RefuseEmpty("max");
            return Shared("MaxBackward", default(Largest), [], keepdim: false);
        }

        public Tensor min()
        {
            RefuseEmpty("min");
            return Shared("MinBackward", default(Smallest), [], keepdim: false);
        }

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Picked("MaxBackward", dim, keepdim, largest: true);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Picked("MinBackward", dim, keepdim, largest: false);

        public Tensor argmax() => Position(largest: true);

        public Tensor argmax(long dim, bool keepdim = false) => Position(dim, keepdim, largest: true);

        public Tensor argmin() => Position(largest: false);

        public Tensor argmin(long dim, bool keepdim = false) => Position(dim, keepdim, largest: false);

        public Tensor any() => Op.Composed(() => Reductions.Reduce(default(AnyTrue), Truths(), All, keepdim: false));

        public Tensor any(long dim, bool keepdim = false) => Op.Composed(() => Reductions.Reduce(default(AnyTrue), Truths(), [Shapes.Dim(dim, Rank)], keepdim));

        public Tensor all() => Op.Composed(() => Reductions.Reduce(default(AnyTrue), logical_not(), All, keepdim: false).logical_not());

        public Tensor all(long dim, bool keepdim = false) => Op.Composed(() => Reductions.Reduce(default(AnyTrue), logical_not(), [Shapes.Dim(dim, Rank)], keepdim).logical_not());

        public Tensor count_nonzero(long[]? dims = null) => Op.Composed(() => ne(0).sum(dims ?? []));

        public Tensor logsumexp(long dim, bool keepdim = false) => LogSumExp([dim], keepdim);

        internal Tensor LogSumExp(long[] dims, bool keepdim) => Op.Composed(this, x =>
        {
            // The largest is a constant here: what it takes away before, it adds after.
            Tensor largest = x.detach().amax(dims, keepdim: true);
            Tensor shift = largest.masked_fill(largest.isinf(), 0);
            Tensor logs = (x - shift).exp().sum(dims, keepdim: true).log() + shift;
            return keepdim ? logs : logs.reshape(Reductions.Sizes(this, Shapes.Dims(dims, Rank), keepdim: false));
        });

        public Tensor cumsum(long dim, ScalarType? type = null)
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor x = WithSumType(type);
            return Op.Record("CumsumBackward", Scan.Run(x, d, product: false), [x], g => [g.flip(d).cumsum(d).flip(d)]);
        }

        public Tensor cumprod(long dim, ScalarType? type = null)
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor x = WithSumType(type);
            Saved saved = Saved.Of(x);
            return Op.Record("CumprodBackward", Scan.Run(x, d, product: true), [x], g => [CumprodGradient(g, saved.Tensor, d)]);
        }

        public Tensor logcumsumexp(long dim) => Op.Composed(this, x =>
        {
            Tensor largest = x.detach().amax([dim], keepdim: true);
            return (x - largest).exp().cumsum(dim).log() + largest;
        });

        public Tensor norm(float p = 2) => Norm([], keepdim: false, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Norm([dim], keepdim, p);

        internal Tensor Norm(long[] dims, bool keepdim, double p) => Op.Composed(this, x =>
        {
            RequireFloating("linalg_vector_norm");
            if (double.IsPositiveInfinity(p)) return x.abs().amax(dims, keepdim);
            if (double.IsNegativeInfinity(p)) return x.abs().amin(dims, keepdim);
            if (p == 0) return x.ne(0).to(x.dtype).sum(dims, keepdim);
            if (p == 1) return x.abs().sum(dims, keepdim);
            if (p != 2) return x.abs().pow(p).sum(dims, keepdim).pow(1 / p);
            int[] reduced = dims.Length == 0 ? All : Shapes.Dims(dims, Rank);
            Tensor length;
            using (no_grad()) length = (x * x).sum(dims, keepdim).sqrt();
            Tensor output = length.detach();
            Saved input = Saved.Of(x);
            Saved y = Saved.Of(output);
            return Op.Record("LinalgVectorNormBackward", output, [x], g =>
            {
                // At zero any direction is as good: the gradient chosen is zero.
                Tensor zero = y.Tensor.eq(0);
                Tensor ratio = (g / y.Tensor).masked_fill(zero, 0);
                return [input.Tensor * Regrown(ratio, reduced, keepdim)];
            });
        });

        public Tensor dist(Tensor other, float p = 2) => Op.Composed(this, other, (a, b) => (a - b).norm(p));

        /// <summary>A reduced tensor with its lost dimensions back, each of size one.</summary>
        internal static Tensor Regrown(Tensor reduced, int[] dims, bool keepdim)
        {
            if (keepdim) return reduced;
            foreach (int d in dims.Order()) reduced = reduced.unsqueeze(d);
            return reduced;
        }

        internal int[] All => [.. Enumerable.Range(0, Rank)];

        private long Counted(long[] dims) => dims.Length == 0 ? numel() : Shapes.Dims(dims, Rank).Aggregate(1L, (n, d) => n * (Rank == 0 ? 1 : Sizes[d]));

        private void RequireFloating(string operation)
        {
            if (!IsFloating) throw TorchError.Of($"{operation} is of floating-point numbers, not of {dtype}: convert first, or give a dtype.");
        }

        private void RefuseEmpty(string operation)
        {
            if (numel() == 0) throw TorchError.Of($"{operation} of no elements is undefined: reduce along a dimension that has some.");
        }

        private Tensor Truths() => dtype == ScalarType.Bool ? this : ne(0);

        // Integers and truths are summed as int64.
        private Tensor WithSumType(ScalarType? type) => (type ?? (IsFloating ? dtype : ScalarType.Int64)) is var wanted && wanted == dtype ? this : to(wanted);

        private static Tensor Into(Tensor? target, Tensor result) => target is null ? result : target.copy_(result);

        private Tensor Summed(int[] dims, bool keepdim, ScalarType? type)
        {
            if (Rank == 0) dims = [];
            long[] before = Sizes;
            using Temporaries own = Temporaries.Enter();
            Tensor x = WithSumType(type);
            Tensor output = Reductions.Reduce(default(Sum), x, dims, keepdim);
            return own.Keep(Op.Record("SumBackward", output, [x], g => [Regrown(g, dims, keepdim).expand(before)]));
        }

        private Tensor Variance(int[] dims, bool unbiased, bool keepdim, ScalarType? type)
        {
            if (type is null) RequireFloating("var");
            return Op.Composed(type is { } wanted ? to(wanted) : this, x =>
            {
                long[] over = Array.ConvertAll(dims, d => (long)d);
                long count = Counted(over);
                Tensor deviation = x - x.mean(over, keepdim: true);
                return (deviation * deviation).sum(over, keepdim) / (Scalar)(double)Math.Max(count - (unbiased ? 1 : 0), 0);
            });
        }

        private Tensor Deviation(int[] dims, bool unbiased, bool keepdim, ScalarType? type) => 
            Op.Composed(type is { } wanted ? to(wanted) : this, x => x.Variance(dims, unbiased, keepdim, null).sqrt());

        // Equal extremes share the gradient.
        private Tensor Shared<TOp>(string name, TOp op, long[] over, bool keepdim) where TOp : struct, IReducer
        {
            int[] dims = over.Length == 0 ? All : Rank == 0 ? [] : Shapes.Dims(over, Rank);
            if (numel() == 0 && dims.Any(d => Sizes[d] == 0)) throw TorchError.Of($"{name} along a dimension without elements is undefined: {Shapes.Text(Sizes)}.");
            Tensor output = Reductions.Reduce(op, this, dims, keepdim);
            Saved x = Saved.Of(this);
            Saved y = Saved.Of(output);
            return Op.Record(name, output, [this], g =>
            {
                Tensor extreme = x.Tensor.eq(Regrown(y.Tensor, dims, keepdim)).to(g.dtype);
                Tensor share = extreme / extreme.sum(Array.ConvertAll(dims, d => (long)d), keepdim: true);
                return [share * Regrown(g, dims, keepdim)];
            });
        }

        private (Tensor, Tensor) Picked(string name, long dim, bool keepdim, bool largest)
        {
            int d = Shapes.Dim(dim, Rank);
            (Tensor values, Tensor indices) = Extremum.Find(this, d, keepdim, largest);
            Saved at = Saved.Of(indices);
            long[] sizes = Sizes;
            Op.Record(name, values, [this], g => [ValueGradient(g, at.Tensor, sizes, d, keepdim)]);
            return (values, indices);
        }

        private static Tensor ValueGradient(Tensor gradient, Tensor indices, long[] sizes, int dim, bool keepdim)
        {
            if (sizes.Length == 0) return gradient;
            Tensor full = keepdim ? gradient : gradient.unsqueeze(dim);
            Tensor at = keepdim ? indices : indices.unsqueeze(dim);
            return torch.zeros(sizes, gradient.dtype, gradient.device).scatter_add(dim, at, full);
        }

        private Tensor Position(bool largest) => Op.Composed(() => Extremum.Find(detach().reshape(-1), 0, false, largest).Indices);

        private Tensor Position(long dim, bool keepdim, bool largest) => Op.Composed(() => Extremum.Find(this, Shapes.Dim(dim, Rank), keepdim, largest).Indices);

        // Right of itself times left of itself: exact where elements are zero, too.
        private static Tensor ProductsOfOthers(Tensor x, int dim)
        {
            if (x.Rank == 0) return x.ones_like();
            long n = x.Sizes[dim];
            Tensor one = x.narrow(dim, 0, 1).ones_like();
            Tensor before = cat([one, x.narrow(dim, 0, n - 1)], dim).cumprod(dim);
            Tensor after = cat([x.narrow(dim, 1, n - 1), one], dim).flip(dim).cumprod(dim).flip(dim);
            return before * after;
        }

        // d y_j / d x_i = product of x_0..x_j without x_i: by columns, so that a zero does no harm.
        private static Tensor CumprodGradient(Tensor g, Tensor x, int dim)
        {
            if (x.Rank == 0) return g;
            long n = x.Sizes[dim];
            var columns = new Tensor[n];
            Tensor before = x.narrow(dim, 0, 1).ones_like();
            for (long i = 0; i < n; i++)
            {
                Tensor one = before.ones_like();
                Tensor following = cat([one, x.narrow(dim, i + 1, n - i - 1)], dim).cumprod(dim);
                columns[i] = (g.narrow(dim, i, n - i) * following).sum([dim], keepdim: true) * before;
                before = before * x.narrow(dim, i, 1);
            }
            return cat(columns, dim);
        }
    }
}
