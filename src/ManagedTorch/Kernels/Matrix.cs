using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>Dense matrix multiplication.</summary>
internal static unsafe class Matrix
{
    // A panel of b of this depth and width stays in the second-level cache, a strip of a in the first.
    private const int Depth = 256;
    private const int Width = 512;
    private const int Rows = 6;
    private const int PackedElementsPerTask = 32768;

    /// <summary>c = a · b, or c += a · b, for row-major matrices that lie without gaps.</summary>
    /// <param name="a">m × k, or k × m where <paramref name="transposeA"/>.</param>
    /// <param name="b">k × n, or n × k where <paramref name="transposeB"/>.</param>
    /// <param name="c">m × n.</param>
    /// <param name="parallel">Whether to spread rows over the cores; false inside work that is spread already.</param>
    internal static void Multiply<T>(ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> c, int m, int n, int k, bool accumulate = false, bool parallel = true)
        where T : unmanaged, INumber<T>
    {
        if (a.Length < m * (long)k || b.Length < k * (long)n || c.Length < m * (long)n) throw new ArgumentException($"{m}x{k} times {k}x{n} does not fit the spans.");
        if (m == 0 || n == 0) return;
        if (!accumulate) c[..(m * n)].Clear();
        if (k == 0) return;
        if (DirectProduct.Suits<T>(transposeB, m, n, k))
        {
            DirectProduct.Accumulate(a, transposeA, b, c, m, n, k);
            return;
        }
        fixed (T* pa = a, pb = b, pc = c)
        {
            var left = new Operand<T>(pa, transposeA ? 1 : k, transposeA ? m : 1);
            var right = new Operand<T>(pb, transposeB ? 1 : n, transposeB ? k : 1);
            if (Vector256<T>.IsSupported && (typeof(T) == typeof(float) || typeof(T) == typeof(double))) Spread(left, right, pc, m, n, k, parallel);
            else Plain(left, right, pc, m, n, k, parallel);
        }
    }

    private static void Plain<T>(Operand<T> a, Operand<T> b, T* c, int m, int n, int k, bool parallel) where T : unmanaged, INumber<T>
    {
        nint target = (nint)c;
        Work.For(m, parallel ? Math.Max(65536 / Math.Max(n * k, 1), 1) : m, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                T* row = (T*)target + ((long)i * n);
                for (int p = 0; p < k; p++)
                {
                    T factor = a[i, p];
                    for (int j = 0; j < n; j++) row[j] += factor * b[p, j];
                }
            }
        });
    }

    // A wide product is cut into columns, each core packing its own; any other shares its panels and is cut into rows.
    private static void Spread<T>(Operand<T> a, Operand<T> b, T* c, int m, int n, int k, bool parallel) where T : unmanaged, INumber<T>
    {
        int panels = (n + Width - 1) / Width;
        if (!parallel || panels < 2 * torch.get_num_threads() || n < 4L * m)
        {
            Blocked(a, b, c, m, n, k, 0, n, parallel);
            return;
        }
        nint target = (nint)c;
        Work.For(panels, (int)Math.Max(1_000_000L / Math.Max((long)Width * m * k, 1), 1),
            (from, to) => Blocked(a, b, (T*)target, m, n, k, from * Width, Math.Min(to * Width, n), parallel: false));
    }

    private static void Blocked<T>(Operand<T> a, Operand<T> b, T* c, int m, int n, int k, int from, int to, bool parallel) where T : unmanaged, INumber<T>
    {
        int lanes = Vector256<T>.Count;
        int tile = 2 * lanes;
        nint target = (nint)c;
        int strips = (m + Rows - 1) / Rows;
        // About a million multiplications are worth another core.
        int grain = parallel ? Math.Max((int)(1_000_000L / Math.Max((long)Rows * n * k, 1)), 1) : strips;
        T[] panel = ArrayPool<T>.Shared.Rent(Depth * ((Math.Min(to - from, Width) + tile - 1) / tile * tile));
        for (int column = from; column < to; column += Width)
        {
            int width = Math.Min(Width, to - column);
            for (int depth = 0; depth < k; depth += Depth)
            {
                int layers = Math.Min(Depth, k - depth);
                PackRight(b, panel, depth, layers, column, width, tile, parallel);
                int firstColumn = column;
                int firstLayer = depth;
                Work.For(strips, grain, (firstStrip, lastStrip) =>
                {
                    T[] strip = ArrayPool<T>.Shared.Rent(Rows * layers);
                    Span<T> edge = stackalloc T[Rows * tile];
                    fixed (T* packedA = strip, packedB = panel, spill = edge)
                    {
                        for (int s = firstStrip; s < lastStrip; s++)
                        {
                            int row = s * Rows;
                            int rows = Math.Min(Rows, m - row);
                            PackLeft(a, packedA, row, rows, firstLayer, layers);
                            for (int j = 0; j < width; j += tile)
                            {
                                T* block = packedB + ((long)j * layers);
                                T* at = (T*)target + ((long)row * n) + firstColumn + j;
                                if (rows == Rows && j + tile <= width)
                                {
                                    Kernel(packedA, block, at, n, layers);
                                    continue;
                                }
                                edge.Clear();
                                Kernel(packedA, block, spill, tile, layers);
                                int columns = Math.Min(tile, width - j);
                                for (int r = 0; r < rows; r++)
                                {
                                    for (int x = 0; x < columns; x++) at[((long)r * n) + x] += spill[(r * tile) + x];
                                }
                            }
                        }
                    }
                    ArrayPool<T>.Shared.Return(strip);
                });
            }
        }
        ArrayPool<T>.Shared.Return(panel);
    }

    // Tiles one after another, each layer by layer, with zeros past the edge. Read along the rows: a column would touch a page an element.
    private static void PackRight<T>(Operand<T> b, T[] panel, int depth, int layers, int column, int width, int tile, bool parallel) where T : unmanaged, INumber<T> =>
        Work.For(layers, parallel ? Math.Max(PackedElementsPerTask / width, 1) : layers, (from, to) =>
        {
            for (int p = from; p < to; p++)
            {
                for (int j = 0; j < width; j += tile)
                {
                    Span<T> target = panel.AsSpan((j * layers) + (p * tile), tile);
                    int columns = Math.Min(tile, width - j);
                    b.Row(depth + p, column + j, target[..columns]);
                    target[columns..].Clear();
                }
            }
        });

    private static void PackLeft<T>(Operand<T> a, T* strip, int row, int rows, int depth, int layers) where T : unmanaged, INumber<T>
    {
        if (rows < Rows) new Span<T>(strip, Rows * layers).Clear();
        for (int r = 0; r < rows; r++) a.Row(row + r, depth, layers, strip + r, Rows);
    }

    // Six rows by two vectors: twelve sums, two of b and one of a fill the sixteen registers of AVX2.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Kernel<T>(T* a, T* b, T* c, long stride, int layers) where T : unmanaged, INumber<T>
    {
        int lanes = Vector256<T>.Count;
        Vector256<T> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector256<T> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        for (int p = 0; p < layers; p++, a += Rows, b += 2 * lanes)
        {
            Vector256<T> b0 = Vector256.Load(b);
            Vector256<T> b1 = Vector256.Load(b + lanes);
            Vector256<T> x = Vector256.Create(a[0]);
            s00 = MultiplyAdd(x, b0, s00);
            s01 = MultiplyAdd(x, b1, s01);
            x = Vector256.Create(a[1]);
            s10 = MultiplyAdd(x, b0, s10);
            s11 = MultiplyAdd(x, b1, s11);
            x = Vector256.Create(a[2]);
            s20 = MultiplyAdd(x, b0, s20);
            s21 = MultiplyAdd(x, b1, s21);
            x = Vector256.Create(a[3]);
            s30 = MultiplyAdd(x, b0, s30);
            s31 = MultiplyAdd(x, b1, s31);
            x = Vector256.Create(a[4]);
            s40 = MultiplyAdd(x, b0, s40);
            s41 = MultiplyAdd(x, b1, s41);
            x = Vector256.Create(a[5]);
            s50 = MultiplyAdd(x, b0, s50);
            s51 = MultiplyAdd(x, b1, s51);
        }
        AddTo(c, s00, s01);
        AddTo(c + stride, s10, s11);
        AddTo(c + (2 * stride), s20, s21);
        AddTo(c + (3 * stride), s30, s31);
        AddTo(c + (4 * stride), s40, s41);
        AddTo(c + (5 * stride), s50, s51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<T>(T* c, Vector256<T> first, Vector256<T> second) where T : unmanaged
    {
        (Vector256.Load(c) + first).Store(c);
        (Vector256.Load(c + Vector256<T>.Count) + second).Store(c + Vector256<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> MultiplyAdd<T>(Vector256<T> a, Vector256<T> b, Vector256<T> sum)
    {
        if (Fma.IsSupported && typeof(T) == typeof(float)) return Fma.MultiplyAdd(a.AsSingle(), b.AsSingle(), sum.AsSingle()).As<float, T>();
        if (Fma.IsSupported && typeof(T) == typeof(double)) return Fma.MultiplyAdd(a.AsDouble(), b.AsDouble(), sum.AsDouble()).As<double, T>();
        return (a * b) + sum;
    }

    /// <summary>A matrix in memory by its steps from row to row and column to column.</summary>
    private readonly struct Operand<T>(T* first, long rowStep, long columnStep) where T : unmanaged
    {
        private readonly nint first = (nint)first;

        internal T this[int row, int column] => ((T*)first)[(row * rowStep) + (column * columnStep)];

        /// <summary>Copies a piece of a row.</summary>
        internal void Row(int row, int column, Span<T> target)
        {
            T* source = (T*)first + (row * rowStep) + (column * columnStep);
            if (columnStep == 1)
            {
                new ReadOnlySpan<T>(source, target.Length).CopyTo(target);
                return;
            }
            for (int i = 0; i < target.Length; i++, source += columnStep) target[i] = *source;
        }

        /// <summary>Copies a piece of a row to every <paramref name="step"/>th element of <paramref name="target"/>.</summary>
        internal void Row(int row, int column, int count, T* target, int step)
        {
            T* source = (T*)first + (row * rowStep) + (column * columnStep);
            for (int i = 0; i < count; i++, source += columnStep, target += step) *target = *source;
        }
    }
}
