using TrainingGuards.Fitting;
using TrainingGuards.Monitoring;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;

namespace TrainingGuards.Decoding;

/// <summary>Why a training loss does not fall: parameters that stand still, a step that is too small or too large or goes the wrong way, or nothing to be learnt.</summary>
internal sealed class NoFallCauses(Trial trial, ParameterProgress[] all, IReadOnlyList<double> losses, OverfitGoal goal)
{
    private const double Most = 0.5, Little = 1e-3, Smaller = 1e-3, Certain = 5, Near = 0.1, Fallen = 0.1;

    private readonly int _steps = losses.Count;

    public (IReadOnlyList<Cause> Causes, Place? Where) Find()
    {
        if (!losses.All(double.IsFinite))
            return ([new($"the loss is {Numbers.Text(losses[^1])} after {Numbers.Text(_steps)} steps", "lower the learning rate, clip the gradient, and look for log, sqrt or a division of something that can be 0", "TG6009")], null);
        if (Standing() is { } standing) return standing;
        // What weight decay alone moves is not standing still.
        if (StepOrder.Of(trial)?.Explain() is { } order) return ([order with { Evidence = $"no parameter learns: {order.Evidence}" }], null);
        return ([Moving()], null);
    }

    private (IReadOnlyList<Cause>, Place?)? Standing()
    {
        var classifier = new StandstillClassifier(trial.Optimizers, all);
        ParameterProgress[] standing = [.. all.Where(one => !(one.Change > 0) && !classifier.HasNoInfluence(one))];
        // A small part that stands still does not keep the loss where it is.
        if (standing.Sum(Size) < Most * all.Sum(Size)) return null;
        var causes = new StandstillCauses(trial, trial.Batch, classifier, losses);
        (Cause Cause, Place? Where)[] found = [.. standing.GroupBy(classifier.Of).OrderBy(group => group.Key).Select(group => causes.Of(group.Key, ParameterGroup.Of([.. group], all, trial.Model.GetType().Name)))];
        return ([.. found.Select(one => one.Cause)], found.Select(one => one.Where).FirstOrDefault(where => where is not null));
    }

    private Cause Moving()
    {
        (double first, double last, double error) = LossTrend.Quarters(losses);
        double moved = all.Max(one => one.Change);
        string rates = string.Join(", ", LearningRates.Of(trial.Optimizers).Distinct().Select(Numbers.Text));
        bool rises = last - first > Certain * error || LossTrend.Whole(losses) >= Certain;
        if (rises || last > losses[0] + (Most * Math.Abs(losses[0])))
        {
            string rose = $"the loss rises from {Numbers.Text(losses[0])} to {Numbers.Text(last)} at a learning rate of {rates}";
            using Trial slower = trial.Again(setup => ChangedTraining.WithOptimizers(setup, optimizers => ChangedTraining.AtRate(optimizers, Smaller)));
            List<double> slow = Losses(slower);
            return Falls(slow)
                ? new($"{rose}, and falls from {Numbers.Text(slow[0])} to {Numbers.Text(LossTrend.Quarters(slow).Last)} at a thousandth of it", "lower the learning rate, by a factor of ten until the loss falls", "TG8006")
                : new($"{rose}, and does not fall at a thousandth of it: the update goes up the loss", "look for maximize: true, and for a minus sign or a reward in the loss; let GradientDescends show the first step");
        }
        if (OptimizerOption.WeightDecay.Largest(trial.Optimizers) is > 0 and var decay)
        {
            using Trial free = trial.Again(setup => ChangedTraining.WithOptimizers(setup, OptimizerOption.WeightDecay.SetToZero));
            List<double> other = Losses(free);
            if (Falls(other))
                return new($"at a learning rate of {rates} the loss stays at {Numbers.Text(last)}, and without the optimizer's weight decay of {Numbers.Text(decay)} it falls from {Numbers.Text(other[0])} to {Numbers.Text(LossTrend.Quarters(other).Last)}: decay draws the weights to 0", "lower the weight decay: 1e-4 to 1e-2 is usual");
        }
        if (AdamInstead.Fits(trial.Setup))
        {
            using Trial adam = trial.Again(AdamInstead.Of);
            List<double> other = Losses(adam);
            if (Falls(other))
            {
                string falls = $"with {AdamInstead.Name} it falls from {Numbers.Text(other[0])} to {Numbers.Text(LossTrend.Quarters(other).Last)}";
                return moved < Little
                    ? new($"in {Numbers.Text(_steps)} steps at a learning rate of {rates} no weight moves by more than {Numbers.Text(100 * moved)} % of its size; {falls}", "raise the learning rate, by a factor of ten until the loss falls", "TG8006")
                    : new($"at a learning rate of {rates} the loss stays at {Numbers.Text(last)}, and {falls}: it is the optimizer or its learning rate", "start from Adam at 3e-4 to 1e-3, and change one thing at a time", "TG8006");
            }
        }
        return goal.Profile.Kind != TargetKind.Unknown && Math.Abs(last - goal.Chance) <= Near * Math.Abs(goal.Chance)
            ? new($"the loss stays at {Numbers.Text(last)}, and the best constant costs {Numbers.Text(goal.Chance)}, whatever the optimizer: as with labels that the inputs tell nothing of", "let InputMatters tell a model that ignores its inputs from data whose labels belong to other examples")
            : new($"weights move by up to {Numbers.Text(100 * moved)} % of their size and the loss stays at {Numbers.Text(last)}, whatever the optimizer", "let OneBatchOverfits show what the model cannot express");
    }

    private List<double> Losses(Trial other)
    {
        var seen = new List<double>();
        while (seen.Count < _steps && (seen.Count == 0 || double.IsFinite(seen[^1]))) seen.Add(other.Step(other.PassingBatch()));
        return seen;
    }

    // One that falls within a few steps leaves no trend.
    private static bool Falls(List<double> losses) =>
        losses.All(double.IsFinite) && LossTrend.Quarters(losses) is var (_, last, error) && (LossTrend.Fall(losses) <= -Certain || last + (Certain * error) < losses[0] - (Fallen * Math.Abs(losses[0])));

    private static double Size(ParameterProgress one) => one.Parameter.numel();
}
