using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>
/// Cross entropy of rows of logits against class indices. A row's loss is −Σ q·log p with the target
/// q = (1 − ε)·w·[class] + (ε / C)·w; a row of the ignored index has q = 0.
/// </summary>
internal static class CrossEntropyKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fills log-probabilities [R, C], targets q [R, C] and losses [R]; gives the sum of the rows' class weights.</summary>
    public static double Forward(
        Tensor logits, Tensor classes, Tensor? weight, long ignored, double smoothing, Tensor logarithms, Tensor targets, Tensor losses)
    {
        int columns = checked((int)logits.shape[1]), rows = checked((int)logits.shape[0]);
        T direct = T.CreateTruncating(1 - smoothing), spread = T.CreateTruncating(smoothing / columns);
        ReadOnlySpan<long> indices = classes.Flat<long>();
        ReadOnlySpan<T> weights = weight is null ? [] : weight.Flat<T>();
        double total = 0;
        foreach (long index in indices)
        {
            if (index == ignored) continue;
            if (index < 0 || index >= columns) throw new ExternalException($"Target {index} is out of bounds: there are {columns} classes.");
            total += weights.IsEmpty ? 1 : double.CreateTruncating(weights[(int)index]);
        }
        Work.For(rows, 1 + (10_000 / columns), (from, to) =>
        {
            ReadOnlySpan<T> weights = weight is null ? [] : weight.Flat<T>();
            for (int row = from; row < to; row++)
            {
                Span<T> line = logarithms.Flat<T>().Slice(row * columns, columns), target = targets.Flat<T>().Slice(row * columns, columns);
                LogSoftmax(logits.Flat<T>().Slice(row * columns, columns), line);
                long index = classes.Flat<long>()[row];
                target.Clear();
                losses.Flat<T>()[row] = T.Zero;
                if (index == ignored) continue;
                if (smoothing > 0 && weights.IsEmpty) target.Fill(spread);
                else if (smoothing > 0) TensorPrimitives.Multiply(weights, spread, target);
                target[(int)index] += weights.IsEmpty ? direct : direct * weights[(int)index];

                // Without smoothing the target has one value: the others' zeros must not meet a logarithm of −∞.
                losses.Flat<T>()[row] = smoothing > 0 ? -TensorPrimitives.Dot<T>(target, line) : -target[(int)index] * line[(int)index];
            }
        });
        return total;
    }

    /// <summary>The gradient by the logits: (p·Σq − q) times the row's upstream gradient.</summary>
    public static void Backward(Tensor logarithms, Tensor targets, Tensor scales, Tensor result)
    {
        int columns = checked((int)logarithms.shape[1]), rows = checked((int)logarithms.shape[0]);
        Work.For(rows, 1 + (10_000 / columns), (from, to) =>
        {
            for (int row = from; row < to; row++)
            {
                ReadOnlySpan<T> target = targets.Flat<T>().Slice(row * columns, columns);
                Span<T> line = result.Flat<T>().Slice(row * columns, columns);
                TensorPrimitives.Exp(logarithms.Flat<T>().Slice(row * columns, columns), line);
                TensorPrimitives.Multiply(line, TensorPrimitives.Sum(target), line);
                TensorPrimitives.Subtract(line, target, line);
                TensorPrimitives.Multiply(line, scales.Flat<T>()[row], line);
            }
        });
    }

    // The row's largest value is taken out first, so that no exponential overflows.
    static void LogSoftmax(ReadOnlySpan<T> logits, Span<T> result)
    {
        T largest = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, largest, result);
        TensorPrimitives.Exp(result, result);
        TensorPrimitives.Subtract(logits, largest + T.Log(TensorPrimitives.Sum<T>(result)), result);
    }
}
