using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A tensor proper: a strided window on a storage, and its place in the autograd graph. Handles share it.</summary>
internal sealed class TensorImpl
{
    private int references;

    internal TensorImpl(TensorStorage storage, long[] sizes, long[] strides, long offset)
    {
        Storage = storage;
        Sizes = sizes;
        Strides = strides;
        Offset = offset;
        storage.Retain();
    }

    internal TensorStorage Storage { get; private set; }

    internal long[] Sizes { get; private set; }

    internal long[] Strides { get; private set; }

    internal long Offset { get; private set; }

    internal ScalarType Dtype => Storage.Dtype;

    internal AutogradMeta? Autograd { get; set; }

    internal long Count => Shapes.Count(Sizes);

    internal bool IsShared => Volatile.Read(ref references) > 1 || Storage.IsShared;

    internal void Restride(long[] sizes, long[] strides) => (Sizes, Strides) = (sizes, strides);

    internal void Become(TensorImpl other)
    {
        other.Storage.Retain();
        Storage.Release();
        (Storage, Sizes, Strides, Offset) = (other.Storage, other.Sizes, other.Strides, other.Offset);
    }

    internal void Retain() => Interlocked.Increment(ref references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref references) == 0) Storage.Release();
    }
}
