using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Fit;

/// <summary>After some epochs of the user's own training, validation is predicted better than by a constant, and not worse than by a linear model.</summary>
/// <remarks>
/// Example by example on validation: accuracy against the majority class of training, or the squared error against the mean, z ≥ 5; against a linear model (ridge regression in closed form on the raw inputs) z &gt; −5, since where the data is linear no model is
/// better. z is the sum of the differences over the root of the sum of their squares. Losses of several outputs or targets are compared with the same outputs for another example's targets. Cost: one training of <c>epochs</c> epochs, and one pass over validation.
/// </remarks>
/// <param name="epochs">How often the training examples are gone through.</param>
/// <param name="humanAccuracy">What people reach, shown beside the model's.</param>
public sealed class BeatsBaselines(int epochs = 10, double? humanAccuracy = null) : Check
{
    private const double Seen = 5;

    /// <summary>How often the training examples are gone through.</summary>
    public int Epochs { get; } = epochs > 0 ? epochs : throw new ArgumentOutOfRangeException(nameof(epochs), epochs, "A training has at least one epoch.");

    /// <summary>What people reach, shown beside the model's; null where that is not known.</summary>
    public double? HumanAccuracy { get; } = humanAccuracy is null or (>= 0 and <= 1) ? humanAccuracy : throw new ArgumentOutOfRangeException(nameof(humanAccuracy), humanAccuracy, "An accuracy is a share, from 0 to 1.");

    /// <inheritdoc/>
    public override string Claim => "A trained model predicts validation better than what needs no network.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Deep;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training is not { } training) return MissingSet.Of(nameof(Setup.Training));
        if (trial.Setup.Validation is null) return MissingSet.Of(nameof(Setup.Validation));
        IReadOnlyList<double> losses = FullTraining.Of(trial, training, Epochs);
        IReadOnlyList<Batch> held = HeldExamples.Of(trial, long.MaxValue);
        if (held.Count == 0) return Findings.Inconclusive("validation batches of at least 2 examples");
        Curve[] curves = [new("loss", losses)];
        if (FullTraining.NotFinite(losses) is { } cause)
            return new() { Claims = [new("loss at the end of training", Bound.AtMost(double.MaxValue), losses[^1])], Causes = [cause], Curves = curves };

        Scoring? scoring = ScoringOf(trial, held[0]);
        if (scoring is null) return AgainstOthers(trial, held) with { Curves = curves };
        using var simple = new SimpleModels(trial, training);
        (double score, Baseline[] baselines) = Compare(trial, scoring, simple, held);
        double guess = simple.GuessByFrequency(scoring);
        string own = $"{scoring.Name} of the model {Numbers.Text(scoring.Shown(score))}";
        var findings = new Findings
        {
            Claims = [.. baselines.Select(baseline => new Measurement(
                $"z against {baseline.Name}",
                (baseline.MustBeBeaten ? Bound.AtLeast(Seen) : Bound.MoreThan(-Seen)).Meaning($"{scoring.Name} {Numbers.Text(scoring.Shown(score))} and {Numbers.Text(scoring.Shown(baseline.Score))}"),
                baseline.Z))],
            Notes =
            [
                $"{own}; {string.Join("; ", baselines.Select(baseline => $"of {baseline.Name} {Numbers.Text(scoring.Shown(baseline.Score))}"))}{(double.IsNaN(guess) ? "" : $"; of a guess by the classes' frequency {Numbers.Text(guess)}")}{(HumanAccuracy is { } human ? $"; of people {Numbers.Text(human)}" : "")}",
            ],
            Curves = curves,
        };
        if (findings.Claims.All(claim => claim.Holds)) return findings;
        Baseline constant = baselines[0];
        // A model without a fault differs from the constant in 25 examples at least.
        if (scoring.IsAccuracy && constant.Examples * (1 - constant.Score) < Seen * Seen && constant.Z >= 0)
            return Findings.Inconclusive($"more validation examples: of {Numbers.Text(constant.Examples)} {constant.Name} gets {Numbers.Text(100 * constant.Score)} % right, so that even a perfect model is not told from it") with { Curves = curves, Notes = findings.Notes };
        if (constant.Z is >= 2 and < Seen)
            return Findings.Inconclusive($"about {Numbers.Text(Math.Ceiling(constant.Examples * Math.Pow(Seen / constant.Z, 2)))} validation examples, or more epochs: {own}, of {constant.Name} {Numbers.Text(scoring.Shown(constant.Score))}, z = {Numbers.Text(constant.Z)}") with { Curves = curves, Notes = findings.Notes };
        if (constant.Z >= Seen && LossTrend.Whole([.. losses.Skip(losses.Count / 2)]) <= -Seen)
            return Findings.Inconclusive($"more epochs: after {Numbers.Text(Epochs)} the training loss still falls; {findings.Notes[0]}") with { Curves = curves };
        return findings with { Causes = BaselineCauses.Of(trial, scoring, simple, held, score, baselines) };
    }

    /// <summary>The model's mean score, and what it is compared with.</summary>
    private static (double Score, Baseline[] Baselines) Compare(Trial trial, Scoring scoring, SimpleModels simple, IReadOnlyList<Batch> held)
    {
        using IDisposable mode = trial.Evaluating();
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor constant = simple.Constant(scoring).to(trial.Device);
        Tensor? linear = simple.Linear(scoring, held)?.to(trial.Device);
        var best = new Baseline(scoring.Classes > 0 ? "the majority class" : scoring.IsAccuracy ? "the majority of each label" : "the mean", mustBeBeaten: true);
        var line = new Baseline("a linear model", mustBeBeaten: false);
        double sum = 0, count = 0;
        long at = 0;
        foreach (Batch batch in held)
        {
            using IDisposable pass = trial.Scope();
            Tensor own = scoring.OfOutput(trial.Forward(batch.Inputs)[0], batch.Targets[0]);
            sum += own.sum().ToDouble();
            count += batch.Size;
            best.See(own, scoring.OfValues(constant, batch.Targets[0]));
            if (linear is not null) line.See(own, scoring.OfValues(linear.narrow(0, at, batch.Size), batch.Targets[0]));
            at += batch.Size;
        }
        return (sum / count, linear is null ? [best] : [best, line]);
    }

    private static Findings AgainstOthers(Trial trial, IReadOnlyList<Batch> held)
    {
        TargetOrder order = TargetOrder.Of(trial, held);
        if (!order.Varied) return Findings.Inconclusive("validation batches with different targets");
        return new()
        {
            Claims = [new("z of own targets against others", Bound.AtLeast(Seen).Meaning($"validation loss {Numbers.Text(order.Own)}, with the targets of other examples {Numbers.Text(order.Other)}"), order.Z)],
            Causes = order.Z >= Seen ? [] : [new($"outputs cost {Numbers.Text(order.Own)} with their own targets and {Numbers.Text(order.Other)} with those of other examples", $"make {nameof(OneBatchOverfits)} and {nameof(InputMatters)} hold first")],
        };
    }

    private static Scoring? ScoringOf(Trial trial, Batch batch)
    {
        using IDisposable mode = trial.Evaluating();
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Tensors outputs = trial.Forward(batch.Inputs);
        LossProfile profile = LossProfile.Of(trial, outputs, batch.Targets);
        return profile.Kind == TargetKind.Unknown ? null : new(trial.Setup, profile.Kind, profile.Classes);
    }
}
