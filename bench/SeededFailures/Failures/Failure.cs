using SeededFailures.Sources;

namespace SeededFailures;

/// <summary>A failure: how it is planted, and what should be said of it.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Meaning">The same in a sentence.</param>
internal sealed record Failure(string Name, string Meaning)
{
    /// <summary>The list that it comes from.</summary>
    public string Family { get; init; } = "";

    /// <summary>The ways of planting it; the first that fits a program is taken.</summary>
    public required IReadOnlyList<IReadOnlyList<Edit>> Alternatives { get; init; }

    /// <summary>The rules that should find it in the source.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>The checks that should find it in tests.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>What the right cause says: a pattern, matched in its evidence, its remedy or its rule.</summary>
    public string Cause { get; init; } = "";

    /// <summary>The module or parameter that it sits in, a pattern; empty where it is in none.</summary>
    public string Where { get; init; } = "";

    /// <summary>The number that it needs; null for none.</summary>
    public Strength? Strength { get; init; }

    /// <summary>Whether its harm is a figure that is too good: validation that is not validation.</summary>
    public bool Flatters { get; init; }

    /// <summary>Whether it is a choice that a sound program may make: only who meant another one knows that it is a failure.</summary>
    public bool IsLegal { get; init; }

    /// <summary>Why nothing is expected to see it; empty where something is.</summary>
    public string Unseen { get; init; } = "";

    /// <summary>The programs that it does not make worse sense in; empty for none.</summary>
    public IReadOnlyList<string> Not { get; init; } = [];

    /// <summary>The programs that it is planted in; empty for all that it fits.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];
}
