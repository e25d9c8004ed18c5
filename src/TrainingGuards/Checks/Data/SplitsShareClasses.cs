using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>No class is in one set alone that a random split would have put into both.</summary>
/// <remarks>
/// Of k examples of a class in a set of N, a random split puts k · n / (N + n) into the other set, of n, and none with a probability below exp of minus that; the bound is that of 6·10⁻⁷ over all classes and
/// sets. It cannot see shares that differ, masks, tokens and numbers. Cost: an epoch of each set.
/// </remarks>
public sealed class SplitsShareClasses : Check
{
    /// <inheritdoc/>
    public override string Claim => "Training, validation and test have the same classes.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Setup setup = trial.Setup;
        if (setup.Training is not { } training) return MissingSet.Of(nameof(Setup.Training));
        IReadOnlyList<(string Name, Examples Set)> others = HeldOutSets.Of(setup);
        if (others.Count == 0) return MissingSet.Of(nameof(Setup.Validation), nameof(Setup.Test));

        IReadOnlyList<ClassesOfSet> own = ClassesOfSet.Of(trial, "training", training);
        if (own.Count == 0) return Findings.NotApplicable("the targets are no classes of one example each, but tokens, masks or numbers");
        var splits = new List<SplitClasses>();
        foreach ((string name, Examples set) in others)
            splits.AddRange(ClassesOfSet.Of(trial, name, set).Join(own, other => other.Target, known => known.Target, (other, known) => new SplitClasses(known, other)));
        if (splits.Count == 0) return Findings.NotApplicable($"the targets of {Words.List([.. others.Select(other => other.Name)])} are not the classes that those of training are");

        double expected = SplitClasses.ExpectedByChance(splits.Sum(split => split.Classes));
        SplitClasses[] telling = [.. splits.Where(split => split.Commonest >= expected)];
        if (telling.Length == 0)
            return Findings.NotApplicable($"of the commonest class a random split puts {Numbers.Text(splits.Max(split => split.Commonest))} examples into the smaller set, too few to tell by that one has none: {Numbers.Text(expected)} are enough");
        Bound bound = Bound.AtMost(expected).Meaning("by chance at most that many are expected where there is none");
        Reading[] missing = [.. telling.SelectMany(split => split.Missing)];
        return new()
        {
            Claims = [new("examples expected of a class that a set has none of", bound, missing.Length > 0 ? missing : [new(0, "no class is missing")])],
            Controls = [new("examples expected of the commonest class", Bound.AtLeast(expected), [.. telling.Select(split => new Reading(split.Commonest, $"in {split.Name}"))])],
            Causes = [.. telling.SelectMany(split => split.Causes(bound))],
        };
    }
}
