using TrainingGuards.Decoding;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Monitoring;

/// <summary>An output that says a class, or yes or no, of each example or position. Two looks are compared by Cohen's κ; positions that the loss ignores are left out.</summary>
internal sealed class PredictedClasses : PredictedOutput
{
    private const long MostShown = 64;
    private const double RowSum = 1e-4;

    private readonly Tensor _labels;
    private readonly Tensor _real;
    private readonly Tensor _labelCounts;
    private readonly Tensor? _target;
    private readonly long _classes;
    private readonly long _labelled;
    private Tensor? _counts;
    private bool _logits;

    // With a target of the output's own shape each number is a prediction of two classes.
    private PredictedClasses(int index, string name, Tensor labels, Tensor real, long classes, Tensor? target) : base(index, name)
    {
        (_classes, _target) = (classes, target?.alias().DetachFromDisposeScope());
        _real = real.DetachFromDisposeScope();
        _labels = labels.index_select(0, real).DetachFromDisposeScope();
        _labelCounts = Counts(_labels).DetachFromDisposeScope();
        _labelled = (long)HostNumbers.Of(_labelCounts.gt(0).sum())[0];
    }

    /// <summary>The output with its target; null where the target is no class.</summary>
    public static PredictedClasses? For(int index, string name, Tensor output, Tensor? target, long ignoreIndex)
    {
        if (target is null) return null;
        if (SetupValidation.Classes(output, target) is { } classes)
        {
            Tensor labels = target.flatten().to(ScalarType.Int64);
            Tensor real = labels.ne(ignoreIndex).logical_and(labels.ge(0)).logical_and(labels.lt(classes)).nonzero().flatten();
            return real.numel() == 0 ? null : new(index, name, labels, real, classes, target);
        }
        if (target.numel() != output.numel() || target.numel() == 0 || !target.eq(0).logical_or(target.eq(1)).all().ToBoolean()) return null;
        Tensor yes = target.flatten().to(ScalarType.Int64);
        return new(index, name, yes, arange(yes.numel(), dtype: ScalarType.Int64, device: yes.device), 2, target: null);
    }

    protected override (Tensor Kept, PredictionSample Sample) Compare(Tensor output, Tensor? previous)
    {
        Tensor log = LogProbabilities(output), predicted = log.argmax(-1), counts = Counts(predicted), before = previous ?? predicted;
        long count = predicted.numel();
        Tensor top = counts.argmax(0).reshape(1), probabilities = log.exp();
        Tensor[] numbers =
        [
            Number(predicted.ne(before)), (counts * (_counts ?? counts)).sum().reshape(1) / ((double)count * count), -(probabilities * log).sum(-1).mean().reshape(1).to(ScalarType.Float64),
            Number(predicted.eq(_labels)), top.to(ScalarType.Float64), counts.index_select(0, top) / count, _labelCounts.index_select(0, top) / count,
            (probabilities - probabilities.mean([0L], keepdim: true)).square().mean().sqrt().reshape(1).to(ScalarType.Float64),
            .. _classes <= MostShown ? [counts] : Array.Empty<Tensor>(),
        ];
        double[] read = HostNumbers.Of(cat(numbers, 0));
        _counts?.Dispose();
        _counts = counts.DetachFromDisposeScope();
        double chance = 1 - read[1];
        return (predicted, new(Name, _target is null ? PredictionKind.YesOrNo : PredictionKind.Class, count, previous is null ? double.NaN : chance > 0 ? read[0] / chance : 0)
        {
            HasTargets = true,
            Flipped = previous is null ? double.NaN : read[0],
            Entropy = read[2],
            Right = read[3],
            Top = (long)read[4],
            TopShare = read[5],
            TopTargets = read[6],
            Spread = read[7],
            Predicted = read[8..],
            Classes = _labelled,
        });
    }

    protected override void DisposeTargets()
    {
        foreach (Tensor? own in new[] { _labels, _real, _labelCounts, _target, _counts }) own?.Dispose();
    }

    // [predictions, classes]; as floating-point numbers of the output's own precision.
    private Tensor LogProbabilities(Tensor output)
    {
        if (_target is not null)
        {
            Tensor rows = LossProfile.Rows(output, _target).index_select(0, _real);
            Tensor areProbabilities = rows.ge(0).all().logical_and((rows.sum(-1) - 1).abs().lt(RowSum).all());
            return where(areProbabilities, rows.clamp(min: 1e-38).log(), nn.functional.log_softmax(rows, -1));
        }
        Tensor yes = output.flatten();
        // A number outside 0 to 1 shows logits, for good.
        _logits = _logits || !yes.ge(0).logical_and(yes.le(1)).all().ToBoolean();
        return _logits ? nn.functional.log_softmax(stack([zeros_like(yes), yes], -1), -1) : stack([1 - yes, yes], -1).clamp(min: 1e-38).log();
    }

    private Tensor Counts(Tensor classes)
    {
        Tensor counts = zeros(_classes, dtype: ScalarType.Float64, device: classes.device);
        return counts.index_add_(0, classes, ones_like(classes, dtype: ScalarType.Float64), 1);
    }

    private static Tensor Number(Tensor flags) => flags.to(ScalarType.Float64).mean().reshape(1);
}
