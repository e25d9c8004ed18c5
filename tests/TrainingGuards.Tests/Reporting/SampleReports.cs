namespace TrainingGuards.Tests.Reporting;

/// <summary>Reports of verdicts that nothing had to be measured for: a date, versions and numbers that are always the same.</summary>
internal static class SampleReports
{
    public const string Hostile = "</style><script src=\"http://evil.example/x.js\">alert('x')</script><img src=x onerror=\"alert(1)\">`&amp;`\u202e\u0001\ud800";

    private static readonly string Long = new('w', 300);

    public static Verdict Broken { get; } = Of(new Says(Broke()), Broke());

    /// <summary>One verdict of each outcome, and an excuse.</summary>
    public static Report Small => Fixed(Report.Of(
    [
        Of(new Says(), new() { Claims = [new("share", Bound.AtLeast(0.9), 1)], Notes = ["decides nothing"] }),
        Broken,
        Of(new Says(), Findings.NotApplicable("the setup has no targets")),
        Of(new Says(), Findings.Inconclusive("at least 2 classes; there is 1")),
        new Verdict(new Says(), new InvalidOperationException("no such file"), new SetupFacts(null, Seed: 0), new(0, 0, 0)),
        Of(Recipe.Classifier(2).Without<TrainingGuards.Checks.Fit.OneBatchOverfits>("it takes too long").ExcusedChecks.Single(), Findings.NotApplicable("excused, it takes too long")),
    ], "Small").With(Seen("Examples", "conv1", "example 3, label 7")));

    /// <summary>All that a user can name has markup in it, and names that never end.</summary>
    public static Report OfHostileNames => Fixed(Report.Of(
    [
        Of(new Says(), new()
        {
            Claims = [new(Hostile, Bound.Between(-1, 1).Meaning(Hostile), [new(3, Hostile), new(double.NaN, Long), new(double.PositiveInfinity, Hostile)])],
            Controls = [new(Long, Bound.MoreThan(0), [new(1e-9, Long), new(1e9, Hostile)])],
            Causes = [new(Hostile, Hostile, "TG1001"), new(Long, Long)],
            RuledOut = [Hostile],
            Notes = [Hostile, Long],
            Where = new(Hostile, $"{Long}{Hostile}.cs:42"),
            Curves = [new(Hostile, [1, double.NaN, 1e6], Hostile) { Levels = [new(Hostile, 3), new(Long, double.NaN)] }],
            Bars = [new(Hostile, Long, [new(1, Long), new(double.NaN, Hostile), new(-4, Hostile)])],
            Matrices = [new(Hostile, Hostile, Long, [[0, double.NaN], [1, -2]]) { RowNames = [Hostile, Long], ColumnNames = [Long, Hostile] }],
            Histograms = Seen(Hostile, Hostile, Long).Histograms,
            Sheets = Seen(Hostile, Hostile, Long).Sheets,
        }, new SetupFacts(Hostile, 2, 0, Hostile)),
        new Verdict(new Says(), new InvalidOperationException(Hostile + Long), new SetupFacts(Long), new(0, 0, 0)),
    ], Hostile).With(Seen(Hostile, Hostile, Long), Seen(Long, Long, Hostile)));

    public static Report Fixed(Report report) => report with
    {
        Date = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.FromHours(1)),
        Versions = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["TrainingGuards"] = "1.2.3", ["TorchSharp"] = "0.107.0" },
    };

    private static Exhibit Seen(string title, string name, string caption) => new(title, $"What is seen of {name}.")
    {
        Notes = [$"a note on {name}"],
        Curves = [new($"loss of {name}", [2, 1])],
        Bars = [new("examples", name, [new(1, name), new(2, caption)])],
        Matrices = [new("examples", "labels", "predictions", [[3, 1], [0, 4]])],
        Histograms =
        [
            new($"activations of {name}", "step", -1, 1, [new("1", [0, 3, 9, 1]) { NotFinite = 2 }, new(name, [4, 0, 0, 4]) { Zeros = 8, Below = 1, Above = 3 }]) { Levels = [new(caption, 0.5), new("far", 7)] },
            new("updates", "layer", 1e-6, 1, [new(name, [1, 2, 3])]) { IsLogarithmic = true },
        ],
        Sheets =
        [
            new($"input of {name}", -1, 1, [new(caption, 2, 2, 1, [0, 85, 170, 255]) { Least = -1, Greatest = 1 }, new("empty", 1, 2, 3, [0, 0, 0, 255, 0, 0]) { NotFinite = 6 }]) { Note = $"channel 0 of {name}" },
            new("weight", 0, 1, [new("all units", 3, 1, 1, [0, 128, 255])]),
        ],
    };

    private static Findings Broke() => new()
    {
        Claims = [new("loss", Bound.AtMost(0.1).Meaning("chance is 2.3"), 1.5), new("gradient", Bound.Exactly(0), [new(0, "from example 0 to example 1"), new(0.25, "from example 1 to example 0"), new(double.NaN, "of example 2")])],
        Controls = [new("signal", Bound.MoreThan(0), [new(1e-6, "in `first`"), new(1, "in last")])],
        Causes = [new("the view in `mix` mixes examples", "use permute before view", "TG6001")],
        RuledOut = ["batch statistics (BatchNorm was in eval mode)"],
        Notes = ["measured after 2 training steps"],
        Where = new("encoder.mix", "MyModel.cs:42–48"),
        Curves = [new("loss", [2.3, 1.1, double.NaN, 0.004]) { Levels = [new("the goal", 0.1), new("a perfect prediction", 0)] }],
        Bars = [new("examples", "class", [new(120, "0"), new(3, "1")])],
        Matrices = [new("gradient", "outputs of examples", "inputs of examples", [[1, 0], [0.25, 1]])],
    };

    private static Verdict Of(Check check, Findings findings, SetupFacts? facts = null) => new(check, findings, facts ?? new("MlpClassifier", 32, 0, "cpu"), new Cost(3, 1, 12));

    private sealed class Says(Findings? findings = null) : Check
    {
        public override string Claim => "What is said is so.";

        protected internal override Findings Measure(Trial trial) => findings ?? new();
    }
}
