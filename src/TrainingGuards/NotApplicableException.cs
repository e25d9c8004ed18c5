namespace TrainingGuards;

/// <summary>A check was asked of a setup that its claim does not concern. Test adapters report it as skipped, with the reason; it is never a pass.</summary>
public sealed class NotApplicableException : Exception
{
    // The prefix by which xunit v3 knows a test that skips itself.
    private const string DynamicSkip = "$XunitDynamicSkip$";

    /// <summary>An exception without particulars.</summary>
    public NotApplicableException() : this("The check does not concern this setup.")
    {
    }

    /// <summary>An exception with a reason.</summary>
    public NotApplicableException(string message) : base(DynamicSkip + message) => Reason = message;

    /// <summary>An exception with a reason and what caused it.</summary>
    public NotApplicableException(string message, Exception innerException) : base(DynamicSkip + message, innerException) => Reason = message;

    internal NotApplicableException(Verdict verdict) : this($"{verdict.Check} does not apply: {verdict.Reason}. Leave it out with Recipe.Without, which keeps the reason.")
    {
    }

    /// <summary>Why the claim does not concern the setup.</summary>
    public string Reason { get; }
}
