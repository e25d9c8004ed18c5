namespace TrainingGuards;

/// <summary>A setup cannot be guarded as it was given: the message says what was given, what was expected and what to do.</summary>
public sealed class SetupException : Exception
{
    /// <summary>An exception without particulars.</summary>
    public SetupException() : base("The setup cannot be guarded.")
    {
    }

    /// <summary>An exception with a message of its own.</summary>
    public SetupException(string message) : base(message)
    {
    }

    /// <summary>An exception with a message of its own and what caused it.</summary>
    public SetupException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>An exception from its three facts, each a phrase without a full stop.</summary>
    public SetupException(string given, string expected, string remedy)
        : base($"The setup gives {given}.\n  Expected: {expected}.\n  Do:       {remedy}.")
    {
    }
}
