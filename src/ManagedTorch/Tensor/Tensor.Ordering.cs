namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            int d = Shapes.Dim(dim, Rank);
            (Tensor values, Tensor indices) = Sorting.Sort(this, d, descending);
            Saved at = Saved.Of(indices);
            long[] sizes = Sizes;
            Op.Record("SortBackward", values, [this], g => [ValueGradient(g, at.Tensor, sizes, d, keepdim: true)]);
            return (values, indices);
        }

        public Tensor argsort(long dim = -1, bool descending = false) => Op.Composed(() => Sorting.Sort(this, Shapes.Dim(dim, Rank), descending).Indices);

        public Tensor msort() => Op.Composed(() => sort(0).Values);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            int d = Shapes.Dim(dim, Rank);
            if (k < 0 || k > (Rank == 0 ? 1 : Sizes[d])) throw TorchError.Of($"k = {k} is out of range: {Shapes.Text(Sizes)} along dimension {d}.");
            return Op.Composed(() =>
            {
                (Tensor values, Tensor indices) = sort(d, descending: largest);
                return Rank == 0 ? (values, indices) : (values.narrow(d, 0, k).contiguous(), indices.narrow(d, 0, k).contiguous());
            });
        }

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false)
        {
            int d = Shapes.Dim(dim ?? -1, Rank);
            if (k < 1 || k > (Rank == 0 ? 1 : Sizes[d])) throw TorchError.Of($"k = {k} is out of range: {Shapes.Text(Sizes)} along dimension {d}.");
            return Op.Composed(() =>
            {
                (Tensor values, Tensor indices) = sort(d);
                if (Rank == 0) return (values, indices);
                (values, indices) = (values.narrow(d, k - 1, 1), indices.narrow(d, k - 1, 1));
                return keepdim ? (values.contiguous(), indices.contiguous()) : (values.squeeze(d).contiguous(), indices.squeeze(d).contiguous());
            });
        }

        /// <summary>The lower of the two middle elements, as PyTorch has it; NaN if there is one.</summary>
        public Tensor median()
        {
            RefuseEmpty("median");
            return Op.Composed(() =>
            {
                Tensor flat = reshape(-1).sort().Values;
                long n = flat.Sizes[0];
                return IsFloating && flat[n - 1].isnan().Peek().Truth ? flat[n - 1].clone() : flat[(n - 1) / 2].clone();
            });
        }

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Op.Composed(() =>
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor ordered = sort(d).Values;
            Tensor at = q.to(dtype) * (Sizes[d] - 1);
            Tensor below = at.floor();
            Tensor lower = ordered.index_select(d, below.reshape(-1).to(ScalarType.Int64));
            Tensor upper = ordered.index_select(d, at.ceil().reshape(-1).to(ScalarType.Int64));
            long[] weights = [.. Sizes.Select((_, i) => i == d ? q.numel() : 1)];
            Tensor result = lower.lerp(upper, (at - below).reshape(weights));
            Tensor front = result.movedim([d], [0]);
            if (keepdim) front = front.unsqueeze(d + 1);
            return q.Rank == 0 ? front.squeeze(0) : front;
        });

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false, bool return_counts = false, int? dim = null)
        {
            if (dim is not null) throw Gap.UniqueAlongDimension.Exception;
            using Temporaries own = Temporaries.Enter();
            (Tensor values, Tensor order) = Sorting.Sort(detach().reshape(-1), 0, descending: false);
            long n = values.numel();
            Tensor starts = n == 0 ? torch.empty([0], ScalarType.Bool, device) : cat([torch.ones([1], ScalarType.Bool, device), values.narrow(0, 1, n - 1).ne(values.narrow(0, 0, n - 1))]);
            Tensor group = starts.cumsum(0) - 1;
            Tensor output = own.Keep(values.masked_select(starts));
            Tensor? inverse = return_inverse ? own.Keep(group.new_empty([n]).scatter(0, order, group).reshape(Sizes).clone()) : null;
            Tensor? counts = return_counts ? own.Keep(torch.zeros([output.numel()], ScalarType.Int64, device).scatter_add(0, group, group.ones_like())) : null;
            return (output, inverse, counts);
        }

        public Tensor bincount(Tensor? weights, long minlength = 0) => Op.Composed(() =>
        {
            if (Rank != 1 || !is_integral()) throw TorchError.Of("bincount counts whole numbers from zero on, in one dimension.");
            long length = Math.Max(numel() == 0 ? 0 : max().ToScalar().Integer + 1, minlength);
            Tensor ones = weights ?? torch.ones(Sizes, ScalarType.Int64, device);
            return torch.zeros([length], ones.dtype, device).scatter_add(0, to(ScalarType.Int64), ones);
        });

        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) => Op.Composed(() =>
        {
            int d = Shapes.Dim(dim, Rank);
            Tensor[] parts = [.. new[] { prepend, this, append }.OfType<Tensor>()];
            Tensor result = parts.Length == 1 ? this : cat((IList<Tensor>)parts, d);
            for (long i = 0; i < n; i++)
            {
                long length = result.Sizes[d];
                result = result.narrow(d, 1, length - 1) - result.narrow(d, 0, length - 1);
            }
            return ReferenceEquals(result, this) ? clone() : result;
        });
    }
}
