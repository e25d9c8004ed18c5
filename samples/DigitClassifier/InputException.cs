namespace DigitClassifier;

/// <summary>What the user gave cannot be used; the message says where, what was found and what was expected.</summary>
public sealed class InputException : Exception
{
    /// <summary>An exception without particulars.</summary>
    public InputException() : base("The input cannot be used.")
    {
    }

    /// <summary>An exception with a message of its own.</summary>
    public InputException(string message) : base(message)
    {
    }

    /// <summary>An exception with a message of its own and what caused it.</summary>
    public InputException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
