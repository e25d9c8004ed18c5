using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Fitting;

/// <summary>The loss of training steps whose learning rates grow from step to step, by the same factor in every group.</summary>
/// <param name="Rates">The user's highest rate in each group over the steps that its scheduler was asked for.</param>
/// <param name="Losses">The loss of each step, less what its batch cost at first beyond the mean: so that batches that are hard do not look like a rise.</param>
/// <param name="Costs">What each batch cost at first.</param>
/// <param name="Overwritten">Whether a step changed the rate that it was given before it used it.</param>
/// <param name="Batches">The batches that are gone through again and again.</param>
internal sealed record RateSweep(IReadOnlyList<double> Rates, IReadOnlyList<double> Losses, IReadOnlyList<double> Costs, bool Overwritten, IReadOnlyList<Batch> Batches)
{
    /// <summary>From this factor of the user's rates to its inverse.</summary>
    public const double Decades = 5;

    /// <summary>Why there is no sweep where a step changes the rate that it is given.</summary>
    public const string IsOverwritten = "the training step sets its learning rate itself";

    private const double Exploded = 20;
    private const int Cycle = 8;

    /// <summary>The highest of the user's rates.</summary>
    public double Rate => Rates.Max();

    /// <summary>log10 of the factor at a step, counted from 0.</summary>
    public static double DecadeOf(double step, int steps) => -Decades + (2 * Decades * step / (steps - 1));

    /// <summary>Why the rates of some optimizers cannot be swept; null where they can.</summary>
    public static string? WhyNot(IReadOnlyList<Optimizer> optimizers) =>
        optimizers.FirstOrDefault(optimizer => optimizer is TorchSharp.Modules.LBFGS or TorchSharp.Modules.Rprop) is { } searching ? $"{searching.GetType().Name} finds the length of its steps itself"
        : optimizers.All(optimizer => optimizer.ParamGroups?.Any() == true) ? null
        : "an optimizer has no parameter groups whose learning rate could be read";

    /// <summary>The rate at a power of ten of the user's own, in words.</summary>
    public string RateAt(double decade) => Numbers.Text(Rate * Math.Pow(10, decade));

    /// <summary>The sweep for the eye.</summary>
    /// <param name="response">What it shows.</param>
    /// <param name="steps">How many steps it was to have.</param>
    public Curve CurveOf(RateResponse response, int steps) =>
        new($"loss as the rate grows from {RateAt(-Decades)} to {RateAt(DecadeOf(Losses.Count - 1, steps))}, evenly in its logarithm", response.Smoothed);

    /// <summary>Steps at the user's own rates for the eye.</summary>
    public static Curve CurveOfOwn(IReadOnlyList<double> losses) => new($"loss in {Numbers.Text(losses.Count)} steps at your own rate", losses);

    public static RateSweep Of(Trial trial, int steps, int scheduledSteps)
    {
        double[] rates = Highest(trial, scheduledSteps);
        Batch[] batches = [trial.Batch, .. Enumerable.Range(1, Cycle - 1).Select(_ => trial.NextBatch())];
        return Run(trial, rates, batches, costs: null, steps, step => Math.Pow(10, DecadeOf(step, steps)));
    }

    /// <summary>The same batches through a build of the same beginning, each step at the user's own rates.</summary>
    public RateSweep AtOwnRates(Trial trial, int steps) => Run(trial, Rates, Batches, Costs, steps, _ => 1);

    private static RateSweep Run(Trial trial, IReadOnlyList<double> rates, IReadOnlyList<Batch> batches, IReadOnlyList<double>? costs, int steps, Func<int, double> factorAt)
    {
        int at = 0;
        double factor = 1;
        bool overwritten = false;
        ILearningRateController[] groups = [];
        using Trial sweep = trial.Again(setup => setup with
        {
            Batch = () => batches[at++ % Cycle],
            Optimizer = null,
            OptimizerFor = null,
            Optimizers = model => [.. SetupValidation.BuildOptimizers(setup, model).Select(own => WatchedOptimizer.Of(own, _ => Used()))],
        });
        groups = [.. sweep.Optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? [])];
        _ = sweep.Schedulers;
        void Used() => overwritten = overwritten || groups.Where((group, k) => Math.Abs(group.LearningRate - (factor * rates[k])) > 1e-6 * factor * rates[k]).Any();

        var raw = new List<double>();
        sweep.Expect(steps);
        for (int step = 0; step < steps; step++)
        {
            factor = factorAt(step);
            for (int k = 0; k < groups.Length; k++) groups[k].LearningRate = factor * rates[k];
            raw.Add(sweep.Step(sweep.PassingBatch()));
            if (!double.IsFinite(raw[^1])) break;
            // Far beyond where it began there is nothing more to be seen.
            if (raw.Count > Cycle && raw[^1] > raw.Take(Cycle).Average() + (Exploded * Math.Abs(raw.Take(Cycle).Average()))) break;
        }
        // However many batches a step of the user's own takes, every eighth step takes the same. A sweep begins with rates at which nothing is learnt yet.
        costs ??= [.. raw.Take(Cycle)];
        double mean = costs.Average();
        return new(rates, [.. raw.Select((loss, k) => loss - costs[k % costs.Count] + mean)], costs, overwritten, batches);
    }

    private static double[] Highest(Trial trial, int steps)
    {
        using Trial dry = trial.Again();
        ILearningRateController[] groups = [.. dry.Optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? [])];
        _ = dry.Schedulers;
        double[] highest = [.. groups.Select(group => group.LearningRate)];
        try
        {
            for (int step = 0; step < steps && dry.Schedulers.Count > 0; step++)
            {
                foreach (lr_scheduler.LRScheduler scheduler in dry.Schedulers) scheduler.step();
                for (int k = 0; k < groups.Length; k++) highest[k] = Math.Max(highest[k], groups[k].LearningRate);
            }
        }
        catch (Exception end) when (end is InvalidOperationException or ArgumentException or NotSupportedException or NotImplementedException)
        {
            // A schedule of a fixed length is over, or one waits for a metric: what it has shown is what is known.
        }
        return highest;
    }
}
