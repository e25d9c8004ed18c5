using System.Buffers;
using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Normalisation by mean and variance, then scale and offset, on contiguous tensors.</summary>
internal static class NormKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // A sum over rows is taken in this many parts whatever the number of cores, so that the same numbers come out everywhere.
    const int Parts = 8;

    /// <summary>Fills each group's mean and biased variance. Sums over rows are taken in double precision.</summary>
    public static void Statistics(NormLayout layout, Tensor input, Tensor mean, Tensor variance) => EachGroup(layout, (group, buffer) =>
    {
        Span<T> x = input.Flat<T>();
        double sum = 0;
        for (int i = 0; i < layout.RowsOfGroup; i++) sum += double.CreateTruncating(TensorPrimitives.Sum<T>(Row(layout, x, layout.Row(group, i))));
        T center = T.CreateTruncating(sum / layout.Count);
        double squares = 0;
        for (int i = 0; i < layout.RowsOfGroup; i++)
        {
            TensorPrimitives.Subtract(Row(layout, x, layout.Row(group, i)), center, buffer);
            squares += double.CreateTruncating(TensorPrimitives.SumOfSquares<T>(buffer));
        }
        mean.Flat<T>()[group] = center;
        variance.Flat<T>()[group] = T.CreateTruncating(squares / layout.Count);
    });

    /// <summary>(x − mean) · rstd · weight + bias.</summary>
    public static void Forward(NormLayout layout, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, Tensor? bias, Tensor output) =>
        EachGroup(layout, (group, _) =>
        {
            Span<T> x = input.Flat<T>(), y = output.Flat<T>(), weights = Elements(weight), offsets = Elements(bias);
            T center = mean.Flat<T>()[group], scale = rstd.Flat<T>()[group];
            for (int i = 0; i < layout.RowsOfGroup; i++)
            {
                int row = layout.Row(group, i);
                Span<T> target = Row(layout, y, row);
                Standardize(Row(layout, x, row), center, scale, target);
                Scale(layout, row, target, weights);
                if (offsets.IsEmpty) continue;
                if (layout.Channels == 0) TensorPrimitives.Add(target, offsets, target);
                else TensorPrimitives.Add(target, offsets[row % layout.Channels], target);
            }
        });

    /// <summary>
    /// The gradient by the input. With fixed statistics it is g·w·rstd; otherwise what moves a group's mean or its
    /// variance is taken out: rstd·(g·w − mean(g·w) − x̂·mean(g·w·x̂)).
    /// </summary>
    public static void InputGradient(
        NormLayout layout, Tensor input, Tensor gradient, Tensor mean, Tensor rstd, Tensor? weight, bool isFixed, Tensor result) =>
        EachGroup(layout, (group, buffer) =>
        {
            Span<T> x = input.Flat<T>(), upstream = gradient.Flat<T>(), y = result.Flat<T>(), weights = Elements(weight);
            T center = mean.Flat<T>()[group], scale = rstd.Flat<T>()[group];
            double sum = 0, product = 0;
            for (int i = 0; i < layout.RowsOfGroup; i++)
            {
                int row = layout.Row(group, i);
                Span<T> weighted = Row(layout, y, row);
                Row(layout, upstream, row).CopyTo(weighted);
                Scale(layout, row, weighted, weights);
                if (isFixed) continue;
                Standardize(Row(layout, x, row), center, scale, buffer);
                sum += double.CreateTruncating(TensorPrimitives.Sum<T>(weighted));
                product += double.CreateTruncating(TensorPrimitives.Dot<T>(weighted, buffer));
            }
            T shift = T.CreateTruncating(sum / layout.Count), slope = T.CreateTruncating(-product / layout.Count);
            for (int i = 0; i < layout.RowsOfGroup; i++)
            {
                int row = layout.Row(group, i);
                Span<T> weighted = Row(layout, y, row);
                if (!isFixed)
                {
                    Standardize(Row(layout, x, row), center, scale, buffer);
                    TensorPrimitives.Subtract(weighted, shift, weighted);
                    TensorPrimitives.MultiplyAdd(buffer, slope, weighted, weighted);
                }
                TensorPrimitives.Multiply(weighted, scale, weighted);
            }
        });

    /// <summary>The gradients by weight and bias: sums over rows of g·x̂ and of g.</summary>
    public static void AffineGradient(NormLayout layout, Tensor input, Tensor gradient, Tensor mean, Tensor rstd, Tensor weightGradient, Tensor biasGradient)
    {
        if (layout.Channels == 0) ColumnGradient(layout, input, gradient, mean, rstd, weightGradient, biasGradient);
        else ChannelGradient(layout, input, gradient, mean, rstd, weightGradient, biasGradient);
    }

    static void ChannelGradient(NormLayout layout, Tensor input, Tensor gradient, Tensor mean, Tensor rstd, Tensor weightGradient, Tensor biasGradient) =>
        Work.For(layout.Channels, 1 + (20_000 / (1 + (layout.Rows / Math.Max(1, layout.Channels) * layout.Columns))), (from, to) =>
        {
            T[] buffer = ArrayPool<T>.Shared.Rent(layout.Columns);
            Span<T> normalized = buffer.AsSpan(0, layout.Columns), x = input.Flat<T>(), g = gradient.Flat<T>(), means = mean.Flat<T>(), scales = rstd.Flat<T>();
            for (int channel = from; channel < to; channel++)
            {
                double sum = 0, product = 0;
                for (int row = channel; row < layout.Rows; row += layout.Channels)
                {
                    int group = layout.Group(row);
                    ReadOnlySpan<T> upstream = Row(layout, g, row);
                    Standardize(Row(layout, x, row), means[group], scales[group], normalized);
                    sum += double.CreateTruncating(TensorPrimitives.Sum(upstream));
                    product += double.CreateTruncating(TensorPrimitives.Dot(upstream, normalized));
                }
                weightGradient.Flat<T>()[channel] = T.CreateTruncating(product);
                biasGradient.Flat<T>()[channel] = T.CreateTruncating(sum);
            }
            ArrayPool<T>.Shared.Return(buffer);
        });

    static void ColumnGradient(NormLayout layout, Tensor input, Tensor gradient, Tensor mean, Tensor rstd, Tensor weightGradient, Tensor biasGradient)
    {
        int columns = layout.Columns;
        var sums = new T[2 * Parts * columns];
        Work.For(Parts, 1, (from, to) =>
        {
            T[] buffer = ArrayPool<T>.Shared.Rent(columns);
            Span<T> normalized = buffer.AsSpan(0, columns), x = input.Flat<T>(), g = gradient.Flat<T>(), means = mean.Flat<T>(), scales = rstd.Flat<T>();
            for (int part = from; part < to; part++)
            {
                Span<T> weightSum = sums.AsSpan(2 * part * columns, columns), biasSum = sums.AsSpan(((2 * part) + 1) * columns, columns);
                for (int row = (int)((long)layout.Rows * part / Parts); row < (int)((long)layout.Rows * (part + 1) / Parts); row++)
                {
                    ReadOnlySpan<T> upstream = Row(layout, g, row);
                    Standardize(Row(layout, x, row), means[row], scales[row], normalized);
                    TensorPrimitives.MultiplyAdd(upstream, normalized, weightSum, weightSum);
                    TensorPrimitives.Add(biasSum, upstream, biasSum);
                }
            }
            ArrayPool<T>.Shared.Return(buffer);
        });
        Span<T> total = sums.AsSpan(0, 2 * columns);
        for (int part = 1; part < Parts; part++) TensorPrimitives.Add(total, sums.AsSpan(2 * part * columns, 2 * columns), total);
        total[..columns].CopyTo(weightGradient.Flat<T>());
        total[columns..].CopyTo(biasGradient.Flat<T>());
    }

    static Span<T> Row(NormLayout layout, Span<T> elements, int row) => elements.Slice(row * layout.Columns, layout.Columns);

    static void Standardize(ReadOnlySpan<T> source, T mean, T rstd, Span<T> target)
    {
        TensorPrimitives.Subtract(source, mean, target);
        TensorPrimitives.Multiply(target, rstd, target);
    }

    static void Scale(NormLayout layout, int row, Span<T> values, ReadOnlySpan<T> weights)
    {
        if (weights.IsEmpty) return;
        if (layout.Channels == 0) TensorPrimitives.Multiply(values, weights, values);
        else TensorPrimitives.Multiply(values, weights[row % layout.Channels], values);
    }

    static Span<T> Elements(Tensor? parameter) => parameter is null ? [] : parameter.Flat<T>();

    delegate void GroupAction(int group, Span<T> buffer);

    static void EachGroup(NormLayout layout, GroupAction action) => Work.For(layout.Groups, 1 + (20_000 / (1 + layout.Count)), (from, to) =>
    {
        T[] buffer = ArrayPool<T>.Shared.Rent(layout.Columns);
        for (int group = from; group < to; group++) action(group, buffer.AsSpan(0, layout.Columns));
        ArrayPool<T>.Shared.Return(buffer);
    });
}
