namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a number goes as a model gets better.</summary>
internal enum MetricTrend
{
    Unknown,

    /// <summary>Nowhere: it is a constant.</summary>
    None,

    /// <summary>Down, as a loss and a share of errors do.</summary>
    Falls,

    /// <summary>Up, as a share of equal predictions does.</summary>
    Rises,
}
