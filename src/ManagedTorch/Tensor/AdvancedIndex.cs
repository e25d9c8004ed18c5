using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Index tensors for some of a tensor's dimensions, null for the others. They broadcast together; the dimensions that they give stand where the first of
/// them stood, or in front if they were apart.
/// </summary>
internal sealed class AdvancedIndex
{
    private readonly Tensor indexed;
    private readonly Tensor?[] indices;
    private readonly int[] given;
    private readonly int[] others;
    private readonly long[] common;

    internal AdvancedIndex(Tensor indexed, Tensor?[] indices)
    {
        this.indexed = indexed;
        this.indices = [.. indices.Select((index, d) => index is null ? null : Wrapped(index, d))];
        given = [.. indexed.All.Where(d => indices[d] is not null)];
        others = [.. indexed.All.Except(given)];
        common = given.Select(d => indices[d]!.Sizes).Aggregate((a, b) => Shapes.Broadcast(a, b));
    }

    /// <summary>The elements that are meant.</summary>
    internal Tensor Read()
    {
        long[] sizes = indexed.Sizes;
        Tensor rows = indexed.permute([.. given.Concat(others).Select(d => (long)d)]).reshape([given.Aggregate(1L, (n, d) => n * sizes[d]), .. others.Select(d => sizes[d])]);
        Tensor at = Positions(given, Shapes.RowMajor(Array.ConvertAll(given, d => sizes[d])));
        return InPlaceOfTheFirst(rows.index_select(0, at.reshape(-1)).reshape([.. common, .. others.Select(d => sizes[d])]));
    }

    /// <summary>Where the meant elements lie in memory, if a step in each dimension is as long as <paramref name="strides"/> says.</summary>
    internal Tensor Positions(long[] strides)
    {
        Tensor at = Positions(given, Array.ConvertAll(given, d => strides[d])).reshape([.. common, .. others.Select(_ => 1L)]);
        for (int i = 0; i < others.Length; i++)
        {
            long size = indexed.Sizes[others[i]];
            at += (arange(size, device: indexed.device) * strides[others[i]]).reshape([size, .. others[(i + 1)..].Select(_ => 1L)]);
        }
        return InPlaceOfTheFirst(at);
    }

    private Tensor Positions(int[] dims, long[] steps)
    {
        Tensor at = torch.zeros(common, ScalarType.Int64, indexed.device);
        for (int i = 0; i < dims.Length; i++) at += indices[dims[i]]! * steps[i];
        return at;
    }

    private Tensor InPlaceOfTheFirst(Tensor picked)
    {
        bool together = given[^1] - given[0] == given.Length - 1;
        if (!together || given[0] == 0) return picked;
        long[] front = [.. Enumerable.Range(0, common.Length).Select(i => (long)i)];
        return picked.movedim(front, Array.ConvertAll(front, i => i + given[0]));
    }

    private Tensor Wrapped(Tensor index, int dim)
    {
        if (index.device_type == DeviceType.CPU) index = index.to(indexed.device);
        Devices.RequireOne(indexed, index);
        long size = indexed.Sizes[dim];
        Tensor at = index.AsDtype(ScalarType.Int64);
        Tensor wrapped = where(at.lt(0), at + size, at).contiguous();
        foreach (long position in wrapped.Flat<long>())
        {
            if (position < 0 || position >= size) throw TorchError.Of($"index {(position < 0 ? position - size : position)} is out of bounds for dimension {dim} with size {size}");
        }
        return wrapped;
    }
}
