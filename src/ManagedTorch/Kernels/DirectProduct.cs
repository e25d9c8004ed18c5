using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>
/// Products of matrices so small that packing them first would take as long as multiplying them: layers of a small network,
/// one image of a convolution. Operands are read where they lie, on one core.
/// </summary>
internal static class DirectProduct
{
    // The right operand stays in the second-level cache, and another core would not be worth waking.
    private const int RightElements = 1 << 16;
    private const long Multiplications = 1 << 22;

    internal static bool Suits<T>(bool transposeB, int m, int n, int k) =>
        (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        && !transposeB && k * (long)n <= RightElements && m * (long)n * k <= Multiplications && n >= Vector<T>.Count;

    /// <summary>c += a · b with a [rows, depth], or [depth, rows] where <paramref name="transposeA"/>, b [depth, columns] and c [rows, columns].</summary>
    internal static void Accumulate<T>(ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, Span<T> c, int rows, int columns, int depth)
        where T : unmanaged, INumber<T>
    {
        var left = new Left(transposeA ? 1 : depth, transposeA ? rows : 1);
        int step = Vector<T>.Count;
        int column = 0;
        for (; column + (2 * step) <= columns; column += 2 * step)
        {
            int row = 0;
            for (; row + 4 <= rows; row += 4) FourRows(a, left, b, c, row, column, columns, depth);
            for (; row < rows; row++)
            {
                OneRow(a, left, b, c, row, column, columns, depth);
                OneRow(a, left, b, c, row, column + step, columns, depth);
            }
        }
        for (; column + step <= columns; column += step)
        {
            for (int row = 0; row < rows; row++) OneRow(a, left, b, c, row, column, columns, depth);
        }
        if (column < columns) Rest(a, left, b, c, rows, column, columns, depth);
    }

    // Four rows by two vectors: eight sums stay in registers, and each value loaded serves several of them.
    private static void FourRows<T>(ReadOnlySpan<T> a, Left layout, ReadOnlySpan<T> b, Span<T> c, int row, int column, int columns, int depth)
        where T : unmanaged, INumber<T>
    {
        nuint step = (nuint)Vector<T>.Count;
        nint next = layout.RowStep;
        ref T left = ref Unsafe.Add(ref MemoryMarshal.GetReference(a), row * next);
        ref T right = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), column);
        ref T line0 = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), (row * columns) + column);
        ref T line1 = ref Unsafe.Add(ref line0, columns);
        ref T line2 = ref Unsafe.Add(ref line1, columns);
        ref T line3 = ref Unsafe.Add(ref line2, columns);
        Vector<T> s00 = Vector.LoadUnsafe(ref line0), s01 = Vector.LoadUnsafe(ref line0, step);
        Vector<T> s10 = Vector.LoadUnsafe(ref line1), s11 = Vector.LoadUnsafe(ref line1, step);
        Vector<T> s20 = Vector.LoadUnsafe(ref line2), s21 = Vector.LoadUnsafe(ref line2, step);
        Vector<T> s30 = Vector.LoadUnsafe(ref line3), s31 = Vector.LoadUnsafe(ref line3, step);
        for (int k = 0; k < depth; k++)
        {
            Vector<T> b0 = Vector.LoadUnsafe(ref right), b1 = Vector.LoadUnsafe(ref right, step);
            var x = new Vector<T>(left);
            s00 = MultiplyAdd(x, b0, s00);
            s01 = MultiplyAdd(x, b1, s01);
            x = new Vector<T>(Unsafe.Add(ref left, next));
            s10 = MultiplyAdd(x, b0, s10);
            s11 = MultiplyAdd(x, b1, s11);
            x = new Vector<T>(Unsafe.Add(ref left, 2 * next));
            s20 = MultiplyAdd(x, b0, s20);
            s21 = MultiplyAdd(x, b1, s21);
            x = new Vector<T>(Unsafe.Add(ref left, 3 * next));
            s30 = MultiplyAdd(x, b0, s30);
            s31 = MultiplyAdd(x, b1, s31);
            left = ref Unsafe.Add(ref left, layout.DepthStep);
            right = ref Unsafe.Add(ref right, columns);
        }
        s00.StoreUnsafe(ref line0);
        s01.StoreUnsafe(ref line0, step);
        s10.StoreUnsafe(ref line1);
        s11.StoreUnsafe(ref line1, step);
        s20.StoreUnsafe(ref line2);
        s21.StoreUnsafe(ref line2, step);
        s30.StoreUnsafe(ref line3);
        s31.StoreUnsafe(ref line3, step);
    }

    private static void OneRow<T>(ReadOnlySpan<T> a, Left layout, ReadOnlySpan<T> b, Span<T> c, int row, int column, int columns, int depth)
        where T : unmanaged, INumber<T>
    {
        ref T left = ref Unsafe.Add(ref MemoryMarshal.GetReference(a), row * layout.RowStep);
        ref T right = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), column);
        ref T target = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), (row * columns) + column);
        Vector<T> sum = Vector.LoadUnsafe(ref target);
        for (int k = 0; k < depth; k++)
        {
            sum = MultiplyAdd(new(left), Vector.LoadUnsafe(ref right), sum);
            left = ref Unsafe.Add(ref left, layout.DepthStep);
            right = ref Unsafe.Add(ref right, columns);
        }
        sum.StoreUnsafe(ref target);
    }

    private static void Rest<T>(ReadOnlySpan<T> a, Left layout, ReadOnlySpan<T> b, Span<T> c, int rows, int first, int columns, int depth)
        where T : unmanaged, INumber<T>
    {
        for (int row = 0; row < rows; row++)
        {
            Span<T> target = c.Slice((row * columns) + first, columns - first);
            for (int k = 0; k < depth; k++)
            {
                T value = a[(int)((row * layout.RowStep) + (k * layout.DepthStep))];
                ReadOnlySpan<T> source = b.Slice((k * columns) + first, target.Length);
                for (int i = 0; i < target.Length; i++) target[i] += value * source[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> MultiplyAdd<T>(Vector<T> a, Vector<T> b, Vector<T> sum)
        where T : unmanaged, INumber<T>
    {
        if (Fma.IsSupported && Vector<byte>.Count == 32)
        {
            if (typeof(T) == typeof(float))
                return Fma.MultiplyAdd(a.AsVector256().AsSingle(), b.AsVector256().AsSingle(), sum.AsVector256().AsSingle()).As<float, T>().AsVector();
            if (typeof(T) == typeof(double))
                return Fma.MultiplyAdd(a.AsVector256().AsDouble(), b.AsVector256().AsDouble(), sum.AsVector256().AsDouble()).As<double, T>().AsVector();
        }
        return (a * b) + sum;
    }

    /// <summary>The left operand's steps from row to row and along the depth.</summary>
    private readonly record struct Left(nint RowStep, nint DepthStep);
}
