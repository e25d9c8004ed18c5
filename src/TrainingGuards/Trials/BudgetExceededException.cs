namespace TrainingGuards.Trials;

/// <summary>A check has spent what it may; the message says what it would need.</summary>
internal sealed class BudgetExceededException(string needs) : Exception(needs);
