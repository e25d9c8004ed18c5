using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Init;

/// <summary>The untrained model prefers no class by much: mean KL(uniform ‖ p) is at most 2 nats, or KL(π ‖ p) where its predictions lie nearer to the labels' distribution π.</summary>
/// <remarks>
/// TorchSharp's default initialisation gives at most 0.07 nats, He initialisation of every layer about 1, N(0, 1) weights 31 to 550. A model that is sure of what it cannot know first spends
/// steps on becoming unsure. It cannot see a sigmoid in front of a loss on logits. Cost: 128 / batch F.
/// </remarks>
/// <param name="nats">The most that is allowed, in nats.</param>
public sealed class InitialPredictionsAreUncertain(double nats = 2) : Check
{
    private const long EnoughExamples = 128;
    private const double Noted = 0.25;

    /// <summary>The most that is allowed, in nats.</summary>
    public double Nats { get; } = nats > 0 ? nats : throw new ArgumentOutOfRangeException(nameof(nats), nats, "The limit is above 0.");

    /// <inheritdoc/>
    public override string Claim => "The untrained model prefers no class by much.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        IReadOnlyList<Batch> batches = InitialLoss.Draw(trial, EnoughExamples);
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        var first = FirstPredictions.Of(trial, batches);
        if (first.Kind == TargetKind.Unknown)
            return Findings.NotApplicable($"no probabilities of classes are known for outputs {first.OutputShapes} and targets {batches[0].Targets.Shapes}");
        if (first.Kind == TargetKind.Numbers) return Findings.NotApplicable($"the outputs {first.OutputShapes} are numbers, not probabilities of classes");
        if (first.Outputs.shape[0] == 0) return Findings.Inconclusive("a target that the loss does not ignore; there is none");

        Tensor log = first.LogProbabilities(), prior = first.Distribution(), mean = log.exp().mean([0L]).clamp(min: 1e-38).log();
        long classes = log.shape[1];
        Tensor uniform = ones_like(prior) / classes;
        // A last bias of log π is good practice; what is left to judge are the predictions' distances from π.
        bool fromPrior = Divergence(prior, mean) < Divergence(uniform, mean);
        double distance = Divergence(fromPrior ? prior : uniform, log.mean([0L]));
        string reference = fromPrior ? "the labels' distribution" : $"uniform over {Numbers.Text(classes)} classes";
        var claim = new Measurement($"mean KL({(fromPrior ? "π" : "uniform")} ‖ prediction)", Bound.AtMost(Nats).Meaning($"in nats, from {reference}"), distance);
        // The same predictions made certain of one class must be seen as such.
        double certain = Divergence(uniform, nn.functional.log_softmax(nn.functional.one_hot(zeros(1, dtype: ScalarType.Int64, device: log.device), classes).to(ScalarType.Float64) * 100, -1).mean([0L]));
        var findings = new Findings
        {
            Claims = [claim],
            Controls =
            [
                new("the same of predictions that are certain", Bound.MoreThan(Nats), certain),
                new("change of the loss when the output changes", Bound.MoreThan(0), Response(trial, batches[0])),
            ],
            Notes = distance > Noted && claim.Holds ? [$"{Numbers.Text(distance)} nats from {reference}: surer than an untrained model need be; smaller weights in the last layer save the steps that undo it"] : [],
        };
        if (claim.Holds) return findings;
        (IReadOnlyList<Cause> causes, Place? where) = SureStart.Of(trial, log);
        return findings with { Causes = causes, Where = where };
    }

    private static double Response(Trial trial, Batch batch)
    {
        Tensors outputs = trial.Forward(batch.Inputs);
        Tensors moved = outputs.Select(output => output.is_floating_point() ? output + randn_like(output) : output);
        return Math.Abs((trial.Loss(moved, batch.Targets) - trial.Loss(outputs, batch.Targets)).ToDouble());
    }

    private static double Divergence(Tensor of, Tensor meanLog) => (of * (of.clamp(min: 1e-300).log() - meanLog)).sum().ToDouble();
}
