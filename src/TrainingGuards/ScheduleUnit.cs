namespace TrainingGuards;

/// <summary>How often a learning-rate scheduler is stepped.</summary>
public enum ScheduleUnit
{
    /// <summary>After each batch.</summary>
    Batch,

    /// <summary>After each epoch.</summary>
    Epoch,
}
