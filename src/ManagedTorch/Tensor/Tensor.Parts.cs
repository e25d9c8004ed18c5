namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor[] tensor_split(long[] sizes, long dim = 0)
        {
            int d = Shapes.Dim(dim, Rank);
            long length = Sizes[d];
            long[] cuts = [0, .. sizes.Select(cut => Math.Clamp(cut < 0 ? cut + length : cut, 0, length)), length];
            var parts = new Tensor[cuts.Length - 1];
            // A cut before the last one leaves an empty part.
            for (int i = 0; i < parts.Length; i++) parts[i] = narrow(d, cuts[i], Math.Max(cuts[i + 1] - cuts[i], 0));
            return parts;
        }

        public Tensor[] tensor_split(Tensor indices, long dim = 0) => indices.Rank == 0
            ? tensor_split(indices.ToInt64(), dim)
            : tensor_split(indices.to(ScalarType.Int64).Packed().Flat<long>().ToArray(), dim);

        public Tensor[] vsplit(long size) => Even(size, 0);

        public Tensor[] vsplit(params long[] sizes) => tensor_split(sizes, 0);

        public Tensor[] vsplit(Tensor indices) => tensor_split(indices, 0);

        public Tensor[] hsplit(long size) => Even(size, Rank == 1 ? 0 : 1);

        public Tensor[] hsplit(params long[] sizes) => tensor_split(sizes, Rank == 1 ? 0 : 1);

        public Tensor[] hsplit(Tensor indices) => tensor_split(indices, Rank == 1 ? 0 : 1);

        public Tensor[] dsplit(long size) => Even(size, 2);

        public Tensor[] dsplit(params long[] sizes) => tensor_split(sizes, 2);

        public Tensor[] dsplit(Tensor indices) => tensor_split(indices, 2);

        public Tensor[] dsplit((long, long) indices_or_sections) => dsplit([indices_or_sections.Item1, indices_or_sections.Item2]);

        public Tensor[] dsplit((long, long, long) indices_or_sections) =>
            dsplit([indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3]);

        public Tensor[] dsplit((long, long, long, long) indices_or_sections) =>
            dsplit([indices_or_sections.Item1, indices_or_sections.Item2, indices_or_sections.Item3, indices_or_sections.Item4]);

        public Tensor select_scatter(Tensor src, long dim, long index) => Replaced(src, whole => whole.select(dim, index));

        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
            Replaced(src, whole => whole.slice(dim, start ?? 0, end ?? whole.size((int)dim), step));

        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1) => Replaced(src, whole => whole.diagonal(offset, dim1, dim2));

        public Tensor take_along_dim(Tensor indices) => Op.Composed(() => reshape(-1).gather(0, indices.reshape(-1)));

        public Tensor take_along_dim(IEnumerable<long> indices) => Op.Composed(() => take_along_dim(torch.tensor([.. indices])));

        public Tensor take_along_dim(IEnumerable<long> indices, long dim) => Op.Composed(() => take_along_dim(torch.tensor([.. indices]), dim));

        private Tensor[] Even(long parts, int dim)
        {
            if (Rank <= dim) throw TorchError.Of($"{Shapes.Text(Sizes)} has no dimension {dim} to be split.");
            if (parts <= 0 || Sizes[dim] % parts != 0) throw new ArgumentException($"Dimension {dim}, of size {Sizes[dim]}, does not divide into {parts} equal parts.", nameof(parts));
            return tensor_split(parts, dim);
        }

        private Tensor Replaced(Tensor by, Func<Tensor, Tensor> part) => Op.Composed(() =>
        {
            Tensor whole = clone(), replaced = part(whole);
            if (!replaced.Sizes.AsSpan().SequenceEqual(by.Sizes))
                throw TorchError.Of($"What replaces a part of {Shapes.Text(Sizes)} has its size, {Shapes.Text(replaced.Sizes)}, not {Shapes.Text(by.Sizes)}.");
            replaced.copy_(by);
            return whole;
        });
    }
}
