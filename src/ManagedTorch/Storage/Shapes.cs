namespace TorchSharp;

/// <summary>Arithmetic on sizes and strides.</summary>
internal static class Shapes
{
    internal static long Count(ReadOnlySpan<long> sizes)
    {
        long count = 1;
        foreach (long size in sizes) count *= size;
        return count;
    }

    /// <summary>The strides of a contiguous row-major tensor of these sizes.</summary>
    internal static long[] RowMajor(ReadOnlySpan<long> sizes)
    {
        var strides = new long[sizes.Length];
        long step = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            strides[d] = step;
            step *= Math.Max(sizes[d], 1);
        }
        return strides;
    }

    internal static bool IsRowMajor(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides)
    {
        long step = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            if (sizes[d] == 0) return true;
            if (sizes[d] == 1) continue;
            if (strides[d] != step) return false;
            step *= sizes[d];
        }
        return true;
    }

    internal static string Text(ReadOnlySpan<long> sizes) => "[" + string.Join(", ", sizes.ToArray()) + "]";

    internal static int Dim(long dim, int dims)
    {
        int range = Math.Max(dims, 1);
        if (dim < -range || dim >= range)
            throw TorchError.Of($"Dimension out of range (expected to be in range of [{-range}, {range - 1}], but got {dim})");
        return (int)(dim < 0 ? dim + range : dim);
    }

    internal static int[] Dims(ReadOnlySpan<long> dims, int count)
    {
        var result = new int[dims.Length];
        for (int i = 0; i < dims.Length; i++)
        {
            result[i] = Dim(dims[i], count);
            if (Array.IndexOf(result, result[i]) < i) throw TorchError.Of($"dim {result[i]} appears multiple times in the list of dims");
        }
        return result;
    }

    internal static long[] Broadcast(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var sizes = new long[Math.Max(a.Length, b.Length)];
        for (int fromEnd = 1; fromEnd <= sizes.Length; fromEnd++)
        {
            long left = fromEnd <= a.Length ? a[^fromEnd] : 1;
            long right = fromEnd <= b.Length ? b[^fromEnd] : 1;
            if (left != right && left != 1 && right != 1)
            {
                throw TorchError.Of($"The size of tensor a ({left}) must match the size of tensor b ({right}) at non-singleton dimension "
                    + $"{sizes.Length - fromEnd} (shapes {Text(a)} and {Text(b)})");
            }
            sizes[^fromEnd] = left == 1 ? right : left;
        }
        return sizes;
    }

    internal static bool CanBroadcast(ReadOnlySpan<long> from, ReadOnlySpan<long> to)
    {
        if (from.Length > to.Length) return false;
        for (int fromEnd = 1; fromEnd <= from.Length; fromEnd++)
        {
            if (from[^fromEnd] != to[^fromEnd] && from[^fromEnd] != 1) return false;
        }
        return true;
    }

    /// <summary>Sizes with one −1 resolved against the number of elements.</summary>
    internal static long[] Infer(ReadOnlySpan<long> shape, long count)
    {
        long[] sizes = shape.ToArray();
        int unknown = Array.IndexOf(sizes, -1L);
        if (unknown >= 0)
        {
            if (Array.IndexOf(sizes, -1L, unknown + 1) >= 0) throw TorchError.Of("only one dimension can be inferred");
            sizes[unknown] = 1;
            long known = Count(sizes);
            if (known == 0)
                throw TorchError.Of($"cannot reshape tensor of {count} elements into shape {Text(shape)} because the unspecified dimension size -1 can be any value");
            sizes[unknown] = count / known;
        }
        if (Array.Exists(sizes, s => s < 0) || Count(sizes) != count) throw TorchError.Of($"shape '{Text(shape)}' is invalid for input of size {count}");
        return sizes;
    }

    /// <summary>Strides that show the same elements in another shape without a copy; null where there are none.</summary>
    internal static long[]? ViewStrides(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, ReadOnlySpan<long> shape)
    {
        if (Count(sizes) == 0) return RowMajor(shape);
        var result = new long[shape.Length];
        int view = shape.Length - 1;
        long chunkStride = sizes.Length > 0 ? strides[^1] : 1;
        long chunk = 1;
        long taken = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            chunk *= sizes[d];
            bool chunkEnds = d == 0 || (sizes[d - 1] != 1 && strides[d - 1] != chunk * chunkStride);
            if (!chunkEnds) continue;
            while (view >= 0 && (taken < chunk || shape[view] == 1))
            {
                result[view] = taken * chunkStride;
                taken *= shape[view];
                view--;
            }
            if (taken != chunk) return null;
            if (d == 0) continue;
            chunkStride = strides[d - 1];
            chunk = taken = 1;
        }
        for (; view >= 0; view--) result[view] = 1;
        return result;
    }
}
