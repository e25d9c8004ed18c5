using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The memory that a tensor and its views share: one element type, one device, one version.</summary>
internal sealed class TensorStorage
{
    private byte[] buffer;
    private int references;
    private long version;

    internal TensorStorage(ScalarType dtype, long length, Device device)
    {
        Dtype = dtype;
        Length = length;
        Device = device;
        buffer = BufferPool.Rent(length * ScalarTypes.SizeOf(dtype));
        DeviceMemory.Taken(device, length * ScalarTypes.SizeOf(dtype));
    }

    internal ScalarType Dtype { get; }

    internal Device Device { get; }

    internal long Length { get; }

    /// <summary>How often the elements were written since they were made: what autograd compares.</summary>
    internal long Version => Interlocked.Read(ref version);

    internal void Written() => Interlocked.Increment(ref version);

    internal Span<byte> Bytes => buffer.AsSpan(0, checked((int)(Length * ScalarTypes.SizeOf(Dtype))));

    internal Span<T> Elements<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes);

    internal bool IsShared => Volatile.Read(ref references) > 1;

    internal void Retain() => Interlocked.Increment(ref references);

    // Only what every holder let go of explicitly goes back to the pool. What is merely forgotten is the collector's.
    internal void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        BufferPool.Return(buffer);
        DeviceMemory.Taken(Device, -Length * ScalarTypes.SizeOf(Dtype));
        buffer = [];
    }
}
