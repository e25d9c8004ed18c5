namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Covariances of the rows, each a variable; of a vector its variance.</summary>
        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null)
        {
            if (Rank > 2) throw TorchError.Of($"cov is of a matrix with a variable in each row, not of {Shapes.Text(Sizes)}.");
            return Op.Composed(() =>
            {
                Tensor x = Rank < 2 ? reshape(1, -1) : this;
                if (!IsFloating) x = x.to(ScalarTypes.Floating(dtype));
                Tensor weights = fweights is null ? x.new_ones(x.Sizes[1]) : fweights.to(x.dtype);
                Tensor counts = weights.sum();
                if (aweights is not null) weights *= aweights;
                Tensor total = weights.sum();
                Tensor deviation = x - ((x * weights).sum([1L], keepdim: true) / total);
                // Weights that say how reliable an observation is, not how often it was made, reduce the degrees of freedom by their own mean.
                Tensor freedom = aweights is null ? counts - correction : total - ((weights * aweights).sum() / total * correction);
                Tensor result = (deviation * weights).mm(deviation.mT) / freedom.clamp_min(0);
                return Rank < 2 ? result.reshape([]) : result;
            });
        }

        public Tensor corrcoef() => Op.Composed(() =>
        {
            Tensor covariance = cov();
            if (covariance.Rank == 0) return covariance / covariance;
            Tensor deviation = covariance.diagonal().sqrt();
            return (covariance / deviation.unsqueeze(1) / deviation.unsqueeze(0)).clamp(-1, 1);
        });

        public (Tensor values, Tensor indexes) cummax(long dim) => Running(dim, largest: true);

        public (Tensor values, Tensor indexes) cummin(long dim) => Running(dim, largest: false);

        /// <summary>Counts of the elements in bins of one width; without bounds, from the smallest element to the largest.</summary>
        public Tensor histc(long bins = 100, long min = 0, long max = 0)
        {
            RequireFloating("histc");
            if (bins <= 0) throw TorchError.Of($"There is at least one bin, not {bins}.");
            if (min > max) throw TorchError.Of($"The bins go from a number to a larger one, not from {min} to {max}.");
            return Op.Composed(() =>
            {
                Tensor x = detach().reshape(-1);
                bool ofElements = min == max && x.numel() > 0;
                (double low, double high) = ofElements ? (x.min().ToDouble(), x.max().ToDouble()) : (min, max);
                if (low == high) (low, high) = (low - 1, high + 1);
                Tensor inside = x.masked_select(x.ge(low).logical_and(x.le(high)));
                // The last bin has both its ends.
                Tensor bin = ((inside - low) * (bins / (high - low))).to(ScalarType.Int64).clamp_max(bins - 1);
                return torch.zeros([bins], dtype, device).scatter_add(0, bin, inside.ones_like());
            });
        }

        /// <summary>The most frequent element along a dimension, the smallest of those, and where it is last.</summary>
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false)
        {
            int d = Shapes.Dim(dim, Rank);
            if (Rank == 0) return (clone(), torch.zeros([], ScalarType.Int64, device));
            return Op.Composed(() =>
            {
                (Tensor ordered, Tensor order) = Sorting.Sort(this, d, descending: false);
                long n = Sizes[d];
                Tensor starts = cat([torch.zeros(With(Sizes, d, 1), ScalarType.Bool, device), ordered.narrow(d, 1, n - 1).ne(ordered.narrow(d, 0, n - 1))], d);
                Tensor run = starts.cumsum(d);
                Tensor lengths = run.zeros_like().scatter_add(d, run, run.ones_like());
                // Equal elements are one run of the ordered ones, in the order they had: the last of the first longest is asked for.
                Tensor last = lengths.cumsum(d).gather(d, lengths.argmax(d, keepdim: true)) - 1;
                Tensor indices = order.gather(d, last), values = gather(d, indices);
                return keepdim ? (values, indices) : (values.squeeze(d), indices.squeeze(d));
            });
        }

        /// <summary>The lower of the two middle elements, not counting NaN.</summary>
        public Tensor nanmedian() => Op.Composed(() =>
        {
            Tensor there = masked_select(isnan().logical_not());
            return there.numel() == 0 ? torch.full(Array.Empty<long>(), double.NaN, dtype, device) : there.median();
        });

        /// <summary>Quantiles of what is not NaN along a dimension; NaN where there is nothing else.</summary>
        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Composed(() =>
        {
            int d = Shapes.Dim(dim, Rank);
            // NaN is sorted last: the rest is the beginning of each line, as long as it has numbers.
            Tensor ordered = sort(d).Values, last = (isnan().logical_not().sum([d], keepdim: true) - 1).to(dtype);
            Tensor shares = q.to(dtype).reshape([-1, .. Enumerable.Repeat(1L, Rank)]), at = shares * last.clamp_min(0).unsqueeze(0), below = at.floor();
            Tensor lines = ordered.unsqueeze(0).expand([q.numel(), .. Sizes]);
            Tensor lower = lines.gather(d + 1, below.to(ScalarType.Int64)), upper = lines.gather(d + 1, at.ceil().to(ScalarType.Int64));
            Tensor result = lower.lerp(upper, at - below);
            if (!keepdim) result = result.squeeze(d + 1);
            return q.Rank == 0 ? result.squeeze(0) : result;
        });

        /// <summary>Elements scaled so that, along a dimension, no part has a norm above a maximum.</summary>
        public Tensor renorm(float p, long dim, float maxnorm) => Op.Composed(() =>
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor length = Norm([.. All.Where(i => i != d).Select(i => (long)i)], keepdim: true, p);
            // As the embedding's max_norm: what is cut stays just below.
            Tensor factor = (maxnorm / (length + 1e-7)).masked_fill(length.le(maxnorm), 1);
            return this * factor;
        });

        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false)
        {
            if (boundaries.Rank != 1) throw TorchError.Of($"Boundaries are a vector, not {Shapes.Text(boundaries.Sizes)}.");
            return torch.searchsorted(boundaries, this, outInt32, right);
        }

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) => Op.Composed(() =>
        {
            Tensor ordered = test_elements.detach().reshape(-1).sort().Values;
            if (ordered.numel() == 0) return torch.full(Sizes, invert, ScalarType.Bool, device);
            Tensor nearest = BinarySearch.Find(ordered, detach(), behind: false, null).clamp_max(ordered.numel() - 1);
            Tensor found = ordered.take(nearest).eq(detach());
            return invert ? found.logical_not() : found;
        });

        /// <summary>The area below points that are one distance apart.</summary>
        public Tensor trapezoid(double dx = 1, long dim = -1) => Op.Composed(() => (Sides(this, dim) * (dx / 2)).sum([dim]));

        public Tensor trapezoid(Tensor x, long dim = -1) => Op.Composed(() => (Sides(this, dim) * Steps(x, dim) / 2).sum([dim]));

        public Tensor cumulative_trapezoid(double dx = 1, long dim = -1) => Op.Composed(() => (Sides(this, dim) * (dx / 2)).cumsum(dim));

        public Tensor cumulative_trapezoid(Tensor x, long dim = -1) => Op.Composed(() => (Sides(this, dim) * Steps(x, dim) / 2).cumsum(dim));

        public Tensor vander(long N = -1, bool increasing = false)
        {
            if (Rank != 1) throw new InvalidOperationException($"A Vandermonde matrix is made of a vector, not of {Shapes.Text(Sizes)}.");
            return Op.Composed(() =>
            {
                long columns = N == -1 ? Sizes[0] : N;
                Tensor powers = torch.arange(columns, ScalarType.Int64, device);
                return unsqueeze(1).pow(increasing ? powers : powers.flip(0));
            });
        }

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            if (dim is not null) throw Gap.UniqueAlongDimension.Exception;
            using Temporaries own = Temporaries.Enter();
            Tensor values = detach().reshape(-1);
            Tensor starts = Starts(values), group = starts.cumsum(0) - 1;
            Tensor output = own.Keep(values.masked_select(starts));
            Tensor? inverse = return_inverse ? own.Keep(group.reshape(Sizes).clone()) : null;
            Tensor? counts = return_counts ? own.Keep(torch.zeros([output.numel()], ScalarType.Int64, device).scatter_add(0, group, group.ones_like())) : null;
            return (output, inverse, counts);
        }

        private (Tensor, Tensor) Running(long dim, bool largest) => Op.Composed(() =>
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor places = RunningExtremum.Places(this, d, largest);
            return (gather(d, places), places);
        });

        // Where an element differs from the one before.
        private static Tensor Starts(Tensor values)
        {
            long n = values.numel();
            if (n == 0) return torch.empty([0], ScalarType.Bool, values.device);
            return cat([torch.ones([1], ScalarType.Bool, values.device), values.narrow(0, 1, n - 1).ne(values.narrow(0, 0, n - 1))]);
        }

        private static Tensor Sides(Tensor y, long dim)
        {
            long steps = y.size((int)dim) - 1;
            return y.narrow(dim, 1, steps) + y.narrow(dim, 0, steps);
        }

        // A vector of points holds for every line.
        private Tensor Steps(Tensor x, long dim)
        {
            Tensor steps = x.diff(1, x.Rank == 1 ? 0 : dim);
            return x.Rank == 1 ? steps.reshape([-1, .. Enumerable.Repeat(1L, Rank - 1 - Shapes.Dim(dim, Rank))]) : steps;
        }
    }
}
