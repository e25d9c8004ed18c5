namespace TrainingGuards;

/// <summary>One row of <see cref="Histograms"/>.</summary>
/// <param name="Name">What it is of: <c>32</c>, <c>conv1.weight</c>.</param>
/// <param name="Counts">How many values lie in each bin, from the lowest.</param>
public sealed record Histogram(string Name, IReadOnlyList<long> Counts)
{
    /// <summary>How many values are exactly 0, where they are so many that they are counted apart and not in a bin; else 0.</summary>
    public long Zeros { get; init; }

    /// <summary>How many values lie below the first bin.</summary>
    public long Below { get; init; }

    /// <summary>How many values lie above the last bin.</summary>
    public long Above { get; init; }

    /// <summary>How many values are NaN or infinite.</summary>
    public long NotFinite { get; init; }
}
