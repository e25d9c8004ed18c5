namespace TrainingGuards.Monitoring;

/// <summary>Where the first number of a step that is not finite comes from, by the forward pass made once more.</summary>
/// <param name="Where">The module and its source line; null where it is none of the model's.</param>
/// <param name="Cause">What made it; null where that is not known.</param>
/// <param name="IsInput">Whether the model was given it.</param>
public sealed record NonFiniteOrigin(Place? Where, Cause? Cause, bool IsInput = false)
{
    /// <summary>What could not be told, and why; null where everything was.</summary>
    public string? Note { get; init; }
}
