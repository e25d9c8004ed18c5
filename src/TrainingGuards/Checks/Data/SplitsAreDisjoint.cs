using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Data;

/// <summary>At most 0.1 % of the validation and of the test examples are, to the bit, in the training data; of groups of examples none is in both.</summary>
/// <remarks>
/// The sets are read as they are stored, <see cref="Examples.Plain"/>. Where examples are so plain that different ones agree in a half of their numbers, as many are expected in both by chance: then no more than the share of training examples that are there more than once, by 5 standard errors and 5 %. It cannot see near-duplicates, nor, where the training data is
/// augmented at random as it is read and the setup does not say how it is stored, examples that are in both: then it does not apply, unless groups are given. Cost: an epoch of each set and 32 examples.
/// </remarks>
/// <param name="shared">The share of a set's examples that may be in the training data.</param>
/// <param name="groups">The number of the group that each example of a batch, as it is stored, belongs to, an integer tensor <c>[batch]</c>: the patient, the speaker, the day; null where there is none.</param>
public sealed class SplitsAreDisjoint(double shared = 0.001, Func<Batch, Tensor>? groups = null) : Check
{
    private const double Z = 5, Much = 0.05;

    /// <summary>The share of a set's examples that may be in the training data.</summary>
    public double Shared { get; } = shared;

    /// <summary>The number of the group that each example of a batch belongs to; null where there is none.</summary>
    public Func<Batch, Tensor>? Groups { get; } = groups;

    /// <inheritdoc/>
    public override string Claim => "No validation or test example is in the training data.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Setup setup = trial.Setup;
        if (setup.Training?.Plain is not { } training) return MissingSet.Of(nameof(Setup.Training));
        IReadOnlyList<(string Name, Examples Set)> others = HeldOutSets.Of(setup);
        if (others.Count == 0) return MissingSet.Of(nameof(Setup.Validation), nameof(Setup.Test));
        using ExampleHashes? known = ExampleHashes.Of(trial, training, Groups);
        if (known is null) return Findings.Inconclusive("examples in an epoch of Training");
        using var again = new ExampleRereading(trial, training);
        double same = again.Share(known);

        ExampleCopies copies = ExampleCopies.Of(known);
        double chance = copies.Chance;
        var found = new List<SharedExamples>();
        foreach ((string name, Examples set) in others)
        {
            using ExampleHashes? hashes = ExampleHashes.Of(trial, set.Plain, Groups);
            if (hashes is null) return Findings.Inconclusive($"examples in an epoch of the {name} set");
            found.Add(SharedExamples.Of(name, hashes, known));
            // A training set of few examples does not show by itself how plain they are.
            using ExampleHashes both = known.With(hashes);
            chance = Math.Max(chance, ExampleCopies.ChanceOf(both));
        }
        double plain = Math.Max(Shared, 3 * chance);
        Bound allowed = plain > Shared ? Bound.AtMost(Math.Min(1, plain)).Meaning("different examples agree in a half of their numbers") : Bound.AtMost(Shared);
        var causes = new List<Cause>();
        var claims = new List<Measurement> { new("share of examples that are in the training data", allowed, [.. found.Select(one => new Reading(one.Share, $"of {Numbers.Text(one.Count)} {one.Name} examples"))]) };
        // Of plain examples as many are expected in the training data as it holds copies of its own; where it holds none, they were taken out.
        if (plain > Shared && copies.Several > 0)
        {
            foreach (SharedExamples one in found)
            {
                double all = ((one.Share * one.Count) + (copies.Several * known.Count)) / (one.Count + known.Count);
                double most = Math.Max(Much, Z * Math.Sqrt(all * (1 - all) * ((1.0 / one.Count) + (1.0 / known.Count))));
                claims.Add(new($"share of {one.Name} examples that are in the training data, less the share of training examples that are there again", Bound.AtMost(most).Meaning($"{Numbers.Text(Z)} standard errors"), one.Share - copies.Several));
                if (claims[^1].Holds || !claims[0].Holds) continue;
                causes.Add(new(
                    $"{Numbers.Text(Math.Round(one.Share * one.Count))} of {Numbers.Text(one.Count)} {one.Name} examples are in the training data, {Numbers.Text(100 * one.Share)} %; of training examples {Numbers.Text(100 * copies.Several)} % are there again, and so many would be by chance",
                    "let the ranges of the sets not overlap: split first, one permutation for all sets, and train on the rest"));
            }
        }
        if (Groups is not null)
            claims.Add(new("groups that are in the training data", Bound.Exactly(0), [.. found.Select(one => new Reading(one.Groups, $"of the {one.Name} set"))]));
        bool holds = claims.TrueForAll(claim => claim.Holds);
        if (holds && same < ExampleRereading.SameAgain && Groups is null)
            return Findings.NotApplicable($"{Numbers.Text(100 * (1 - same))} % of the training examples differ when they are read again, so they differ from their copies too: they are augmented, or drawn anew each time; {ExampleRereading.Remedy(setup.Training)}; or give groups");
        // What could not have been recognised is no claim.
        if (same < ExampleRereading.SameAgain && claims[0].Holds) claims.RemoveAt(0);
        return new()
        {
            Claims = claims,
            Controls = same < ExampleRereading.SameAgain ? [] : [new("share of training examples that are recognised when they are read again", Bound.AtLeast(ExampleRereading.SameAgain), same)],
            Causes = [.. found.SelectMany(one => one.Causes(allowed, known.Count)), .. causes],
            Notes = [.. found.Where(one => one.Pairs.Count > 0).Select(one => one.Named), .. same < ExampleRereading.SameAgain ? new[] { "training examples are augmented at random: only groups are judged" } : []],
        };
    }
}
