namespace TrainingGuards.Reporting;

/// <summary>Where a check stands in a report: how grave it is, and the words and the symbol for it.</summary>
/// <param name="Gravity">0 is the gravest.</param>
/// <param name="Key">A word for programs: <c>notApplicable</c>.</param>
/// <param name="Word">A word for people, after a number or a name: <c>broken</c>.</param>
/// <param name="Symbol">A sign that tells it without colour.</param>
internal sealed record Standing(int Gravity, string Key, string Word, string Symbol)
{
    public static Standing Excused { get; } = new(5, "excused", "excused", "⊘");

    /// <summary>All, the gravest first.</summary>
    public static IReadOnlyList<Standing> All { get; } =
    [
        new(0, "broken", "broken", "✕"),
        new(1, "inconclusive", "inconclusive", "?"),
        new(2, "crashed", "did not end", "!"),
        new(3, "holds", "holds", "✓"),
        new(4, "notApplicable", "not applicable", "–"),
        Excused,
    ];

    public static Standing Of(Verdict verdict) => All[verdict.Outcome switch
    {
        Outcome.Broken => 0,
        Outcome.Inconclusive => 1,
        Outcome.Crashed => 2,
        Outcome.Holds => 3,
        _ => 4,
    }];
}
