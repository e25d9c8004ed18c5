namespace DigitClassifier;

/// <summary>What an epoch came to.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Loss">The mean training loss in nats.</param>
/// <param name="Accuracy">The fraction of held-out digits that were read right after it.</param>
/// <param name="Elapsed">The time since training began.</param>
public sealed record EpochResult(int Number, double Loss, double Accuracy, TimeSpan Elapsed);
