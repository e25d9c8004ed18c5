using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>Why a few examples are not learnt: from where the loss stays, from what the trained model puts out, and from training once more with one thing changed.</summary>
internal static class OverfitDiagnosis
{
    private const double Tolerance = 0.05;

    public static IReadOnlyList<Cause> Causes(Trial trial, Batch batch, OverfitGoal goal, OverfitRun run, int steps)
    {
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

    private static Cause? ByExperiment(Trial trial, Batch batch, OverfitGoal goal, OverfitRun run, int steps)
    {
        if (!AdamInstead.Fits(trial.Setup)) return null;
        using (Trial adam = trial.Again(AdamInstead.Of))
        {
            OverfitRun other = OverfitRun.Of(adam, batch, goal, steps);
            if (other.Reached)
            {
                return new(
                    $"with {AdamInstead.Name} the same model reaches {Numbers.Text(other.Loss)} in {Numbers.Text(other.Losses.Count)} steps: it is the optimizer or its learning rate",
                    "start from Adam at 3e-4 to 1e-3, and change one thing at a time", "TG8006");
            }
        }
        using (Trial plain = trial.Again(AdamInstead.Of))
        {
            plain.WithoutDropout = true;
            OverfitRun other = OverfitRun.Of(plain, batch, goal, steps);
            if (other.Reached)
                return new($"without dropout and weight decay the same model reaches {Numbers.Text(other.Loss)}: it is regularised too much to learn {Numbers.Text(batch.Size)} examples", "lower dropout and weight decay until one batch is learnt, then raise them");
        }
        using Trial blind = trial.Again(AdamInstead.Of);
        OverfitRun without = OverfitRun.Of(blind, batch with { Inputs = batch.Inputs.Select(input => zeros_like(input)) }, goal, steps);
        return Near(without.Loss, run.Loss)
            ? new($"with inputs of zeros the loss ends at {Numbers.Text(without.Loss)} as well: the output does not depend on the input", "look between input and output for detach, a dead activation or an input that is not used")
            : null;
    }

    private static bool Near(double value, double signature) => Math.Abs(value - signature) <= Tolerance * Math.Abs(signature);
}
