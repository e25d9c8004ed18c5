using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Layers;

/// <summary>Cross entropy with its softmax, over class indices as one recorded operation, or over class probabilities.</summary>
internal static class CrossEntropy
{
    public static Tensor Loss(Tensor input, Tensor target, Tensor? weight, long ignored, nn.Reduction reduction, double smoothing)
    {
        Devices.RequireOne(input, target, weight);
        if (smoothing is < 0 or > 1) throw new ExternalException($"label_smoothing is a part of one, from 0 to 1, not {smoothing}.");
        if (!input.is_floating_point())
            throw new ExternalException($"Cross entropy takes logits of floating-point numbers, not of {input.dtype}.");
        if (weight is not null && weight.dtype != input.dtype)
            throw new ExternalException($"The weights of logits of {input.dtype} are of the same type, not of {weight.dtype}.");
        long classes = input.dim() == 0 ? 0 : input.shape[input.dim() == 1 ? 0 : 1];
        if (weight is not null && (weight.dim() != 1 || weight.shape[0] != classes))
        {
            throw new ExternalException($"{classes} classes have as many weights, or none, not weights of {Text(weight)}.");
        }
        return Op.Composed(input, target, weight, (input, target, weight) => input.shape.AsSpan().SequenceEqual(target!.shape)
            ? OfProbabilities(input, target, weight, reduction, smoothing)
            : OfClasses(input, target, weight, ignored, reduction, smoothing));
    }

    static Tensor OfProbabilities(Tensor input, Tensor target, Tensor? weight, nn.Reduction reduction, double smoothing)
    {
        if (!target.is_floating_point())
            throw new ExternalException($"A target of the input's shape holds probabilities, which are not of {target.dtype}.");
        long dim = input.dim() == 1 ? 0 : 1, classes = input.shape[dim];
        return Op.Composed(() =>
        {
            Tensor shares = smoothing > 0 ? (target * (1 - smoothing)) + (smoothing / classes) : target;
            if (weight is not null) shares *= weight.reshape([-1, .. Enumerable.Repeat(1L, Math.Max(0, (int)input.dim() - 2))]);
            Tensor losses = -(input.log_softmax(dim) * shares).sum(dim);
            return reduction switch
            {
                nn.Reduction.None => losses,
                nn.Reduction.Sum => losses.sum(),
                _ => losses.sum() / ((double)input.numel() / classes),
            };
        });
    }

    static Tensor OfClasses(Tensor input, Tensor target, Tensor? weight, long ignored, nn.Reduction reduction, double smoothing)
    {
        CheckClasses(input, target);
        return Op.Composed(() =>
        {
            if (input.dim() == 2) return OfRows(input, target, weight, ignored, reduction, smoothing);

            // [N, C, d₁, …]: every position is a row of its own. [C] is one row.
            Tensor rows = input.dim() == 1 ? input.unsqueeze(0) : input.movedim([1], [-1]).reshape(-1, input.shape[1]);
            Tensor loss = OfRows(rows, target.reshape(-1), weight, ignored, reduction, smoothing);
            return reduction == nn.Reduction.None ? loss.reshape(target.shape) : loss;
        });
    }

    static Tensor OfRows(Tensor input, Tensor target, Tensor? weight, long ignored, nn.Reduction reduction, double smoothing)
    {
        long rows = input.shape[0];
        Tensor Empty(params long[] shape) => empty(shape, dtype: input.dtype, device: input.device);
        Tensor logarithms = Empty(input.shape), targets = Empty(input.shape), losses = Empty(rows);
        Tensor logits = input.contiguous(), classes = target.contiguous();
        Tensor? weights = weight?.contiguous();
        double total = input.dtype == ScalarType.Float64
            ? CrossEntropyKernel<double>.Forward(logits, classes, weights, ignored, smoothing, logarithms, targets, losses)
            : CrossEntropyKernel<float>.Forward(logits, classes, weights, ignored, smoothing, logarithms, targets, losses);
        Tensor loss = Reduced(losses, reduction, total);
        Saved savedInput = Saved.Of(input), savedLogarithms = Saved.Of(logarithms), savedTargets = Saved.Of(targets);
        return Op.Record("CrossEntropyBackward", loss, [input], gradient =>
        {
            Tensor scales = (reduction == nn.Reduction.Mean ? gradient / total : gradient).expand(rows);
            return
            [
                is_grad_enabled()
                    ? DifferentiableGradient(savedInput.Tensor, savedTargets.Tensor, scales)
                    : Gradient(savedLogarithms.Tensor, savedTargets.Tensor, scales.contiguous()),
            ];
        });
    }

    static Tensor Reduced(Tensor losses, nn.Reduction reduction, double total)
    {
        using var guard = no_grad();
        return reduction switch
        {
            nn.Reduction.None => losses,
            nn.Reduction.Sum => losses.sum(),
            _ => losses.sum() / total,
        };
    }

    static Tensor Gradient(Tensor logarithms, Tensor targets, Tensor scales)
    {
        Tensor result = empty(logarithms.shape, dtype: logarithms.dtype, device: logarithms.device);
        if (result.dtype == ScalarType.Float64) CrossEntropyKernel<double>.Backward(logarithms, targets, scales, result);
        else CrossEntropyKernel<float>.Backward(logarithms, targets, scales, result);
        return result;
    }

    static Tensor DifferentiableGradient(Tensor input, Tensor targets, Tensor scales) =>
        ((input.softmax(1) * targets.sum(1, keepdim: true)) - targets) * scales.unsqueeze(1);

    static void CheckClasses(Tensor input, Tensor target)
    {
        if (input.dim() <= 2 && target.dim() > 1) throw new ExternalException($"Each row has one class: a target of {Text(target)} has several (multi-target not supported). Where it is a column, squeeze it.");
        if (input.dim() == 1 && target.numel() != 1)
            throw new ExternalException($"An input of {Text(input)} and a target of {Text(target)} are not of one size.");
        if (input.dim() == 2 && (target.dim() != 1 || target.shape[0] != input.shape[0]))
        {
            throw new ExternalException($"There are as many classes as rows: input batch_size ({input.shape[0]}), target batch_size ({(target.dim() == 0 ? 1 : target.shape[0])}).");
        }
        if (input.dim() > 2)
        {
            if (target.dim() != input.dim() - 1)
            {
                throw new ExternalException($"An input of {Text(input)} has a target of {input.dim() - 1} dimensions, not of {target.dim()}.");
            }
            if (!target.shape.AsSpan().SequenceEqual([input.shape[0], .. input.shape[2..]]))
                throw new ExternalException($"An input of {Text(input)} and a target of {Text(target)} are not of one size.");
        }
        if (target.dtype != ScalarType.Int64) throw new ExternalException($"Classes are of Int64 (expected scalar type Long), not of {target.dtype}.");
    }

    static string Text(Tensor tensor) => "[" + string.Join(", ", tensor.shape) + "]";
}
