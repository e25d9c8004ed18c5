using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>Why a few examples are not learnt: from where the loss stays, from what the trained model puts out, and from training once more with one thing changed.</summary>
internal static class OverfitDiagnosis
{
    private const double Tolerance = 0.05, Unheard = 1e-3;

    /// <summary>The causes, the most likely first; none where it only takes longer. In no open scope.</summary>
    /// <param name="trial">The trained trial.</param>
    /// <param name="batch">What it was trained on.</param>
    /// <param name="goal">Where the loss should have arrived.</param>
    /// <param name="run">The training.</param>
    /// <param name="steps">How many steps a training with one thing changed takes.</param>
    public static IReadOnlyList<Cause> Causes(Trial trial, Batch batch, OverfitGoal goal, OverfitRun run, int steps)
    {
        if (Ascent.Of(trial, batch, run) is { } ascent) return [ascent];
        if (!double.IsFinite(run.Loss))
            return [new($"the loss is {Numbers.Text(run.Loss)} after {Numbers.Text(run.Losses.Count)} steps", "lower the learning rate, clip the gradient, and look for log, sqrt or a division of something that can be 0", "TG6009")];
        var causes = new List<Cause>();
        void Add(Cause? cause)
        {
            if (cause is not null && causes.TrueForAll(known => known.Evidence != cause.Evidence)) causes.Add(cause);
        }

        using (IDisposable scope = trial.Scope())
        {
            using IDisposable mode = trial.Evaluating();
            Tensors outputs = trial.Forward(batch.Inputs);
            Add(Shapes(outputs, batch.Targets, goal, run));
            Add(Plateau(goal, run, OutputRange.Of(outputs)));
        }
        using (trial.Scope()) Add(LossGradient.Cut(trial, batch));
        if (causes.Count == 0) Add(StepOrder.Of(trial)?.Explain() is { } order ? order with { Evidence = $"no parameter learns: {order.Evidence}" } : null);
        if (causes.Count == 0) Add(LeftOut(trial, batch, goal, run));
        if (causes.Count == 0) Add(Noise(trial, batch));
        if (causes.Count == 0) Add(ByExperiment(trial, batch, goal, run, steps));
        return causes;
    }

    // [N, 1] against [N]: the loss is taken over N × N pairs and is least where every prediction is the mean.
    private static Cause? Shapes(Tensors outputs, Tensors targets, OverfitGoal goal, OverfitRun run)
    {
        if (goal.Profile.Kind is not (TargetKind.Numbers or TargetKind.BinaryFromLogits) || outputs[0].shape.SequenceEqual(targets[0].shape)) return null;
        string at = Near(run.Loss, goal.Chance) ? $"; the loss stays at {Numbers.Text(run.Loss)}, that of a constant" : "";
        return new($"outputs {outputs.Shapes} and targets {targets.Shapes} are broadcast against each other{at}", "give both one shape: squeeze(-1) the output or unsqueeze(-1) the target", "TG4006");
    }

    private static Cause? Plateau(OverfitGoal goal, OverfitRun run, Cause? activation)
    {
        long classes = goal.Profile.Classes;
        if (classes == 0) return activation;
        // The least that softmax outputs cost when they are taken for logits: one class 1, the others 0.
        double twice = Math.Log(1 + ((classes - 1) / Math.E));
        if (activation is { Rule: "TG4001" } && Near(run.Loss, twice))
        {
            return activation with
            {
                Evidence = $"{Numbers.Text(run.Loss)} = log(1 + {Numbers.Text(classes - 1)}/e), what softmax applied twice costs at best: {activation.Evidence}",
                Remedy = "remove the softmax before the loss",
            };
        }
        return activation;
    }

    // The step's own loss is low enough, and that of the examples is not.
    private static Cause? LeftOut(Trial trial, Batch batch, OverfitGoal goal, OverfitRun run) =>
        trial.Setup is { Step: not null, Loss: not null } or { Step: not null, JointLoss: not null } && run.Losses[^1] <= goal.Below && UnusedExamples.Of(trial, batch).FirstOrDefault(side => side.IsLeftOut) is { } left
            ? left.Explain(trial, batch).Cause
            : null;

    private static Cause? Noise(Trial trial, Batch batch)
    {
        using IDisposable scope = trial.Scope();
        using IDisposable grad = no_grad();
        using IDisposable mode = trial.Evaluating();
        Tensors first = trial.Forward(batch.Inputs), second = trial.Forward(batch.Inputs);
        if (TensorBits.AllSame(first, second)) return null;
        (Cause cause, _) = EvaluationNoise.Of(trial, batch);
        return cause with { Evidence = $"two passes in evaluation mode differ: {cause.Evidence}" };
    }

    private static Cause? ByExperiment(Trial trial, Batch batch, OverfitGoal goal, OverfitRun run, int steps)
    {
        var changed = new ChangedTraining(trial, batch, goal, run, steps);
        var excluded = new List<string>();
        // One more step is made: what the training has come to is seen in its run.
        WeightTravel travel = WeightTravel.Of(trial, batch);
        if (RegularizationCauses.Of(trial, changed, travel, run.Losses.Count) is { } drawn) return drawn;
        if (AdamInstead.Fits(trial.Setup))
        {
            using Trial adam = trial.Again(AdamInstead.Of);
            OverfitRun other = changed.On(adam);
            if (changed.Helps(other))
            {
                string reaches = other.Reached ? $"reaches {Numbers.Text(other.Loss)} in {Numbers.Text(other.Losses.Count)} steps" : $"comes to {Numbers.Text(other.Loss)} in {Numbers.Text(other.Losses.Count)} steps, yours to {Numbers.Text(run.Loss)}";
                return RateCauses.Of(trial, batch, run, travel, $"with {AdamInstead.Name} the same model {reaches}", arrives: run.IsOnItsWay(goal));
            }
            excluded.Add($"with {AdamInstead.Name} it ends at {Numbers.Text(other.Loss)}");
            if (trial.Model.modules().Any(ModuleKind.IsDropout))
            {
                OverfitRun plain = changed.Of(AdamInstead.Of, withoutDropout: true);
                if (changed.Helps(plain))
                    return new($"without dropout and weight decay the same model comes to {Numbers.Text(plain.Loss)}: it is regularised too much to learn {Numbers.Text(batch.Size)} examples", "lower dropout and weight decay until one batch is learnt, then raise them");
                excluded.Add($"without dropout at {Numbers.Text(plain.Loss)}");
            }
            if (Silent(adam, batch) is { } silent) return silent;
        }
        if (RateCauses.LargeEpsilon(trial, batch, changed, run) is { } eps) return eps;
        if (RateCauses.TooHigh(trial, changed, run, travel) is { } high) return high;
        if (run.IsStillFalling) return null;
        string ruledOut = excluded.Count == 0 ? "" : $"; {string.Join(", ", excluded)}";
        return new(
            $"the loss goes from {Numbers.Text(run.Losses[0])} to {Numbers.Text(run.Loss)} at a learning rate of {RateCauses.Rates(trial)}, a constant costs {Numbers.Text(goal.Chance)}, and no weight matrix moves by more than {Numbers.Text(100 * travel.Moved)} % of its size{ruledOut}: what was tried does not explain it",
            "let GradientDescends and GradientsMatchFiniteDifferences show whether steps go down the loss, and try a model with more units");
    }

    // A model that has been trained and still, or only now, gives all examples the same.
    private static Cause? Silent(Trial trained, Batch batch)
    {
        double Influence(Trial trial) => InputInfluence.Varied(batch).Select(input => InputInfluence.OfPlaces(trial, batch, input)).DefaultIfEmpty(double.NaN).Max();
        double after = Influence(trained);
        if (!(after < Unheard)) return null;
        using Trial fresh = trained.Again();
        double before = Influence(fresh);
        return before < Unheard
            ? new($"the outputs change by {Numbers.Text(100 * after)} % of their size where inputs change places: the output does not depend on the input", "look between input and output for a dead activation, a factor of 0 or an input that is not used")
            : new($"the outputs change by {Numbers.Text(100 * before)} % of their size where inputs change places, and by {Numbers.Text(100 * after)} % after training: it makes all outputs alike", "look for an activation that dies, and for what draws the weights to 0");
    }

    private static bool Near(double value, double signature) => Math.Abs(value - signature) <= Tolerance * Math.Abs(signature);
}
