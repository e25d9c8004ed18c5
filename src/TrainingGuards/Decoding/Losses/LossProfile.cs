using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>
/// What the user's loss is worth on predictions that need no model: all zeros, the best constant, the targets themselves. It tells the kind of
/// loss apart without knowing its name, options or weights.
/// </summary>
/// <param name="Kind">What the targets are.</param>
/// <param name="Classes">The number of classes; 0 where targets are not classes.</param>
/// <param name="Entropy">H(π) of the labels in nats; 0 where targets are not classes.</param>
/// <param name="Zero">The loss of an output of zeros.</param>
/// <param name="Chance">The loss of the best constant prediction: what a model reaches that ignores its input.</param>
/// <param name="Floor">The loss of a perfect prediction: above 0 with label smoothing.</param>
/// <param name="Exponent">How the loss grows with the size of an error: 2 for squared, 1 for absolute; of numbers only.</param>
internal sealed record LossProfile(TargetKind Kind, long Classes, double Entropy, double Zero, double Chance, double Floor, double Exponent)
{
    // Log-probabilities and logits part at zeros: NLL of zeros is 0, cross-entropy of zeros log C.
    private const double SameLoss = 1e-3;

    public static LossProfile Of(Trial trial, Tensors outputs, Tensors targets)
    {
        if (outputs.Count != 1 || targets.Count != 1 || !outputs[0].is_floating_point())
            return new(TargetKind.Unknown, 0, 0, double.NaN, double.NaN, double.NaN, double.NaN);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor output = outputs[0].detach(), target = targets[0];
        double Loss(Tensor prediction) => trial.Loss(prediction, targets).ToDouble();
        double zero = Loss(zeros_like(output));
        if (SetupValidation.Classes(output, target) is { } classes) return OfClasses(trial.Setup, output, target, classes, zero, Loss);
        if (!target.is_floating_point() || target.numel() != output.numel())
            return new(TargetKind.Unknown, 0, 0, zero, double.NaN, double.NaN, double.NaN);
        LossProfile For(Tensor like) =>
            like.eq(0).logical_or(like.eq(1)).all().ToBoolean() && IsMultiple(zero, Math.Log(2)) ? OfBinary(like, zero, Loss) : OfNumbers(like, zero, Loss);
        LossProfile profile = For(target.reshape(output.shape).to(output.dtype));
        // Where the targets, given as predictions, cost as much as a constant, the two shapes are broadcast against each other: then in the targets' own shape.
        return profile.Floor < profile.Chance || output.shape.SequenceEqual(target.shape) ? profile : For(target.to(output.dtype));
    }

    /// <summary>The log-probabilities of the output by class, one row an example or position; the class dimension last.</summary>
    public static Tensor Rows(Tensor output, Tensor target)
    {
        bool last = output.shape.AsSpan()[..^1].SequenceEqual(target.shape);
        Tensor moved = last ? output : output.movedim([1L], [-1L]);
        return moved.reshape(-1, moved.shape[^1]);
    }

    /// <summary>The share of examples or positions whose largest output is that of their class; ignored ones left out.</summary>
    public static double Accuracy(Setup setup, Tensor output, Tensor target)
    {
        using var scope = NewDisposeScope();
        Tensor labels = target.flatten(), real = labels.ne(setup.IgnoreIndex);
        Tensor right = Rows(output, target).argmax(-1).eq(labels).logical_and(real);
        return right.sum().ToDouble() / Math.Max(1, real.sum().ToDouble());
    }

    private static LossProfile OfClasses(Setup setup, Tensor output, Tensor target, long classes, double zero, Func<Tensor, double> loss)
    {
        Tensor labels = target.flatten().to(ScalarType.Int64);
        Tensor counts = zeros(classes, dtype: ScalarType.Float64, device: labels.device);
        Tensor real = labels.masked_select(labels.ne(setup.IgnoreIndex));
        counts.index_add_(0, real, ones_like(real, dtype: ScalarType.Float64), 1);
        Tensor prior = counts / counts.sum();
        double entropy = -(prior * prior.clamp(min: 1e-300).log()).sum().ToDouble();

        bool logits = !(Math.Abs(zero) < SameLoss);
        Tensor Shaped(Tensor rows) => output.shape.AsSpan()[..^1].SequenceEqual(target.shape)
            ? rows.reshape(output.shape)
            : rows.reshape([.. target.shape, classes]).movedim([-1L], [1L]);
        Tensor Ideal(double scale)
        {
            Tensor hot = nn.functional.one_hot(labels.clamp(min: 0), classes).to(output.dtype) * scale;
            return Shaped(logits ? hot : nn.functional.log_softmax(hot, -1));
        }
        // With label smoothing the best logits are finite: the least of a range of scales, a tenth apart.
        double floor = Enumerable.Range(0, 50).Min(k => loss(Ideal(0.5 * Math.Pow(1.1, k))));
        Tensor constant = prior.clamp(min: 1e-6).log().to(output.dtype).unsqueeze(0).expand(labels.numel(), classes);
        double chance = loss(Shaped(logits ? constant : nn.functional.log_softmax(constant, -1)));
        return new(logits ? TargetKind.ClassesFromLogits : TargetKind.ClassesFromLogProbabilities, classes, entropy, zero, chance, floor, double.NaN);
    }

    private static LossProfile OfBinary(Tensor target, double zero, Func<Tensor, double> loss)
    {
        double floor = Enumerable.Range(0, 50).Min(k => loss(((2 * target) - 1) * (0.5 * Math.Pow(1.1, k))));
        Tensor share = target.mean([0L], keepdim: true).clamp(1e-3, 1 - 1e-3);
        double chance = loss((share / (1 - share)).log().expand(target.shape));
        return new(TargetKind.BinaryFromLogits, 0, 0, zero, chance, floor, double.NaN);
    }

    private static LossProfile OfNumbers(Tensor target, double zero, Func<Tensor, double> loss)
    {
        Tensor mean = target.mean([0L], keepdim: true).expand(target.shape);
        double floor = loss(target), chance = loss(mean), twice = loss(target + (2 * (mean - target)));
        return new(TargetKind.Numbers, 0, 0, zero, chance, floor, Math.Log2((twice - floor) / (chance - floor)));
    }

    private static bool IsMultiple(double value, double unit) => value > 0.5 * unit && Math.Abs((value / unit) - Math.Round(value / unit)) < SameLoss;
}
