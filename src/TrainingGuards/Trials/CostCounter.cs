namespace TrainingGuards.Trials;

/// <summary>Counts the passes of a check over all its trials.</summary>
internal sealed class CostCounter
{
    public int Forwards { get; set; }

    public int Backwards { get; set; }

    public int Steps { get; set; }

    public Cost Total => new(Forwards, Backwards, Steps);
}
