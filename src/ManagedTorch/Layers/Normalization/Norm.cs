using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Normalisation as one recorded operation, whatever the groups are that share a mean and a variance.</summary>
internal static class Norm
{
    /// <summary>Normalises by each group's own mean and variance. These, the variance biased, are shown to <paramref name="observe"/>.</summary>
    public static Tensor ByOwnStatistics(NormLayout layout, Tensor input, Tensor? weight, Tensor? bias, double eps, Action<Tensor, Tensor>? observe = null)
    {
        CheckTypes(input, weight, bias);
        return Op.Composed(input, weight, bias, (input, weight, bias) =>
        {
            Tensor source = input.contiguous(), mean = Empty(input, layout.Groups), variance = Empty(input, layout.Groups);
            if (input.dtype == ScalarType.Float64) NormKernel<double>.Statistics(layout, source, mean, variance);
            else NormKernel<float>.Statistics(layout, source, mean, variance);
            observe?.Invoke(mean, variance);
            return By(new(layout, eps, IsFixed: false), input, source, mean, variance, weight, bias);
        });
    }

    /// <summary>Normalises by a given mean and variance, which no gradient reaches.</summary>
    public static Tensor ByFixedStatistics(NormLayout layout, Tensor input, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps)
    {
        CheckTypes(input, weight, bias);
        return Op.Composed(input, weight, bias, (input, weight, bias) =>
            By(new(layout, eps, IsFixed: true), input, input.contiguous(), mean.to(input.dtype).contiguous(), variance.to(input.dtype).contiguous(), weight, bias));
    }

    static Tensor By(Options options, Tensor input, Tensor source, Tensor mean, Tensor variance, Tensor? weight, Tensor? bias)
    {
        Devices.RequireOne(input, mean, variance, weight, bias);
        Tensor rstd = InverseDeviation(variance, options.Eps), output = Empty(input, input.shape);
        if (input.dtype == ScalarType.Float64) NormKernel<double>.Forward(options.Layout, source, mean, rstd, weight?.contiguous(), bias?.contiguous(), output);
        else NormKernel<float>.Forward(options.Layout, source, mean, rstd, weight?.contiguous(), bias?.contiguous(), output);
        Saved savedInput = Saved.Of(input), savedMean = Saved.Of(mean), savedRstd = Saved.Of(rstd);
        Saved? savedWeight = weight is null ? null : Saved.Of(weight);
        Tensor[] inputs = [input, .. weight is null ? (Tensor[])[] : [weight], .. bias is null ? (Tensor[])[] : [bias]];
        return Op.Record("NormBackward", output, inputs, gradient =>
        {
            Tensor? w = savedWeight?.Tensor;
            var (byInput, byWeight, byBias) = is_grad_enabled()
                ? DifferentiableGradients(options, savedInput.Tensor, savedMean.Tensor, savedRstd.Tensor, w, gradient)
                : Gradients(options, savedInput.Tensor, savedMean.Tensor, savedRstd.Tensor, w, gradient);
            return [byInput, .. weight is null ? (Tensor?[])[] : [byWeight], .. bias is null ? (Tensor?[])[] : [byBias]];
        });
    }

    static (Tensor Input, Tensor Weight, Tensor Bias) Gradients(Options options, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, Tensor gradient)
    {
        NormLayout layout = options.Layout;
        long parameters = layout.Channels == 0 ? layout.Columns : layout.Channels;
        long[] shape = weight?.shape ?? [parameters];
        Tensor byInput = Empty(input, input.shape), byWeight = Empty(input, shape), byBias = Empty(input, shape);
        Tensor source = input.contiguous(), upstream = gradient.contiguous();
        Tensor? w = weight?.contiguous();
        if (input.dtype == ScalarType.Float64)
        {
            NormKernel<double>.InputGradient(layout, source, upstream, mean, rstd, w, options.IsFixed, byInput);
            NormKernel<double>.AffineGradient(layout, source, upstream, mean, rstd, byWeight, byBias);
        }
        else
        {
            NormKernel<float>.InputGradient(layout, source, upstream, mean, rstd, w, options.IsFixed, byInput);
            NormKernel<float>.AffineGradient(layout, source, upstream, mean, rstd, byWeight, byBias);
        }
        return (byInput, byWeight, byBias);
    }

    /// <summary>The same gradients made of recorded operations, statistics included, for a derivative of the derivative.</summary>
    static (Tensor Input, Tensor Weight, Tensor Bias) DifferentiableGradients(
        Options options, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, Tensor gradient)
    {
        NormLayout layout = options.Layout;
        long[] grouped = layout.GroupShape, statistic = [1, layout.Groups, 1], lines = [0, 2];
        long[] rows = layout.Channels == 0 ? [layout.Rows, layout.Columns, 1] : [layout.Rows / layout.Channels, layout.Channels, layout.Columns];
        Tensor x = input.reshape(grouped), center = mean.reshape(statistic), scale = rstd.reshape(statistic);
        if (!options.IsFixed)
        {
            center = x.mean(lines, keepdim: true);
            scale = ((x - center).square().mean(lines, keepdim: true) + options.Eps).rsqrt();
        }
        Tensor normalized = (x - center) * scale, weighted = gradient.reshape(rows);
        if (weight is not null) weighted *= weight.reshape(1, -1, 1);
        weighted = weighted.reshape(grouped);
        Tensor byInput = options.IsFixed
            ? weighted * scale
            : (weighted - weighted.mean(lines, keepdim: true) - (normalized * (weighted * normalized).mean(lines, keepdim: true))) * scale;
        Tensor upstream = gradient.reshape(rows);
        long[] shape = weight?.shape ?? [rows[1]];
        return (
            byInput.reshape(input.shape),
            (upstream * normalized.reshape(rows)).sum(lines).reshape(shape),
            upstream.sum(lines).reshape(shape));
    }

    static Tensor InverseDeviation(Tensor variance, double eps)
    {
        using var guard = no_grad();
        return (variance + eps).rsqrt();
    }

    static Tensor Empty(Tensor like, params long[] shape) => empty(shape, dtype: like.dtype, device: like.device);

    static void CheckTypes(Tensor input, Tensor? weight, Tensor? bias)
    {
        if (!input.is_floating_point())
            throw new ExternalException($"\"normalization\" not implemented for '{input.dtype}'");
        foreach (Tensor? parameter in (ReadOnlySpan<Tensor?>)[weight, bias])
        {
            if (parameter is not null && parameter.dtype != input.dtype)
                throw new ExternalException($"A norm of {input.dtype} takes weights of the same type, not of {parameter.dtype}.");
        }
    }

    readonly record struct Options(NormLayout Layout, double Eps, bool IsFixed);
}
