using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Data;

/// <summary>The inputs of at most 1 % of the training examples are copies of another's, to the bit, and those of at most 0.5 % with another target.</summary>
/// <remarks>
/// The examples are read as they are stored, <see cref="Examples.Plain"/>. Where they are so plain that different ones agree in a half of their numbers, as many copies are expected by chance. It cannot see near-duplicates, nor, where the data is
/// augmented at random as it is read and the setup does not say how it is stored, copies: then it does not apply. Cost: an epoch of data and 32 examples.
/// </remarks>
/// <param name="copies">The share of examples that may be copies.</param>
/// <param name="contradicted">The share of examples that may have another target than most of their copies.</param>
public sealed class ExamplesAreUnique(double copies = 0.01, double contradicted = 0.005) : Check
{
    /// <summary>The share of examples that may be copies.</summary>
    public double Copies { get; } = copies;

    /// <summary>The share of examples that may have another target than most of their copies.</summary>
    public double Contradicted { get; } = contradicted;

    /// <inheritdoc/>
    public override string Claim => "No example is in the training data twice.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training?.Plain is not { } training) return MissingSet.Of(nameof(Setup.Training));
        using ExampleHashes? hashes = ExampleHashes.Of(trial, training);
        if (hashes is null || hashes.Count < 2) return Findings.Inconclusive("at least 2 examples in an epoch of Training");
        ExampleCopies found = ExampleCopies.Of(hashes);
        using var again = new ExampleRereading(trial, training);
        double same = again.Share(hashes);

        Measurement[] claims =
        [
            new("share of examples that are copies", Allowed(Copies, found.Chance), found.Share, $"of {Numbers.Text(hashes.Count)} examples"),
            new("share of examples with another target than most of their copies", Allowed(Contradicted, found.Chance), found.Contradicted, $"of {Numbers.Text(hashes.Count)} examples"),
        ];
        bool holds = claims.All(claim => claim.Holds);
        if (holds && same < ExampleRereading.SameAgain)
            return Findings.NotApplicable($"{Numbers.Text(100 * (1 - same))} % of the examples differ when they are read again, so copies differ too: examples are augmented, or drawn anew each time; {ExampleRereading.Remedy(trial.Setup.Training)}");
        var findings = new Findings
        {
            Claims = claims,
            Controls = [new("share of examples that are the same when they are read again", Bound.AtLeast(ExampleRereading.SameAgain), same)],
        };
        if (found.Share <= 0) return findings;

        using var scope = NewDisposeScope();
        IReadOnlyList<(long First, long Second, bool SameTarget)> named = ExampleCopies.Named(hashes);
        string pairs = Pairs(named, hashes, training.HasIndex ? again : null);
        findings = findings with
        {
            Notes =
            [
                $"copies: {pairs}",
                .. 3 * found.Chance > Copies ? new[] { $"{Numbers.Text(100 * found.Chance)} % of the {Numbers.Text(found.Distinct)} different inputs are so plain that copies are expected by chance" } : [],
                .. found.Contradicted > 0 ? new[] { $"no model can be right in more than {Numbers.Text(100 * (1 - found.Contradicted))} % of the examples: copies have different targets" } : [],
            ],
        };
        return holds ? findings : findings with { Causes = [.. Causes(hashes, found, named, claims)] };
    }

    // Where examples are few combinations of few values, the commonest have most copies, and the rare ones are what different examples are counted by.
    private static Bound Allowed(double share, double chance) =>
        3 * chance > share ? Bound.AtMost(Math.Min(1, 3 * chance)).Meaning("different examples agree in a half of their numbers") : Bound.AtMost(share);

    private static IEnumerable<Cause> Causes(ExampleHashes hashes, ExampleCopies found, IReadOnlyList<(long First, long Second, bool SameTarget)> named, Measurement[] claims)
    {
        (long first, long second, _) = named[0];
        long period = second - first, rest = hashes.Count - period;
        double repeated = hashes.Whole.narrow(0, 0, rest).eq(hashes.Whole.narrow(0, period, rest)).to(ScalarType.Float64).mean().ToDouble();
        if (found.Blank > 0.5)
            yield return new($"{Numbers.Text(100 * found.Blank)} % of the copies are blank, all their numbers the same: they were not read, or are corrupt", "drop them where the data is read, and look at the first of them");
        else if (repeated > 0.9 && rest * 2 >= period)
            yield return new($"from position {Numbers.Text(period)} on the examples come again in the same order ({Numbers.Text(100 * repeated)} % of them): what was read is repeated", "read each file once, and yield each batch once an epoch");
        else if (!claims[0].Holds)
            yield return new($"{Numbers.Text(hashes.Count - found.Distinct)} of {Numbers.Text(hashes.Count)} examples are copies, spread over the data", "keep one of each before the data is split; where a rare class is repeated on purpose, weigh the loss instead or leave this check out");
        if (!claims[1].Holds)
            yield return new($"{Numbers.Text(100 * found.Contradicted)} % of the examples have another target than most of their copies: no model has a smaller error", "look at the pairs and correct their labels; where inputs and targets were shuffled apart, shuffle them together");
    }

    private static string Pairs(IReadOnlyList<(long First, long Second, bool SameTarget)> named, ExampleHashes hashes, ExampleRereading? byIndex)
    {
        long[] wanted = [.. named.SelectMany(pair => new[] { pair.First, pair.Second }).Select(position => hashes.Whole[position].ToInt64())];
        IReadOnlyList<long?> indices = byIndex?.Indices(wanted) ?? [.. wanted.Select(_ => (long?)null)];
        string Where(int at, long position) => indices[at] is { } index ? Numbers.Text(index) : $"{Numbers.Text(position)} of the epoch";
        return Words.List([.. named.Select((pair, i) => $"example {Where(2 * i, pair.First)} = example {Where((2 * i) + 1, pair.Second)}{(pair.SameTarget ? "" : " with another target")}")]);
    }
}
