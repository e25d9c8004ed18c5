namespace TrainingGuards.Monitoring;

/// <summary>One parameter in one step.</summary>
/// <param name="Name">Its path.</param>
/// <param name="Dimensions">How many dimensions it has.</param>
/// <param name="Count">How many numbers it has.</param>
/// <param name="WeightRms">The root mean square of its numbers.</param>
/// <param name="WeightStd">Their standard deviation; NaN where there is one.</param>
/// <param name="GradientRms">The root mean square of its gradient; NaN where it has none.</param>
/// <param name="UpdateStd">The standard deviation of what the step before changed in it; NaN where that was not looked into.</param>
/// <param name="LargestWeight">The largest size of a number in it.</param>
public sealed record ParameterSample(
    string Name, int Dimensions, long Count, double WeightRms, double WeightStd, double GradientRms, double UpdateStd, double LargestWeight)
{
    /// <summary>Whether all its numbers are finite.</summary>
    public bool WeightIsFinite { get; init; } = true;

    /// <summary>Whether its gradient is finite; true where it has none.</summary>
    public bool GradientIsFinite { get; init; } = true;
}
