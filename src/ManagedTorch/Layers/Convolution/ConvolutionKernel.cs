using System.Buffers;
using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>The three products of a convolution, on contiguous tensors, as matrix products over the matrix of taps.</summary>
internal static class ConvolutionKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The weight's gradient is a sum over images. It is taken in this many parts whatever the number of cores,
    // so that the same numbers come out on every machine and in every run.
    const int Parts = 8;

    public static void Forward(ConvolutionGeometry g, Tensor input, Tensor weight, Tensor? bias, Tensor output)
    {
        int rows = g.GroupOutputs, positions = g.Output.Volume, taps = g.Taps;
        Work.For(g.Batch * g.Groups, Grain(g), (from, to) =>
        {
            T[] buffer = ArrayPool<T>.Shared.Rent((taps * positions) + g.PaddedPixels);
            Span<T> gathered = buffer.AsSpan(0, taps * positions), padded = buffer.AsSpan(taps * positions);
            for (int task = from; task < to; task++)
            {
                int group = task % g.Groups;
                ReadOnlySpan<T> image = input.Flat<T>().Slice(task * g.GroupInputs * g.Input.Volume, g.GroupInputs * g.Input.Volume);
                ReadOnlySpan<T> matrix = image;
                if (!g.IsPointwise)
                {
                    Taps.Gather(g, image, padded, gathered);
                    matrix = gathered;
                }
                Span<T> result = output.Flat<T>().Slice(task * rows * positions, rows * positions);
                if (bias is not null)
                {
                    ReadOnlySpan<T> offsets = bias.Flat<T>().Slice(group * rows, rows);
                    for (int row = 0; row < rows; row++) result.Slice(row * positions, positions).Fill(offsets[row]);
                }
                Matrix.Multiply(weight.Flat<T>().Slice(group * rows * taps, rows * taps), false, matrix, false, result,
                    rows, positions, taps, accumulate: bias is not null, parallel: false);
            }
            ArrayPool<T>.Shared.Return(buffer);
        });
    }

    /// <summary>The gradient by the input: each output gradient spread over the values its taps read.</summary>
    public static void InputGradient(ConvolutionGeometry g, Tensor outputGradient, Tensor weight, Tensor result)
    {
        int rows = g.GroupOutputs, positions = g.Output.Volume, taps = g.Taps, pixels = g.GroupInputs * g.Input.Volume;
        Work.For(g.Batch * g.Groups, Grain(g), (from, to) =>
        {
            T[] buffer = ArrayPool<T>.Shared.Rent((taps * positions) + g.PaddedPixels);
            Span<T> spread = buffer.AsSpan(0, taps * positions), padded = buffer.AsSpan(taps * positions);
            for (int task = from; task < to; task++)
            {
                ReadOnlySpan<T> gradient = outputGradient.Flat<T>().Slice(task * rows * positions, rows * positions);
                ReadOnlySpan<T> matrix = weight.Flat<T>().Slice(task % g.Groups * rows * taps, rows * taps);
                Span<T> image = result.Flat<T>().Slice(task * pixels, pixels);
                Matrix.Multiply(matrix, true, gradient, false, g.IsPointwise ? image : spread, taps, positions, rows, parallel: false);
                if (!g.IsPointwise) Taps.Scatter(g, spread, padded, image);
            }
            ArrayPool<T>.Shared.Return(buffer);
        });
    }

    /// <summary>The gradient by the weight: taps times output gradients, summed over images.</summary>
    public static void WeightGradient(ConvolutionGeometry g, Tensor input, Tensor outputGradient, Tensor result)
    {
        int rows = g.GroupOutputs, positions = g.Output.Volume, taps = g.Taps, pixels = g.GroupInputs * g.Input.Volume;
        int parts = Math.Clamp(g.Batch, 1, Parts), size = checked(g.Groups * rows * taps);
        var sums = new T[parts * size];
        Work.For(parts * g.Groups, 1, (from, to) =>
        {
            T[] buffer = ArrayPool<T>.Shared.Rent(((taps + rows) * positions) + g.PaddedPixels);
            Span<T> gathered = buffer.AsSpan(0, taps * positions), gradient = buffer.AsSpan(taps * positions, rows * positions);
            Span<T> padded = buffer.AsSpan((taps + rows) * positions);
            for (int task = from; task < to; task++)
            {
                var (part, group) = (task / g.Groups, task % g.Groups);
                Span<T> sum = sums.AsSpan((part * size) + (group * rows * taps), rows * taps);
                for (int n = g.Batch * part / parts; n < g.Batch * (part + 1) / parts; n++)
                {
                    int image = (n * g.Groups) + group;
                    Taps.Gather(g, input.Flat<T>().Slice(image * pixels, pixels), padded, gathered);
                    Transpose(outputGradient.Flat<T>().Slice(image * rows * positions, rows * positions), gradient, rows, positions);
                    Matrix.Multiply<T>(gathered, false, gradient, false, sum, taps, rows, positions, accumulate: true, parallel: false);
                }
            }
            ArrayPool<T>.Shared.Return(buffer);
        });
        Span<T> total = sums.AsSpan(0, size);
        for (int part = 1; part < parts; part++) TensorPrimitives.Add(total, sums.AsSpan(part * size, size), total);
        for (int group = 0; group < g.Groups; group++)
            Transpose(total.Slice(group * rows * taps, rows * taps), result.Flat<T>().Slice(group * rows * taps, rows * taps), taps, rows);
    }

    static void Transpose(ReadOnlySpan<T> source, Span<T> target, int rows, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> line = source.Slice(row * columns, columns);
            for (int column = 0; column < line.Length; column++) target[(column * rows) + row] = line[column];
        }
    }

    // Enough multiplications that a thread is worth waking: about a tenth of a millisecond.
    static int Grain(ConvolutionGeometry g) => (int)Math.Max(1, 1_000_000 / Math.Max(1L, (long)g.Taps * g.GroupOutputs * g.Output.Volume));
}
