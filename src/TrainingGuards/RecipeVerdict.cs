using System.Collections;
using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>What became of all checks of a recipe on a setup, in order.</summary>
public sealed class RecipeVerdict : IReadOnlyList<Verdict>
{
    private readonly IReadOnlyList<Verdict> _verdicts;

    internal RecipeVerdict(IReadOnlyList<Verdict> verdicts, IReadOnlyDictionary<string, string> excused) => (_verdicts, Excused) = (verdicts, excused);

    /// <summary>How many checks were made.</summary>
    public int Count => _verdicts.Count;

    /// <summary>The verdict at a position, counted from 0.</summary>
    public Verdict this[int index] => _verdicts[index];

    /// <summary>What was left out, by name, and the reason that was given for it.</summary>
    public IReadOnlyDictionary<string, string> Excused { get; }

    /// <summary>The verdicts by which the setup fails: broken, inconclusive, or not run to the end.</summary>
    public IReadOnlyList<Verdict> Failures => [.. _verdicts.Where(verdict => verdict.Fails)];

    /// <summary>What all of it cost together.</summary>
    public Cost Cost => _verdicts.Aggregate(new Cost(0, 0, 0), (sum, verdict) => sum + verdict.Cost);

    /// <summary>Throws unless every check that concerns the setup holds.</summary>
    /// <exception cref="GuardException">Some do not; the message has every such verdict.</exception>
    public RecipeVerdict MustHold() => Failures.Count == 0 ? this : throw new GuardException(this);

    /// <summary>The verdicts in order.</summary>
    public IEnumerator<Verdict> GetEnumerator() => _verdicts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How many hold, what fails in full, what was not measured and why, and the cost.</summary>
    public override string ToString() => RecipeVerdictText.Of(this);
}
