using System.Collections.Concurrent;
using System.Numerics;

namespace TorchSharp;

/// <summary>
/// Buffers given back by disposed tensors, by power of two. Training asks for the same sizes over and over, and an array on
/// the large object heap costs a full collection.
/// </summary>
internal static class BufferPool
{
    // Below this a fresh array in the young generation is cheaper than the pool.
    private const int SmallestPooled = 4096;
    private const long MostBytesHeld = 1L << 30;

    private static readonly ConcurrentBag<byte[]>[] Free = [.. Enumerable.Range(0, 31).Select(_ => new ConcurrentBag<byte[]>())];
    private static long held;

    internal static byte[] Rent(long bytes)
    {
        if (bytes < SmallestPooled || bytes > 1L << 30) return GC.AllocateUninitializedArray<byte>(checked((int)bytes));
        int bucket = BitOperations.Log2((ulong)bytes - 1) + 1;
        if (!Free[bucket].TryTake(out byte[]? buffer)) return GC.AllocateUninitializedArray<byte>(1 << bucket);
        Interlocked.Add(ref held, -buffer.Length);
        return buffer;
    }

    internal static void Return(byte[] buffer)
    {
        if (buffer.Length < SmallestPooled || !BitOperations.IsPow2(buffer.Length)) return;
        if (Interlocked.Add(ref held, buffer.Length) > MostBytesHeld)
        {
            Interlocked.Add(ref held, -buffer.Length);
            return;
        }
        Free[BitOperations.Log2((uint)buffer.Length)].Add(buffer);
    }
}
