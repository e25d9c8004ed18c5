namespace TrainingGuards;

/// <summary>What a check measured, and what its numbers point to. The outcome is computed from it, never declared.</summary>
public sealed record Findings
{
    /// <summary>What the claim is judged by.</summary>
    public IReadOnlyList<Measurement> Claims { get; init; } = [];

    /// <summary>What shows that the check can see: where one is outside its bound, a pass would prove nothing.</summary>
    public IReadOnlyList<Measurement> Controls { get; init; } = [];

    /// <summary>Likely causes, the likeliest first.</summary>
    public IReadOnlyList<Cause> Causes { get; init; } = [];

    /// <summary>Causes that the numbers exclude, with the reason.</summary>
    public IReadOnlyList<string> RuledOut { get; init; } = [];

    /// <summary>Facts worth reading that decide nothing.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What to look at.</summary>
    public IReadOnlyList<Curve> Curves { get; init; } = [];

    /// <summary>What to look at thing by thing; reports draw it, messages leave it out.</summary>
    public IReadOnlyList<Bars> Bars { get; init; } = [];

    /// <summary>What to look at pair by pair; reports draw it, messages leave it out.</summary>
    public IReadOnlyList<Matrix> Matrices { get; init; } = [];

    /// <summary>How often quantities have which size; reports draw it, messages leave it out.</summary>
    public IReadOnlyList<Histograms> Histograms { get; init; } = [];

    /// <summary>Pictures of tensors; reports draw them, messages leave them out.</summary>
    public IReadOnlyList<ImageSheet> Sheets { get; init; } = [];

    /// <summary>Where the claim is first seen to break; null where that is unknown.</summary>
    public Place? Where { get; init; }

    /// <summary>Why the claim does not concern this setup; null where it does.</summary>
    public string? NotApplicableBecause { get; private init; }

    /// <summary>What the check would need to tell; null where it has it.</summary>
    public string? Needs { get; init; }

    /// <summary>The claim does not concern this setup.</summary>
    public static Findings NotApplicable(string because) => new() { NotApplicableBecause = because };

    /// <summary>The check cannot tell without what it needs: <c>at least 2 classes among the examples; there is 1</c>.</summary>
    public static Findings Inconclusive(string needs) => new() { Needs = needs };
}
