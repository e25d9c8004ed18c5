using TrainingGuards.Trials;

namespace TrainingGuards;

/// <summary>Puts a setup to a check, or to a whole recipe, and insists.</summary>
public static class Guard
{
    // The generator and the count of live tensors are the process's: two checks at once would see each other.
    private static readonly object Gate = new();

    /// <summary>Puts the setup to a check and returns what was found, whatever it is.</summary>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what the check needs.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked to stop.</exception>
    public static Verdict Judge(this Setup setup, Check check, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(check);
        lock (Gate)
        {
            var cost = new CostCounter();
            using Trial trial = Trial.Start(setup, cost, cancellation);
            Findings findings = check.Measure(trial);
            return new Verdict(check, findings, trial.Description, cost.Total);
        }
    }

    /// <summary>Puts the setup to a check, and throws unless its claim holds.</summary>
    /// <exception cref="GuardException">The claim is broken, or the check could not tell; the message is the verdict.</exception>
    /// <exception cref="NotApplicableException">The claim does not concern the setup.</exception>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what the check needs.</exception>
    public static Verdict MustSatisfy(this Setup setup, Check check, CancellationToken cancellation = default) =>
        setup.Judge(check, cancellation).MustHold();

    /// <summary>Puts the setup to every check of a recipe, to the end, and throws once with all that do not hold.</summary>
    /// <returns>The verdicts in order; checks that do not concern the setup are among them, each with its reason.</returns>
    /// <exception cref="GuardException">Some claim is broken or could not be told; the message has every such verdict.</exception>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what a check needs.</exception>
    public static IReadOnlyList<Verdict> MustSatisfy(this Setup setup, Recipe recipe, CancellationToken cancellation = default)
    {
        IReadOnlyList<Verdict> verdicts = setup.Judge(recipe, cancellation: cancellation);
        Verdict[] failures = [.. verdicts.Where(verdict => verdict.Outcome is Outcome.Broken or Outcome.Inconclusive)];
        return failures.Length == 0 ? verdicts : throw new GuardException(failures);
    }

    /// <summary>Puts the setup to every check of a recipe and returns what was found.</summary>
    /// <param name="setup">What is guarded.</param>
    /// <param name="recipe">The checks.</param>
    /// <param name="finished">Called with each verdict as it comes; for progress.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what a check needs.</exception>
    public static IReadOnlyList<Verdict> Judge(this Setup setup, Recipe recipe, Action<Verdict>? finished = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var verdicts = new List<Verdict>();
        foreach (Check check in recipe)
        {
            Verdict verdict = setup.Judge(check, cancellation);
            verdicts.Add(verdict);
            finished?.Invoke(verdict);
        }
        return verdicts;
    }
}
