namespace TrainingGuards.Monitoring;

/// <summary>What an evaluation on the validation examples gave.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="Epoch">The epoch, counted from 1; 0 where the user does not tell.</param>
/// <param name="Metric">The number.</param>
/// <param name="HigherIsBetter">Whether a larger one is a better model.</param>
public sealed record ValidationSample(long Step, int Epoch, double Metric, bool HigherIsBetter);
