using TrainingGuards.Fitting;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why a trained model predicts validation no better than what needs no network.</summary>
internal static class BaselineCauses
{
    private const double Far = 0.5, Sure = 0.9;
    private const int Drawn = 4;

    public static IReadOnlyList<Cause> Of(Trial trial, Scoring scoring, SimpleModels simple, IReadOnlyList<Batch> held, double score, Baseline[] baselines)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Baseline constant = baselines[0], better = baselines.OrderBy(baseline => baseline.Z).First();
        double best = scoring.IsAccuracy ? 1 : 0;
        string own = $"{scoring.Name} on validation {Numbers.Text(scoring.Shown(score))}";
        // Closer to perfect than to the baseline.
        bool Good(double other) => other - constant.Score > Far * (best - constant.Score);
        var causes = new List<Cause>();

        using (trial.Evaluating())
        {
            if (scoring.Classes > 0 && Relabelled(trial, held, scoring) is var relabelled && Good(relabelled) && !Good(score))
            {
                causes.Add(new(
                    $"{own}; it would be {Numbers.Text(relabelled)} with other numbers for the classes: training and validation number them differently",
                    "make the numbers of the classes once, from their sorted names, and use them for all sets"));
            }
        }
        Batch[] drawn = [.. Enumerable.Range(0, Drawn).Select(_ => trial.NextBatch())];
        double onTraining;
        using (trial.Evaluating()) onTraining = Mean(trial, scoring, drawn);
        trial.Model.train();
        double noStatistics = Mean(trial, scoring, held);
        if (Good(noStatistics) && !Good(score))
            causes.Add(new($"{own} in evaluation mode, {Numbers.Text(scoring.Shown(noStatistics))} in training mode: running statistics or the mode itself", "look at the momentum of normalisation, and for train(false) or eval overridden", "TG2002, TG2007"));
        if (causes.Count > 0) return causes;
        if (Good(onTraining) && !Good(score))
            return [new($"{own}, on training batches {Numbers.Text(scoring.Shown(onTraining))}: what is learnt does not hold there", "look whether both sets are prepared alike and drawn from one source (PreprocessingMatches, InputsMatchLabels); else there are too few examples for so many parameters")];
        if (!Good(onTraining) && constant.Z < 5)
            return [new($"{own}, on training batches {Numbers.Text(scoring.Shown(onTraining))}, of {constant.Name} {Numbers.Text(scoring.Shown(constant.Score))}: nothing was learnt", $"make {nameof(Checks.Fit.OneBatchOverfits)}, {nameof(Checks.Fit.InputMatters)} and {nameof(Checks.Fit.LearningRateIsInRange)} hold first, and train for more epochs")];
        return [new($"{own}, of {better.Name} {Numbers.Text(scoring.Shown(better.Score))}", "train for longer or at a higher rate, and look at what the model does to its inputs that a line does not")];
    }

    // Each predicted class taken for the one that it most often is; on more classes than a table of them is worth, none.
    private static double Relabelled(Trial trial, IReadOnlyList<Batch> held, Scoring scoring)
    {
        if (scoring.Classes > 1000) return 0;
        Tensor table = zeros(scoring.Classes * scoring.Classes, dtype: ScalarType.Float64, device: trial.Device);
        foreach (Batch batch in held)
        {
            using IDisposable pass = trial.Scope();
            Tensor predicted = LossProfile.Rows(trial.Forward(batch.Inputs)[0], batch.Targets[0]).argmax(-1), labels = batch.Targets[0].flatten().to(ScalarType.Int64);
            Tensor real = labels.ne(scoring.Setup.IgnoreIndex);
            Tensor cell = ((predicted * scoring.Classes) + labels).masked_select(real);
            table.index_add_(0, cell, ones_like(cell, dtype: ScalarType.Float64), 1);
        }
        Tensor square = table.reshape(scoring.Classes, scoring.Classes);
        // A model that predicts one class would be right as often as the majority.
        return square.sum([1L]).gt(0).sum().ToInt64() < Math.Max(2, Sure * scoring.Classes) ? 0 : (square.amax([1L]).sum() / square.sum()).ToDouble();
    }

    private static double Mean(Trial trial, Scoring scoring, IReadOnlyList<Batch> batches)
    {
        double sum = 0, count = 0;
        foreach (Batch batch in batches)
        {
            using IDisposable pass = trial.Scope();
            sum += scoring.OfOutput(trial.Forward(batch.Inputs)[0], batch.Targets[0]).sum().ToDouble();
            count += batch.Size;
        }
        return sum / count;
    }
}
