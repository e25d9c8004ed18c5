namespace TrainingGuards.Analyzers.Flow;

/// <summary>What an analysis can say. A rule reports only <see cref="Yes"/>.</summary>
internal enum Answer
{
    Unknown,
    No,
    Yes,
}
