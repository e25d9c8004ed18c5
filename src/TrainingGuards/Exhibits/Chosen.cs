namespace TrainingGuards.Exhibits;

/// <summary>Which of many layers are shown.</summary>
internal static class Chosen
{
    public const int Most = 12;

    /// <summary>At most 12 of a list: the first, the last, and others at even distances between.</summary>
    public static IEnumerable<T> Evenly<T>(IReadOnlyList<T> all) =>
        all.Count <= Most ? all : Enumerable.Range(0, Most).Select(at => all[at * (all.Count - 1) / (Most - 1)]);
}
