namespace TrainingGuards;

/// <summary>What a report shows beside its verdicts: pictures that claim nothing, for the eye. <see cref="Gallery"/> makes some; a training's own curves make another.</summary>
/// <param name="Title">The heading: <c>Worst examples</c>.</param>
/// <param name="Shows">What one sees and what to look for, in a sentence or two.</param>
public sealed record Exhibit(string Title, string Shows)
{
    /// <summary>Facts worth reading.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Quantities over steps.</summary>
    public IReadOnlyList<Curve> Curves { get; init; } = [];

    /// <summary>Quantities of named things.</summary>
    public IReadOnlyList<Bars> Bars { get; init; } = [];

    /// <summary>Quantities of pairs.</summary>
    public IReadOnlyList<Matrix> Matrices { get; init; } = [];

    /// <summary>How often quantities have which size.</summary>
    public IReadOnlyList<Histograms> Histograms { get; init; } = [];

    /// <summary>Pictures of tensors.</summary>
    public IReadOnlyList<ImageSheet> Sheets { get; init; } = [];
}
