using TrainingGuards.Reporting;
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
    public static Verdict Judge(this Setup setup, Check check, CancellationToken cancellation = default) => setup.Judge(check, progress: null, cancellation);

    /// <summary>Puts the setup to a check and returns what was found, whatever it is; tells how far it is once it has taken two seconds.</summary>
    /// <param name="setup">What is guarded.</param>
    /// <param name="check">The check.</param>
    /// <param name="progress">Told on the thread of the check, at most twice a second; null for nobody.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="SetupException">The setup cannot be built as it was given, or lacks what the check needs.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked to stop.</exception>
    public static Verdict Judge(this Setup setup, Check check, IProgress<CheckProgress>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(check);
        lock (Gate)
        {
            var cost = new CostCounter(setup.Budget, cancellation, progress is null ? null : (done, total, elapsed) => progress.Report(new(check, done, total, elapsed)));
            using Trial trial = Trial.Start(setup, cost);
            return new Verdict(check, Findings(check, trial), trial.Facts, cost.Total);
        }
    }

    /// <summary>Looks at a fresh build of a setup, alone as checks are.</summary>
    internal static T Look<T>(Setup setup, Func<Trial, T> look, CancellationToken cancellation)
    {
        lock (Gate)
        {
            using Trial trial = Trial.Start(setup, new CostCounter(setup.Budget, cancellation));
            return look(trial);
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
    /// <exception cref="GuardException">Some claim is broken, could not be told, or its check did not end; the message has every such verdict.</exception>
    public static RecipeVerdict MustSatisfy(this Setup setup, Recipe recipe, CancellationToken cancellation = default) =>
        setup.Judge(recipe, cancellation: cancellation).MustHold();

    /// <summary>Puts the setup to every check of a recipe, to the end, and returns what was found; a check that throws is a verdict too.</summary>
    /// <param name="setup">What is guarded.</param>
    /// <param name="recipe">The checks.</param>
    /// <param name="finished">Called with each verdict as it comes; for progress.</param>
    /// <param name="progress">Told how far a check is that takes longer than two seconds, at most twice a second; null for nobody.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked to stop.</exception>
    public static RecipeVerdict Judge(this Setup setup, Recipe recipe, Action<Verdict>? finished = null, IProgress<CheckProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(recipe);
        var verdicts = new List<Verdict>();
        foreach (Check check in recipe)
        {
            Verdict verdict = setup.JudgeOrCrash(check, progress, cancellation);
            verdicts.Add(verdict);
            finished?.Invoke(verdict);
        }
        return new(verdicts, recipe.Excused);
    }

    // One check that throws does not keep the others from being made. What the user cancelled is over.
    private static Verdict JudgeOrCrash(this Setup setup, Check check, IProgress<CheckProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            return setup.Judge(check, progress, cancellation);
        }
#pragma warning disable CA1031 // Whatever the user's code throws is reported as what became of the check.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return new(check, failure, new SetupFacts(Model: null, Seed: setup.Seed), new(0, 0, 0));
        }
    }

    private static Findings Findings(Check check, Trial trial)
    {
        try
        {
            return check.Measure(trial);
        }
        catch (BudgetExceededException spent)
        {
            return TrainingGuards.Findings.Inconclusive(spent.Message);
        }
    }
}
