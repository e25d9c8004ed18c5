namespace TrainingGuards;

/// <summary>How often a quantity has which size, in several things or at several times, for the eye: the activations of a layer at some steps. Reports draw it, messages leave it out.</summary>
/// <param name="Quantity">What is counted: <c>activations of conv1</c>.</param>
/// <param name="Over">What the rows are: <c>step</c>, <c>layer</c>; empty where there is but one, of all there is.</param>
/// <param name="Low">Where the first bin begins.</param>
/// <param name="High">Where the last bin ends.</param>
/// <param name="Rows">The counts, a row of bins each, in order.</param>
public sealed record Histograms(string Quantity, string Over, double Low, double High, IReadOnlyList<Histogram> Rows)
{
    /// <summary>Whether bins are equal factors, from a <see cref="Low"/> above 0; else they are equally wide.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Values worth comparing with: a bound, what is usual.</summary>
    public IReadOnlyList<Level> Levels { get; init; } = [];
}
