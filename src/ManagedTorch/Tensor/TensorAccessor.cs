using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly Tensor tensor;

    internal TensorAccessor(Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU) throw new InvalidOperationException("The elements lie on another device: call cpu() before reading them.");
        if (ScalarTypes.Of<T>() != tensor.dtype) throw new ArgumentException($"The elements of a tensor of {tensor.dtype} are not of type {typeof(T)}.", nameof(tensor));
        // The tensor itself and no handle of its own: reading numbers makes no live tensor.
        this.tensor = tensor;
    }

    public long Count => tensor.numel();

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => tensor.FromOffset<T>()[Offset(indices)];
        // Written as memory: no version tells of it, as none does of what is written through a pointer.
        set => tensor.FromOffset<T>()[Offset(indices)] = value;
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.Equals(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !left.Equals(right);

    public T[] ToArray()
    {
        var elements = new T[Count];
        CopyTo(elements);
        return elements;
    }

    public Array ToNDArray()
    {
        if (tensor.Rank == 0) return ToArray();
        var array = Array.CreateInstance(typeof(T), tensor.shape);
        T[] elements = ToArray();
        long[] steps = Shapes.RowMajor(tensor.Sizes);
        for (long i = 0; i < elements.Length; i++) array.SetValue(elements[i], Array.ConvertAll(Enumerable.Range(0, tensor.Rank).ToArray(), d => i / steps[d] % tensor.Sizes[d]));
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        using Tensor packed = tensor.IsContiguousRowMajor ? new Tensor(tensor.Impl, register: false) : Packed();
        packed.Flat<T>()[(int)tensorIndex..].CopyTo(array[arrayIndex..]);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        long[] steps = Shapes.RowMajor(tensor.Sizes);
        Span<T> elements = tensor.FromOffset<T>();
        for (int i = arrayIndex; i < array.Length; i++)
        {
            long at = tensorIndex + i - arrayIndex;
            if (at >= Count) break;
            long offset = 0;
            for (int d = 0; d < steps.Length; d++) offset += at / steps[d] % tensor.Sizes[d] * tensor.Strides[d];
            elements[(int)offset] = array[i];
        }
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && Count == other.Count && ToArray().AsSpan().SequenceEqual(other.ToArray());

    public override int GetHashCode() => HashCode.Combine(Count, tensor.Rank);

    /// <summary>Nothing to do: the tensor belongs to whoever made it.</summary>
    public void Dispose()
    {
    }

    private Tensor Packed()
    {
        using Temporaries own = Temporaries.Enter();
        return new Tensor(tensor.Packed().Impl, register: false);
    }

    private int Offset(long[] indices)
    {
        if (indices.Length != tensor.Rank && !(indices.Length == 1 && tensor.Rank == 0))
            throw new ArgumentException($"{indices.Length} indices for a tensor of {tensor.Rank} dimensions.", nameof(indices));
        long offset = 0;
        for (int d = 0; d < tensor.Rank; d++)
        {
            long at = indices[d] < 0 ? indices[d] + tensor.Sizes[d] : indices[d];
            if (at < 0 || at >= tensor.Sizes[d]) throw new IndexOutOfRangeException($"{indices[d]} is outside of a dimension of size {tensor.Sizes[d]}.");
            offset += at * tensor.Strides[d];
        }
        return (int)offset;
    }
}
