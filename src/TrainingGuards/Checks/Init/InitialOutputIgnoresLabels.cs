using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Init;

/// <summary>The untrained model does not know the labels: the class means of its outputs lie along their own classes no more than chance has it.</summary>
/// <remarks>
/// Read as the cosine between the K × K table of mean outputs by class, centred both ways, and the identity, over fresh builds from ⌈(6.3/(K − 1))²⌉ seeds, fewer where the mean falls below what
/// could break the claim. A model drawn at random puts clusters apart, but in an order of its own: the cosine has mean 0 and standard deviation 1/(K − 1), whatever the data. A permutation test of one build flags such models. Where
/// builds do not differ, the loss is at least half of the labels' entropy. It cannot see a label among the inputs that only a trained model could use; one that stands there
/// by itself is a note. Cost: 128 / batch F for each build, between 1 and 2.4 builds on average.
/// </remarks>
public sealed class InitialOutputIgnoresLabels : Check
{
    private const long EnoughExamples = 128;
    private const double Z = 5, Deviations = 6.3, Least = 0.25, Stop = 0.5, Ignorant = 0.5, Planted = 20;

    /// <inheritdoc/>
    public override string Claim => "The untrained model's outputs do not know the labels.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        IReadOnlyList<Batch> batches = InitialLoss.Draw(trial, EnoughExamples);
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        FirstPredictions first = Predictions(trial, batches);
        if (Unfit(first, batches[0]) is { } reason) return Findings.NotApplicable(reason);
        var alignment = LabelAlignment.Of(first);
        if (alignment.Classes < 2) return Findings.Inconclusive("at least 2 classes among the targets that the input does not hold already; there is " + (first.Outputs.shape[0] == 0 ? "none" : "1"));

        int builds = (int)Math.Ceiling(Math.Pow(Deviations * alignment.Chance, 2));
        double bound = Math.Max(Least, Z * alignment.Chance / Math.Sqrt(builds));
        var cosines = new List<double> { alignment.Cosine };
        bool? loaded = null;
        while (cosines.Count < builds && cosines.Average() >= Math.Min(Stop, bound))
        {
            using Trial other = trial.Again(setup => setup with { Seed = setup.Seed + cosines.Count });
            using IDisposable passes = other.Scope();
            using IDisposable evaluating = other.Evaluating();
            using var off = no_grad();
            FirstPredictions again = Predictions(other, batches);
            loaded ??= RelativeDistance.Of(again.Outputs, first.Outputs, first.Outputs) <= Rounding.Of(batches[0].Inputs[0]);
            if (loaded == true) return OfLoaded(trial, batches, first);
            cosines.Add(LabelAlignment.Of(again).Cosine);
        }
        double mean = cosines.Average();
        var findings = new Findings
        {
            Claims = [new($"cosine between the classes' mean outputs and the classes, {(cosines.Count == 1 ? "in 1 build" : $"mean of {Numbers.Text(cosines.Count)} builds")}", Bound.AtMost(bound).Meaning($"1 where the outputs know the classes, 0 ± {Numbers.Text(alignment.Chance)} in each build by chance"), mean)],
            Controls = [new("the same with the labels added to the outputs", Bound.MoreThan(bound), LabelAlignment.Of(first, Known(first)).Cosine)],
            Notes = Noted(batches[0], first),
        };
        if (findings.Claims[0].Holds) return findings;
        (IReadOnlyList<Cause> causes, Place? where) = LabelKnowledge.Of(trial, batches, first, loaded, $"the outputs prefer the right class in {(cosines.Count == 1 ? "the untrained model" : $"each of {Numbers.Text(cosines.Count)} builds from other seeds")} (cosine {Numbers.Text(mean)})");
        return findings with { Causes = causes, Where = where };
    }

    // One draw is all there is, which may put a few classes right by chance: then the loss must say so too.
    private static Findings OfLoaded(Trial trial, IReadOnlyList<Batch> batches, FirstPredictions first)
    {
        Tensor distribution = first.Distribution();
        double entropy = -(distribution * distribution.clamp(min: 1e-300).log()).sum().ToDouble();
        double Loss(FirstPredictions of)
        {
            Tensor labels = of.AreClasses ? of.Targets : stack([1 - of.Targets, of.Targets], -1).reshape(-1, 2);
            return -(labels * of.LogProbabilities()).sum(-1).mean().ToDouble() / entropy;
        }
        double loss = Loss(first);
        var findings = new Findings
        {
            Claims = [new("loss / entropy of the labels", Bound.AtLeast(Ignorant), loss)],
            Controls = [new("the same with the labels added to the outputs", Bound.AtMost(Ignorant), Loss(first with { Outputs = Known(first), AreProbabilities = false }))],
            Notes = [.. Noted(batches[0], first), "builds from two seeds give the same outputs: the weights are loaded, or Model seeds torch itself"],
        };
        if (findings.Claims[0].Holds) return findings;
        (IReadOnlyList<Cause> causes, Place? where) = LabelKnowledge.Of(trial, batches, first, loaded: true, $"the loss is {Numbers.Text(loss)} of the {Numbers.Text(entropy)} nats that ignorance costs");
        return findings with { Causes = causes, Where = where };
    }

    private static string? Unfit(FirstPredictions first, Batch batch) => first.Kind switch
    {
        TargetKind.Unknown => $"which output stands for which label is not known for outputs {first.OutputShapes} and targets {batch.Targets.Shapes}",
        TargetKind.Numbers => $"the outputs {first.OutputShapes} are numbers: an untrained network may hand on an input that foretells them",
        TargetKind.BinaryFromLogits when batch.Inputs.Any(input => input.shape.AsSpan().SequenceEqual(batch.Targets[0].shape)) =>
            $"the targets {batch.Targets.Shapes} have the shape of an input: an untrained network may hand it on",
        _ => null,
    };

    private static string[] Noted(Batch batch, FirstPredictions first) =>
        LabelFeatures.In(batch, first) is { Count: > 0 } features ? [$"{Words.List([.. features])} {(features.Count == 1 ? "is" : "are")} one number within each class and another in each: a label among the inputs"] : [];

    private static Tensor Known(FirstPredictions first) => first.Outputs + (((first.AreClasses ? 1 : 2) * first.Targets) - (first.AreClasses ? 0 : 1)).mul(Planted + (10 * first.Outputs.abs().max().ToDouble()));

    // A position whose target is its own input token tells nothing: tied embeddings prefer the token that they are given.
    private static FirstPredictions Predictions(Trial trial, IReadOnlyList<Batch> batches)
    {
        var all = FirstPredictions.Of(trial, batches);
        bool Copies(Tensor input, Tensor target) => !input.is_floating_point() && !target.is_floating_point() && input.dim() > 1 && input.shape.AsSpan().SequenceEqual(target.shape);
        if (!all.AreClasses || !batches[0].Inputs.Any(input => Copies(input, batches[0].Targets[0]))) return all;
        Tensor kept = cat([.. batches.Select(batch =>
        {
            Tensor target = batch.Targets[0], differs = ones_like(target, dtype: ScalarType.Bool);
            foreach (Tensor input in batch.Inputs.Where(input => Copies(input, target))) differs = differs.logical_and(input.ne(target));
            return differs.masked_select(target.ne(trial.Setup.IgnoreIndex));
        })], 0).nonzero().flatten();
        return all with { Outputs = all.Outputs.index_select(0, kept), Targets = all.Targets.index_select(0, kept) };
    }
}
