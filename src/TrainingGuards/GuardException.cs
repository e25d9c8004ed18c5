namespace TrainingGuards;

/// <summary>A claim that must hold does not, or could not be shown; the message is the verdict in full.</summary>
public sealed class GuardException : Exception, IAssertionException
{
    /// <summary>An exception without verdicts.</summary>
    public GuardException() : this("A guard does not hold.")
    {
    }

    /// <summary>An exception with a message of its own.</summary>
    public GuardException(string message) : base(message)
    {
    }

    /// <summary>An exception with a message of its own and what caused it.</summary>
    public GuardException(string message, Exception innerException) : base(message, innerException)
    {
    }

    internal GuardException(IReadOnlyList<Verdict> verdicts)
        : base(string.Join("\n\n", verdicts), verdicts.Select(verdict => verdict.Failure).FirstOrDefault(failure => failure is not null)) => Verdicts = verdicts;

    internal GuardException(RecipeVerdict recipe)
        : base(recipe.ToString(), recipe.Failures.Select(verdict => verdict.Failure).FirstOrDefault(failure => failure is not null)) => Verdicts = recipe.Failures;

    /// <summary>The verdicts that are not a pass.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; } = [];
}
