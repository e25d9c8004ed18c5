namespace TrainingGuards.Analyzers.Flow;

/// <summary>A loss, and an operation that its input was last made by.</summary>
internal sealed class LossInput(LossCall loss, OutputOperation output)
{
    public LossCall Loss { get; } = loss;

    public OutputOperation Output { get; } = output;
}
