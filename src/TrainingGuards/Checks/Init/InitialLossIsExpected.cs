using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Init;

/// <summary>The loss of the untrained model is that of a model that knows nothing: between H(π)/2 and log C + 2 nats for a classifier.</summary>
/// <remarks>
/// −log(1/C) is what uniform predictions cost (Karpathy, A Recipe for Training Neural Networks, 2019); initial predictions p cost KL(uniform‖p) more, at most
/// 0.07 nats with default initialisation, and up to about 1 with He initialisation of every layer. Few classes that lie in a few places lower it by chance, to 0.74·H(π) with two. Tighter bounds
/// flag healthy networks. A softmax applied twice
/// passes it almost exactly (2.307 for 2.303 with 10 classes), so rows that sum to 1 in front of a loss on logits are a reading of their own; and so is the
/// loss of parts of a batch, by which a sum over examples and a softmax over the batch show. For numbers the loss is compared with that of the constants 0
/// and mean(y). It cannot see a wrong loss whose value at the start is right. Cost: 256 / batch F.
/// </remarks>
/// <param name="classes">The number of classes; null takes it from the model's output.</param>
/// <param name="expected">The loss expected at the start, within 5 %, where it is known otherwise; null derives it.</param>
public sealed class InitialLossIsExpected(int? classes = null, double? expected = null) : Check
{
    private const long EnoughExamples = 256, FewestExamples = 32;
    private const double Nats = 2, Noted = 0.25, Ignorant = 0.5;

    /// <summary>The number of classes; null takes it from the model's output.</summary>
    public int? Classes { get; } = classes is null or >= 2 ? classes : throw new ArgumentOutOfRangeException(nameof(classes), classes, "A classifier has at least 2 classes.");

    /// <summary>The loss expected at the start, within 5 %; null derives it.</summary>
    public double? Expected { get; } = expected;

    /// <inheritdoc/>
    public override string Claim => "The loss of the untrained model is that of a model that knows nothing.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        IReadOnlyList<Batch> batches = InitialLoss.Draw(trial, EnoughExamples);
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        var observed = InitialLoss.Of(trial, batches);
        LossProfile profile = observed.Profile;
        if (Classes is { } stated && profile.Classes > 0 && profile.Classes != stated)
        {
            throw new SetupException(
                given: $"{nameof(InitialLossIsExpected)}(classes: {Numbers.Text(stated)}) and an output of shape {observed.Outputs.Shapes}",
                expected: "an output with a column for each class",
                remedy: $"say classes: {Numbers.Text(profile.Classes)}, or give the last layer {Numbers.Text(stated)} outputs");
        }
        if (Expected is { } known) return Explained(trial, observed, new Measurement("initial loss", Bound.Near(known, 0.05), observed.Loss));
        if (profile.Kind == TargetKind.Unknown)
            return Findings.NotApplicable($"what an untrained model costs is not known for outputs {observed.Outputs.Shapes} and targets {observed.Targets.Shapes}; say expected:");
        if (observed.Examples < FewestExamples)
            return Findings.Inconclusive($"at least {Numbers.Text(FewestExamples)} examples; Batch yields {Numbers.Text(observed.Examples)}");
        return Explained(trial, observed, new Measurement("initial loss", Range(profile), observed.Loss));
    }

    private static Bound Range(LossProfile profile) => profile.Classes > 0
        ? Bound.Between(Ignorant * profile.Entropy, Math.Log(profile.Classes) + Nats)
            .Meaning($"log {Numbers.Text(profile.Classes)} = {Numbers.Text(Math.Log(profile.Classes))} for uniform predictions; H(π) = {Numbers.Text(profile.Entropy)} for the labels' distribution")
        : Bound.Between(0.5 * Math.Min(profile.Zero, profile.Chance), 4 * Math.Max(profile.Zero, profile.Chance))
            .Meaning($"{Numbers.Text(profile.Chance)} for the mean of the targets, {Numbers.Text(profile.Zero)} for zeros");

    private static Findings Explained(Trial trial, InitialLoss observed, Measurement loss)
    {
        LossProfile profile = observed.Profile;
        var claims = new List<Measurement>
        {
            loss,
            new($"loss of a part of the batch ({Numbers.Text(observed.PartSize)} of {Numbers.Text(observed.BatchSize)} examples) / loss of the batch", Bound.Between(0.85, 1.15), observed.PartRatio),
        };
        if (profile.Kind == TargetKind.ClassesFromLogits)
            claims.Add(new("share of output rows that already sum to 1", Bound.Exactly(0), InitialLoss.ShareOfProbabilities(observed)));
        // The loss must answer to the model's output, else its value says nothing of the model.
        var control = new Measurement("change of the loss when the output changes", Bound.MoreThan(0), observed.Response);
        double excess = profile.Classes > 0 ? observed.Loss - Math.Log(profile.Classes) : 0;
        return new Findings
        {
            Claims = claims,
            Controls = [control],
            Causes = claims.All(claim => claim.Holds) ? [] : InitialLossSignature.Causes(trial, observed),
            Notes = excess > Noted && excess <= Nats
                ? [$"{Numbers.Text(excess)} nats above log {Numbers.Text(profile.Classes)}: the first predictions are surer than they can be; smaller weights in the last layer save the steps that undo it"]
                : [],
        };
    }
}
