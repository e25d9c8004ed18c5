using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Which classes one of two sets has none of, and how many a random split would have put there.</summary>
/// <param name="training">The classes of the training set.</param>
/// <param name="other">The classes of the other set.</param>
internal sealed class SplitClasses(ClassesOfSet training, ClassesOfSet other)
{
    // That of five standard deviations.
    private const double FalseAlarm = 6e-7;

    private readonly int _classes = Math.Max(training.Counts.Count, other.Counts.Count);

    /// <summary>The other set's name.</summary>
    public string Name => other.Set;

    /// <summary>How many comparisons are made: each class in each of the two sets.</summary>
    public int Classes => 2 * _classes;

    /// <summary>The examples of the commonest class that a random split puts into the smaller set.</summary>
    public double Commonest => Enumerable.Range(0, _classes).Max(c => Count(training, c) + Count(other, c)) * Math.Min(training.Examples, other.Examples) / (training.Examples + other.Examples);

    /// <summary>For each class that one of the sets has none of how many were expected there.</summary>
    public IEnumerable<Reading> Missing => Enumerable.Range(0, _classes).SelectMany(c => new[] { Absent(c, training, other), Absent(c, other, training) }).Where(one => one.Expected > 0)
        .Select(one => new Reading(one.Expected, $"of {one.Name}, in {one.Set}"));

    /// <summary>How many examples of a class may be expected in a set that has none of it, over so many comparisons.</summary>
    public static double ExpectedByChance(int comparisons) => Math.Log(comparisons / FalseAlarm);

    /// <summary>Why classes are missing.</summary>
    /// <param name="bound">How many may be expected.</param>
    public IEnumerable<Cause> Causes(Bound bound)
    {
        int[] OnlyIn(ClassesOfSet has, ClassesOfSet lacks) => [.. Enumerable.Range(0, _classes).Where(c => !bound.Contains(Absent(c, lacks, has).Expected))];
        int[] unlearnt = OnlyIn(other, training), unmeasured = OnlyIn(training, other);
        if (IsCut(unlearnt.Length + unmeasured.Length))
        {
            yield return new(
                $"training has {Present(training)} and {other.Set} {Present(other)}: examples that lie in the order of their classes were cut, not drawn",
                "shuffle the examples before they are split, or split each class by itself");
            yield break;
        }
        if (unlearnt.Length > 0)
            yield return new($"{Which(unlearnt, other)} {Are(unlearnt)} in {other.Set} and never in training: no training learns {(unlearnt.Length == 1 ? "it" : "them")}", "split each class by itself, and look at what is filtered out of the training set");
        if (unmeasured.Length > 0)
            yield return new($"{Which(unmeasured, training)} {Are(unmeasured)} in training and never in {other.Set}: what is measured there says nothing of {(unmeasured.Length == 1 ? "it" : "them")}", $"split each class by itself, and look at what is filtered out of the {other.Set} set");
    }

    // Of what is sorted and cut each side is a run, and they share one class at most.
    private bool IsCut(int missing)
    {
        if (!training.AreIndices || missing == 0 || missing < _classes - 1) return false;
        int[] left = Of(training), right = Of(other);
        return left.Length > 0 && right.Length > 0 && (left[^1] <= right[0] || right[^1] <= left[0]);
    }

    private string Present(ClassesOfSet set) => Of(set) is [var only] ? $"class {Numbers.Text(only)}" : $"classes {Numbers.Text(Of(set)[0])} to {Numbers.Text(Of(set)[^1])}";

    private int[] Of(ClassesOfSet set) => [.. Enumerable.Range(0, _classes).Where(c => Count(set, c) > 0)];

    private static string Which(int[] classes, ClassesOfSet set) => Words.List([.. classes.Select(c => $"{set.Counts[c].Class} ({Numbers.Text(set.Counts[c].Count)} examples)")]);

    private static string Are(int[] classes) => classes.Length == 1 ? "is" : "are";

    // Of a class that a set has none of, what a random split would have put there of the other's.
    private static (double Expected, string Name, string Set) Absent(int c, ClassesOfSet from, ClassesOfSet there) =>
        Count(from, c) > 0 || Count(there, c) == 0 ? default : (Count(there, c) * from.Examples / (from.Examples + there.Examples), there.Counts[c].Class, from.Set);

    private static double Count(ClassesOfSet set, int c) => c < set.Counts.Count ? set.Counts[c].Count : 0;
}
