using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Init;

/// <summary>The bias of the last layer does not lead away from what the targets are on average: KL(π ‖ softmax b) − KL(π ‖ uniform) ≤ 0.5 nats.</summary>
/// <remarks>
/// For numbers (|b − ȳ| − |ȳ|) / max(|ȳ|, std(y), 2/√fan-in) ≤ 0.75. A bias that TorchSharp draws by default is within ±1/√fan-in, and then neither can exceed 2/√fan-in and 0.5. What is read is
/// the lesser of the bias's own distance and that of the model's mean prediction, so that a head which makes up for its bias is not blamed. That a bias of log π would save the first steps is
/// a note. It cannot see a bias that is no parameter of torch's own layers, nor one in front of something that undoes it. Cost: 128 / batch F, and 2 F.
/// </remarks>
/// <param name="nats">The most by which the bias may be farther from the labels' distribution than uniform predictions are.</param>
public sealed class FinalBiasMatchesPrior(double nats = 0.5) : Check
{
    private const long EnoughExamples = 128, PerClass = 10;
    private const double Z = 5, Advised = 0.1, Imbalanced = 0.9, OfScale = 0.75, Move = 20;

    /// <summary>The most by which the bias may be farther from the labels' distribution than uniform predictions are.</summary>
    public double Nats { get; } = nats > 0 ? nats : throw new ArgumentOutOfRangeException(nameof(nats), nats, "The limit is above 0.");

    /// <inheritdoc/>
    public override string Claim => "The last layer's bias does not lead away from what the targets are on average.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        IReadOnlyList<Batch> batches = InitialLoss.Draw(trial, EnoughExamples);
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        var first = FirstPredictions.Of(trial, batches);
        if (first.Kind == TargetKind.Unknown) return Findings.NotApplicable($"what a bias stands for is not known for outputs {first.OutputShapes} and targets {batches[0].Targets.Shapes}");
        if (first.Outputs.shape[0] == 0) return Findings.Inconclusive("a target that the loss does not ignore; there is none");
        if (FinalBias.Find(trial, batches[0], first.Columns, out string? missing) is not { } bias) return Findings.NotApplicable(missing!);
        return first.AreClasses ? OfClasses(trial, batches[0], first, bias) : OfColumns(trial, batches[0], first, bias);
    }

    private Findings OfClasses(Trial trial, Batch batch, FirstPredictions first, FinalBias bias)
    {
        Tensor prior = first.Prior, log = nn.functional.log_softmax(bias.Values, 0);
        long classes = first.Columns, n = first.Outputs.shape[0];
        double Distance(Tensor logOfBias, FirstPredictions predictions) => Math.Min(PriorDistance.OfClasses(prior, logOfBias), PriorDistance.OfClasses(prior, MeanLog(predictions)));
        // π is that of a sample: the share of each class is off by √(π(1 − π)/n).
        Tensor smoothed = ((prior * n) + 1) / (n + classes), centred = bias.Values - (smoothed * bias.Values).sum();
        double noise = Z * Math.Sqrt((smoothed * centred.square()).sum().ToDouble() / n);
        double limit = Math.Max(Math.Max(Nats, 2 / Math.Sqrt(bias.Layer.FanIn)), noise), distance = Distance(log, first);
        long rarest = prior.argmin().ToInt64();
        if (bias.Moved(trial, batch, first, rarest, Move) is not { } moved) return NotLast(bias);
        Tensor away = bias.Values.clone();
        away[rarest] += Move;

        double entropy = -(prior * prior.clamp(min: 1e-300).log()).sum().ToDouble(), missed = PriorDistance.OfClasses(prior, MeanLog(first)) + Math.Log(classes) - entropy;
        bool advised = n >= PerClass * classes && entropy < Imbalanced * Math.Log(classes) && missed > Advised;
        var findings = new Findings
        {
            Claims = [new("nats by which the bias is farther from the labels' distribution than uniform predictions are", Bound.AtMost(limit), distance, $"in `{bias.Layer.Path}.bias`")],
            Controls = [new($"the same after class {Numbers.Text(rarest)} is given {Numbers.Text(Move)} more", Bound.MoreThan(limit), Distance(nn.functional.log_softmax(away, 0), moved))],
            Notes = advised ? [$"the mean prediction is {Numbers.Text(missed)} nats from the labels' distribution, whose entropy is {Numbers.Text(entropy)} of {Numbers.Text(Math.Log(classes))}: a bias of log π in `{bias.Layer.Path}` saves the steps that learn it"] : [],
        };
        return findings.Claims[0].Holds ? findings : findings with { Causes = [FinalBiasCauses.OfClasses(bias, prior)], Where = bias.Layer.Place(trial.Model) };
    }

    private Findings OfColumns(Trial trial, Batch batch, FirstPredictions first, FinalBias bias)
    {
        bool binary = first.Kind == TargetKind.BinaryFromLogits;
        long n = first.Outputs.shape[0];
        Tensor mean = first.Prior, deviation = n > 1 ? first.Targets.std(0, unbiased: false) : zeros_like(mean);
        double few = 2 / Math.Sqrt(bias.Layer.FanIn);
        Tensor scale = mean.abs().maximum(deviation).clamp(min: few);
        Tensor Distances(Tensor values, Tensor outputs) => binary
            ? PriorDistance.OfBinary(mean, values.sigmoid()).minimum(PriorDistance.OfBinary(mean, outputs.sigmoid().mean([0L])))
            : PriorDistance.OfNumbers(mean, values, scale).minimum(PriorDistance.OfNumbers(mean, outputs.mean([0L]), scale));
        // The mean of a sample is off by σ/√n, at most ½/√n for zeros and ones.
        double largest = bias.Values.abs().max().ToDouble();
        double limit = binary ? Math.Max(Math.Max(Nats, few), Z * largest / (2 * Math.Sqrt(n))) : Math.Max(OfScale, 2 * Z / Math.Sqrt(n));

        Tensor read = Distances(bias.Values, first.Outputs);
        long worst = read.argmax().ToInt64();
        double target = mean[worst].ToDouble(), by = (binary ? target < 0.5 : target <= 0 ? bias.Values[worst].ToDouble() >= target : bias.Values[worst].ToDouble() > target) ? 1 : -1;
        by *= binary ? Move : (limit + 3) * scale[worst].ToDouble();
        if (bias.Moved(trial, batch, first, worst, by) is not { } moved) return NotLast(bias);
        Tensor away = bias.Values.clone();
        away[worst] += by;

        double[] distances = Trials.HostNumbers.Of(read), means = Trials.HostNumbers.Of(first.Outputs.mean([0L])), targets = Trials.HostNumbers.Of(mean), deviations = Trials.HostNumbers.Of(deviation);
        string Name(int column) => $"in `{bias.Layer.Path}.bias`{(distances.Length == 1 ? "" : $"[{Numbers.Text(column)}]")}";
        int[] off = binary ? [] : [.. Enumerable.Range(0, distances.Length).Where(k => Math.Abs(means[k] - targets[k]) >= Math.Max(deviations[k], few) && Math.Abs(targets[k]) > few)];
        string unit = binary ? "nats by which the bias is farther from the targets' share of ones than ½ is" : "how much farther from the targets' mean the bias is than 0 is, relative to their size";
        var findings = new Findings
        {
            Claims = [new(unit, Bound.AtMost(limit), [.. distances.Select((value, k) => new Reading(value, Name(k)))])],
            Controls = [new($"the same after it is moved by {Numbers.Text(by)}", Bound.MoreThan(limit), Distances(away, moved.Outputs)[worst].ToDouble())],
            Notes = off.Length == 0 ? [] : [$"the mean output is {Numbers.Text(means[off[0]])} and that of the targets {Numbers.Text(targets[off[0]])}, with a standard deviation of {Numbers.Text(deviations[off[0]])}: a bias of the targets' mean in `{bias.Layer.Path}` saves the steps that learn it"],
        };
        if (findings.Claims[0].Holds) return findings;
        Cause cause = binary ? FinalBiasCauses.OfBinary(bias, worst, target) : FinalBiasCauses.OfNumbers(bias, worst, target, scale[worst].ToDouble());
        return findings with { Causes = [cause], Where = bias.Layer.Place(trial.Model) };
    }

    private static Tensor MeanLog(FirstPredictions predictions) => predictions.LogProbabilities().exp().mean([0L]).clamp(min: 1e-38).log();

    private static Findings NotLast(FinalBias bias) => Findings.NotApplicable($"the bias of `{bias.Layer.Path}` is not what is added last: the outputs do not move with it by as much");
}
