using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Evaluation;

/// <summary>The user's Evaluate returns the metric over the whole validation set, each example weighing the same.</summary>
/// <remarks>
/// The validation set is gone through once, and what Evaluate returns for the same model is compared with the metric over all of it, within a relative <c>tolerance</c>. Which metric it is, is found among
/// accuracy, error rate, loss, perplexity, mean squared and absolute error, unless <c>metric</c> says. A failure is named by what equals the returned value: the last batch alone, a mean of means, the training
/// set. Where whole and part come to the same, other weights are tried, seven times. It cannot see whether the examples are the right ones. Cost: 1 F a batch of Validation, 1 F a batch of Training where no part of Validation fits; up to eight times
/// that where the parts do not tell.
/// </remarks>
/// <param name="metric">The metric of each example or position, from outputs and targets; null finds it.</param>
/// <param name="tolerance">How far equal values may be apart, relative to their size: rounding, by other batches.</param>
public sealed class EvaluationCoversEverything(Func<Tensors, Tensors, Tensor>? metric = null, double tolerance = 1e-5) : Check
{
    // Of how many models, and from which on with weights that are drawn wider: a small untrained network often gives all examples one class.
    private const int Builds = 8, Wide = 3;
    private const double Wider = 4;

    /// <summary>The metric of each example or position; null finds it.</summary>
    public Func<Tensors, Tensors, Tensor>? Metric { get; } = metric;

    /// <summary>How far equal values may be apart, relative to their size.</summary>
    public double Tolerance { get; } = tolerance > 0 ? tolerance : throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "Numbers are rounded: give a tolerance above 0.");

    /// <inheritdoc/>
    public override string Claim => "Evaluate returns the metric over the whole validation set.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Validation is not { } set) return MissingSet.Of(nameof(Setup.Validation));
        if (trial.Setup.Evaluate is null) return Findings.NotApplicable("the setup gives no Evaluate; set Evaluate = model => …, which returns the metric");
        Findings findings = Compare(trial, set);
        // With other weights, whole and part come apart.
        for (int build = 1; build < Builds && findings.Controls.Any(control => !control.Holds) && findings.Claims.All(claim => claim.Holds); build++)
        {
            using Trial other = trial.Again(setup => setup with { Seed = setup.Seed + build });
            if (build >= Wide) Widen(other.Model);
            findings = Compare(other, set);
        }
        return findings;
    }

    private Findings Compare(Trial trial, Examples set)
    {
        double returned = trial.Setup.Evaluate!(trial.Model);
        if (!is_grad_enabled()) _ = set_grad_enabled(true);
        if (!double.IsFinite(returned)) return Findings.Inconclusive($"a number that Evaluate returns; it returns {Numbers.Text(returned)}");
        using IDisposable mode = trial.Evaluating();
        IReadOnlyList<MetricParts> validation = MetricParts.Of(trial, set, Metric);
        if (validation.Count == 0) return Findings.Inconclusive("validation examples; Validation yields no batch");
        // What overflows, as the exponential of a large loss, equals nothing.
        MetricHypothesis[] all = [.. MetricHypothesis.Of(validation, null).Where(one => double.IsFinite(one.Value))];
        MetricHypothesis? whole = all.FirstOrDefault(one => one.IsWhole && Equal(one.Value, returned)), part = all.FirstOrDefault(one => !one.IsWhole && Equal(one.Value, returned));
        if (whole is null && part is null && trial.Setup.Training is { } training)
            part = MetricHypothesis.Of(validation, MetricParts.Of(trial, training, Metric)).FirstOrDefault(one => !one.IsWhole && Equal(one.Value, returned));
        if (whole is null && part is null && Metric is null)
            return Findings.NotApplicable($"what Evaluate returns, {Numbers.Text(returned)}, is none of the metrics that are known ({Words.List([.. validation[0].Sums.Keys])}); say metric:");

        MetricHypothesis? expected = whole ?? all.FirstOrDefault(one => one.IsWhole && one.Metric == (part?.Metric ?? MetricParts.Given));
        if (expected is null) return Findings.Inconclusive($"a {part?.Metric ?? MetricParts.Given} that is finite over the whole set; an untrained model's is not");
        double apart = (returned - expected.Value) / Math.Max(Math.Abs(expected.Value), 1e-12);
        // Of batches of one size the mean of means is the mean: what cannot be told is harmless.
        double last = all.Where(one => one.Metric == expected.Metric && one.Is.Contains("last batch alone", StringComparison.Ordinal)).Select(one => Math.Abs(one.Value - expected.Value)).DefaultIfEmpty(double.NaN).First();
        return new()
        {
            Claims = [new($"({Numbers.Text(returned)} that Evaluate returns − {Numbers.Text(expected.Value)} of the whole set) / that of the whole set", Bound.Between(-Tolerance, Tolerance), apart)],
            Controls = double.IsNaN(last) ? [] : [new($"difference between the {expected.Metric} of the last batch and of the whole set", Bound.MoreThan(Tolerance * Math.Abs(expected.Value)), last)],
            Causes = whole is null && part is not null ? [new($"{Numbers.Text(returned)} is {part.Is}; over the whole set it is {Numbers.Text(expected.Value)}", part.Remedy, part.Rule)] : whole is null ? [Unexplained(returned, expected)] : [],
            Where = whole is null ? new(nameof(Setup.Evaluate), MethodLines.Of(trial.Setup.Evaluate.Method) is { } lines ? lines.Text(lines.First, lines.Last) : null) : null,
            Notes = whole is not null ? [$"Evaluate returns {whole.Is}: {Numbers.Text(returned)}"] : [],
        };
    }

    private static void Widen(nn.Module model)
    {
        using var grad = no_grad();
        foreach (Tensor weights in model.parameters().Where(parameter => parameter.dim() >= 2)) weights.mul_(Wider);
    }

    private Cause Unexplained(double returned, MetricHypothesis expected) => new(
        $"{Numbers.Text(returned)} is the {expected.Metric} neither of the whole set, {Numbers.Text(expected.Value)}, nor of its first or last batch, all but the last, the training set, nor a mean or sum over batches",
        Metric is null ? "say metric: where it is another one; else look at which examples the loop goes through and what it divides by" : "look at which examples the loop goes through, what it divides by, and whether metric: is what Evaluate counts");

    private bool Equal(double a, double b) => double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(a), Math.Abs(b));
}
