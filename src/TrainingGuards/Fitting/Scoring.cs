using TrainingGuards.Decoding;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>What a prediction is worth, one number an example: the share that is right, or the squared error below 0.</summary>
/// <param name="Setup">Whose targets.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Classes">How many classes; 0 where they are none.</param>
internal sealed record Scoring(Setup Setup, TargetKind Kind, long Classes)
{
    public bool IsAccuracy => Kind is TargetKind.ClassesFromLogits or TargetKind.ClassesFromLogProbabilities or TargetKind.BinaryFromLogits;

    /// <summary>What it is called.</summary>
    public string Name => IsAccuracy ? "accuracy" : "mean squared error";

    /// <summary>A mean score as it is read: an error is above 0.</summary>
    public double Shown(double score) => IsAccuracy ? score : -score;

    /// <summary>Of a model's output: [n].</summary>
    public Tensor OfOutput(Tensor output, Tensor target) => Kind switch
    {
        TargetKind.BinaryFromLogits => Rows(output.gt(0).eq(target.reshape(output.shape).gt(0.5)), target).mean([1L]),
        TargetKind.Numbers => -Rows((output - target.reshape(output.shape)).square(), target).mean([1L]),
        _ => OfClasses(LossProfile.Rows(output, target).argmax(-1), target),
    };

    /// <summary>Of predicted values in the form of the target, or one that broadcasts to its rows [n, …].</summary>
    public Tensor OfValues(Tensor values, Tensor target) => Kind switch
    {
        TargetKind.BinaryFromLogits => Rows(Rows(target, target).gt(0.5).eq(values.gt(0.5)), target).mean([1L]),
        TargetKind.Numbers => -(Rows(target, target) - values).square().mean([1L]),
        _ => OfClasses(values.expand(Rows(target, target).shape).flatten(), target),
    };

    /// <summary>The target as rows of numbers [n, k].</summary>
    public static Tensor Rows(Tensor tensor, Tensor target) => tensor.reshape(target.shape[0], -1).to(ScalarType.Float64);

    private Tensor OfClasses(Tensor predicted, Tensor target)
    {
        Tensor labels = target.flatten().to(ScalarType.Int64), real = labels.ne(Setup.IgnoreIndex);
        Tensor right = Rows(predicted.to(ScalarType.Int64).eq(labels).logical_and(real), target).sum([1L]);
        return right / Rows(real, target).sum([1L]).clamp(min: 1);
    }
}
