using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Every parameter that requires a gradient moves within a few of the user's own training steps, each on a fresh batch.</summary>
/// <remarks>
/// One reading a parameter: ‖Δ‖/‖before‖, or ‖Δ‖ where it began at zero, which must be more than 0; one that weight decay alone moved reads 0. No tolerance: an update of one
/// number by one bit is one. Several steps, since behind a layer that starts at zero (a residual branch, LoRA) the gradient is zero in the first.
/// A bias whose gradient is below 1e-5 of the median parameter's, in root mean square, has no influence by theory (in front of a normalisation,
/// on the keys of attention): where it stands still it is noted, not judged. It cannot see rows or units that stand still within a
/// tensor, nor whether a step goes in the right direction. Cost: <c>steps</c> S; at most 2 F + 2 B, and of a step of the user's own 10 S, 1 F and 1 B, more to explain a failure.
/// </remarks>
/// <param name="steps">How many training steps are made.</param>
public sealed class EveryParameterLearns(int steps = 5) : Check
{
    /// <summary>How many training steps are made.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Learning takes at least one step.");

    /// <inheritdoc/>
    public override string Claim => "Every parameter that requires a gradient moves in training.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        // Freezing and unfreezing is often done where the optimizer is built.
        IReadOnlyList<optim.Optimizer> optimizers = trial.Optimizers;
        (string Name, Parameter Parameter)[] parameters = [.. trial.Parameters
            .Where(part => part.Parameter.numel() > 0)
            .DistinctBy(part => part.Parameter, ReferenceEqualityComparer.Instance)];
        string[] frozen = [.. parameters.Where(part => !part.Parameter.requires_grad).Select(part => part.Name)];
        if (frozen.Length == parameters.Length) return NothingToLearn(trial.Model, frozen.Length);

        ParameterProgress[] all = [.. parameters.Where(part => part.Parameter.requires_grad).Select(part => new ParameterProgress(part.Name, part.Parameter))];
        try
        {
            var losses = new List<double>();
            while (losses.Count < Steps)
            {
                losses.Add(trial.Step(losses.Count == 0 ? trial.Batch : trial.PassingBatch()));
                foreach (ParameterProgress one in all) one.See(losses.Count);
            }
            // A step before backward leaves gradients behind that no optimizer has seen, and weight decay moves what it holds.
            if (trial.Setup.Step is not null && Array.TrueForAll(all, one => one.MovedAsByDecay) && StepOrder.Of(trial) is { } order)
                foreach (ParameterProgress one in all) one.FoundNone = order.FindsNone(one.Name);
            return Judge(trial, all, new StandstillClassifier(optimizers, all), losses, frozen);
        }
        finally
        {
            foreach (ParameterProgress one in all) one.Dispose();
        }
    }

    private Findings Judge(Trial trial, ParameterProgress[] all, StandstillClassifier classifier, List<double> losses, string[] frozen)
    {
        Bound moves = Bound.MoreThan(0);
        (ParameterProgress One, double Change)[] read = [.. all.Select(one => (one, one.Change))];
        ParameterProgress[] standing = [.. read.Where(reading => !moves.Contains(reading.Change)).Select(reading => reading.One)];
        ParameterProgress[] idle = [.. standing.Where(classifier.HasNoInfluence)];
        var findings = new Findings
        {
            Claims = [new($"relative change in {Numbers.Text(Steps)} steps", moves, [.. read.Where(reading => !idle.Contains(reading.One)).Select(reading => new Reading(reading.Change, reading.One.Name))])],
            Notes =
            [
                .. idle.Select(one => $"`{one.Name}` does not move: its gradient of {Numbers.Text(one.GradientRms)} is zero but for rounding, what follows takes a shift out again; leave it out (TG3010)"),
                .. frozen.Length == 0 ? Array.Empty<string>() : [$"{Numbers.Text(frozen.Length)} frozen {(frozen.Length == 1 ? "parameter is" : "parameters are")} not judged: {Words.List([.. frozen.Select(name => $"`{name}`")])}"],
            ],
        };
        if (standing.Length == idle.Length) return findings;

        var causes = new StandstillCauses(trial, trial.Batch, classifier, losses);
        (Cause Cause, Place? Where)[] found = [.. standing.Except(idle)
            .GroupBy(classifier.Of)
            .OrderBy(group => group.Key)
            .Select(group => causes.Of(group.Key, ParameterGroup.Of([.. group], all, trial.Model.GetType().Name)))];
        return findings with { Causes = [.. found.Select(one => one.Cause)], Where = found.Select(one => one.Where).FirstOrDefault(where => where is not null) };
    }

    private static Findings NothingToLearn(nn.Module model, int frozen)
    {
        string name = model.GetType().Name;
        return new()
        {
            Claims = [new("parameters that require a gradient:", Bound.AtLeast(1), 0, $"of {name}")],
            Causes =
            [
                frozen > 0
                    ? new($"all {Numbers.Text(frozen)} parameters of `{name}` are frozen", "set requires_grad = true for what is to learn")
                    : new($"`{name}` registers no parameter", "call RegisterComponents() at the end of its constructor, and keep layers in fields of their own, Sequential or ModuleList", "TG3001, TG3002"),
            ],
            Where = new(name, MethodLines.Constructor(model) is { } lines ? lines.Text(lines.First, lines.Last) : null),
        };
    }
}
