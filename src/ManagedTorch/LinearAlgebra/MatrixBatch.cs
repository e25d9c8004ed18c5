using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Matrices over which a factorisation runs one by one, in double precision whatever they came in.</summary>
internal static class MatrixBatch
{
    /// <summary>A copy to work in.</summary>
    internal static Tensor Working(Tensor matrices) => matrices.AsDtype(ScalarType.Float64).Packed();

    internal static Tensor Room(ReadOnlySpan<long> batch, ReadOnlySpan<long> sizes, Device device) => Pointwise.Fresh([.. batch, .. sizes], ScalarType.Float64, device);

    internal static long[] Batch(Tensor matrices) => matrices.Sizes[..^2];

    /// <summary>The elements of one matrix of a batch.</summary>
    internal static Span<double> Of(Tensor matrices, int number, int elements) => matrices.Flat<double>().Slice(number * elements, elements);

    internal static void Each(long[] batch, Action<int> factorise) => Work.For((int)Shapes.Count(batch), 1, (from, to) =>
    {
        for (int i = from; i < to; i++) factorise(i);
    });

    /// <summary>A matrix of a batch, column by column.</summary>
    internal static double[][] Columns(Tensor matrices, int number)
    {
        int rows = (int)matrices.Sizes[^2], columns = (int)matrices.Sizes[^1];
        double[] elements = Of(matrices, number, rows * columns).ToArray();
        return [.. Enumerable.Range(0, columns).Select(c => (double[])[.. Enumerable.Range(0, rows).Select(r => elements[(r * columns) + c])])];
    }

    internal static void Write(IReadOnlyList<double[]> columns, Tensor matrices, int number)
    {
        int rows = (int)matrices.Sizes[^2];
        Span<double> elements = Of(matrices, number, rows * columns.Count);
        for (int i = 0; i < elements.Length; i++) elements[i] = columns[i % columns.Count][i / columns.Count];
    }

    internal static int RequireSquare(Tensor matrices, string operation)
    {
        RequireMatrices(matrices, operation);
        if (matrices.Sizes[^1] != matrices.Sizes[^2]) throw TorchError.Of($"{operation} is of square matrices, not of {Shapes.Text(matrices.Sizes)}.");
        return (int)matrices.Sizes[^1];
    }

    internal static void RequireMatrices(Tensor matrices, string operation)
    {
        if (matrices.Rank < 2) throw TorchError.Of($"{operation} is of matrices, not of {Shapes.Text(matrices.Sizes)}.");
        if (!matrices.IsFloating) throw TorchError.Of($"{operation} is of floating-point numbers, not of {matrices.dtype}.");
        if (ScalarTypes.IsNarrow(matrices.dtype)) throw TorchError.Of($"{operation}: Low precision dtypes not supported. Got {matrices.dtype}: convert to float32 first.");
    }
}
