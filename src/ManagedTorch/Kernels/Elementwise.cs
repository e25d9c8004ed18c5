using static TorchSharp.torch;

namespace TorchSharp;

internal delegate void Map<TX, TY>(ReadOnlySpan<TX> x, Span<TY> y);

internal delegate void Zip<TA, TB, TY>(ReadOnlySpan<TA> a, ReadOnlySpan<TB> b, Span<TY> y);

internal delegate void Zip3<TA, TB, TC, TY>(ReadOnlySpan<TA> a, ReadOnlySpan<TB> b, ReadOnlySpan<TC> c, Span<TY> y);

/// <summary>Runs kernels on spans over strided operands of one shape; the last one is written.</summary>
internal static class Elementwise
{
    internal static void Run<TX, TY>(Tensor x, Tensor y, Map<TX, TY> kernel)
        where TX : unmanaged
        where TY : unmanaged
    {
        var loop = new StridedLoop(y.Sizes, x.Strides, y.Strides);
        loop.For(() =>
        {
            var source = new Operand<TX>(x, loop.Inner(0));
            var target = new Operand<TY>(y, loop.Inner(1));
            return (offsets, count) =>
            {
                kernel(source.Read(offsets[0], count), target.Room(offsets[1], count));
                target.Write(offsets[1], count);
            };
        });
    }

    internal static void Run<TA, TB, TY>(Tensor a, Tensor b, Tensor y, Zip<TA, TB, TY> kernel)
        where TA : unmanaged
        where TB : unmanaged
        where TY : unmanaged
    {
        var loop = new StridedLoop(y.Sizes, a.Strides, b.Strides, y.Strides);
        loop.For(() =>
        {
            var left = new Operand<TA>(a, loop.Inner(0));
            var right = new Operand<TB>(b, loop.Inner(1));
            var target = new Operand<TY>(y, loop.Inner(2));
            return (offsets, count) =>
            {
                kernel(left.Read(offsets[0], count), right.Read(offsets[1], count), target.Room(offsets[2], count));
                target.Write(offsets[2], count);
            };
        });
    }

    internal static void Run<TA, TB, TC, TY>(Tensor a, Tensor b, Tensor c, Tensor y, Zip3<TA, TB, TC, TY> kernel)
        where TA : unmanaged
        where TB : unmanaged
        where TC : unmanaged
        where TY : unmanaged
    {
        var loop = new StridedLoop(y.Sizes, a.Strides, b.Strides, c.Strides, y.Strides);
        loop.For(() =>
        {
            var first = new Operand<TA>(a, loop.Inner(0));
            var second = new Operand<TB>(b, loop.Inner(1));
            var third = new Operand<TC>(c, loop.Inner(2));
            var target = new Operand<TY>(y, loop.Inner(3));
            return (offsets, count) =>
            {
                kernel(first.Read(offsets[0], count), second.Read(offsets[1], count), third.Read(offsets[2], count), target.Room(offsets[3], count));
                target.Write(offsets[3], count);
            };
        });
    }

    /// <summary>One worker's access to an operand: its own span where elements lie together, a packed copy where they do not.</summary>
    private sealed class Operand<T>(Tensor tensor, long stride)
        where T : unmanaged
    {
        private readonly T[] packed = stride == 1 ? [] : new T[StridedLoop.Chunk];
        private long repeated = -1;
        private int filled;

        internal ReadOnlySpan<T> Read(long offset, int count)
        {
            ReadOnlySpan<T> elements = tensor.BitsFromOffset<T>()[(int)offset..];
            if (stride == 1) return elements[..count];
            if (stride == 0)
            {
                // One element over and over: filled once for as long as it stays the same.
                if (repeated != offset || filled < count) packed.AsSpan(0, count).Fill(elements[0]);
                (repeated, filled) = (offset, repeated == offset ? Math.Max(filled, count) : count);
                return packed.AsSpan(0, count);
            }
            for (int i = 0, at = 0; i < count; i++, at += (int)stride) packed[i] = elements[at];
            return packed.AsSpan(0, count);
        }

        internal Span<T> Room(long offset, int count) => stride == 1 ? tensor.BitsFromOffset<T>().Slice((int)offset, count) : packed.AsSpan(0, count);

        internal void Write(long offset, int count)
        {
            if (stride == 1) return;
            Span<T> elements = tensor.BitsFromOffset<T>()[(int)offset..];
            for (int i = 0, at = 0; i < count; i++, at += (int)stride) elements[at] = packed[i];
        }
    }
}
