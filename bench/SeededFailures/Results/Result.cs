namespace SeededFailures.Results;

/// <summary>What was measured of one part of one pair of program and failure: a line of the results.</summary>
/// <param name="Program">The program.</param>
/// <param name="Failure">The failure; <see cref="Sound"/> for the clean twin.</param>
/// <param name="Part">Typed, harm or tests.</param>
internal sealed record Result(string Program, string Failure, string Part)
{
    public const string Sound = "sound", Typed = "typed", Harm = "harm", Tests = "tests";

    /// <summary>Which text was measured: the first digits of its hash. A result of another text is none.</summary>
    public string? Source { get; init; }

    /// <summary>Why it could not be measured: it does not compile, or it threw.</summary>
    public string? Problem { get; init; }

    /// <summary>What it is, where the name does not say it.</summary>
    public string? Description { get; init; }

    /// <summary>What the rules say.</summary>
    public IReadOnlyList<Warning>? Warnings { get; init; }

    /// <summary>The lines that were changed.</summary>
    public IReadOnlyList<int>? Lines { get; init; }

    /// <summary>What the program reports, run by run.</summary>
    public IReadOnlyList<double>? Metrics { get; init; }

    /// <summary>The runs of the suite.</summary>
    public IReadOnlyList<SuiteRun>? Runs { get; init; }

    /// <summary>What each check that did not hold says.</summary>
    public IReadOnlyDictionary<string, Saying>? Says { get; init; }

    /// <summary>How long it took.</summary>
    public double Seconds { get; init; }
}
