using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>How far the loss must fall, and what that number comes from.</summary>
/// <param name="Profile">What the loss is worth without a model.</param>
/// <param name="Chance">The loss of a model that ignores its input; where that is unknown, the loss at the start.</param>
/// <param name="Floor">The loss of a perfect prediction; where that is unknown, 0.</param>
/// <param name="Below">Where the loss must arrive.</param>
/// <param name="Right">The share of examples or positions that must be right; below 1 where the same beginning goes on in different ways.</param>
internal sealed record OverfitGoal(LossProfile Profile, double Chance, double Floor, double Below, double Right)
{
    private const double Classes = 0.05, Slack = 0.01, Unknown = 0.1;

    /// <summary>What the loss is compared with.</summary>
    public IReadOnlyList<Level> Levels =>
        Profile.Kind == TargetKind.Unknown ? [new("the goal", Below)] : [new("the goal", Below), new("a constant prediction", Chance), new("a perfect prediction", Floor)];

    public bool CountsRight => Profile.Classes > 0;

    public static OverfitGoal Of(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        Tensors outputs = trial.Forward(batch.Inputs);
        LossProfile profile = LossProfile.Of(trial, outputs, batch.Targets);
        double start = trial.Loss(outputs, batch.Targets).ToDouble();
        Ambiguity ambiguity = profile.Classes > 0 ? Ambiguity.Of(trial.Setup, batch) : new(0, 1);
        double floor = profile.Floor + ambiguity.Entropy, span = profile.Chance - floor;
        double below = profile.Kind switch
        {
            TargetKind.Unknown => Unknown * start,
            TargetKind.Numbers => floor + (Math.Pow(0.1, double.IsFinite(profile.Exponent) ? Math.Clamp(profile.Exponent, 1, 2) : 2) * span),
            _ => floor + Math.Max(Classes * span, Slack),
        };
        return profile.Kind == TargetKind.Unknown ? new(profile, start, 0, below, 1) : new(profile, profile.Chance, floor, below, ambiguity.BestAccuracy);
    }

    public bool IsReached(double loss, double accuracy) => loss <= Below && (!CountsRight || accuracy >= Right);

    public IEnumerable<Measurement> Measurements(OverfitRun run)
    {
        string words = Profile.Kind == TargetKind.Unknown
            ? $"a tenth of {Numbers.Text(Chance)} at the start"
            : $"a constant prediction costs {Numbers.Text(Chance)}, a perfect one {Numbers.Text(Floor)}";
        yield return new($"loss after {Numbers.Text(run.Losses.Count)} steps", Bound.AtMost(Below).Meaning(words), run.Loss);
        if (CountsRight) yield return new("share of examples that are right", Right < 1 ? Bound.AtLeast(Right).Meaning("the same beginnings go on in different ways") : Bound.Exactly(1), run.Accuracy);
    }
}
