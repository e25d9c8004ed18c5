using TrainingGuards.Exhibits;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards;

/// <summary>What people would rather see than read, of a setup and of a model that was trained on it: exhibits for <see cref="Report.With"/>.</summary>
public static class Gallery
{
    /// <summary>Looks at a setup: examples as they enter the model, how their numbers are spread, first-layer filters, layers over the first training steps; and, of a trained model, predictions and worst examples.</summary>
    /// <remarks>
    /// Nothing of the user's is changed: the fresh builds are trials, as those of checks; the trained model is read in evaluation mode, where it is, and put back bit for bit. Only what is shown is copied to the host.
    /// Each exhibit that cannot be made says why. Cost: 3 F, <paramref name="steps"/> S, and one pass of the trained model over at most 10,000 examples of <see cref="Setup.Validation"/>, else of <see cref="Setup.Training"/>.
    /// </remarks>
    /// <param name="setup">What is looked at.</param>
    /// <param name="trained">The user's model as training left it; null where there is none yet: predictions are not shown then, and filters are those of a fresh build.</param>
    /// <param name="steps">How many training steps of a fresh build are looked at; 0 for none.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="SetupException">The setup cannot be built as it was given.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked to stop.</exception>
    public static IReadOnlyList<Exhibit> Of(Setup setup, nn.Module? trained = null, int steps = 32, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return Guard.Look(setup, trial => Of(trial, trained, steps), cancellation);
    }

    private static IReadOnlyList<Exhibit> Of(Trial trial, nn.Module? trained, int steps)
    {
        using IDisposable? kept = trained is null ? null : SharedState.All(trained).Copy(trained);
        nn.Module model = trained ?? trial.Model;
        return
        [
            .. Made("Examples just before the net", () => ExampleSheet.Of(trial, model)),
            .. Made("First-layer filters", () => FirstFilters.Of(trial, model, isTrained: trained is not null)),
            .. Made("Layers over the first steps", () => LayersOverTraining.Of(trial, steps)),
            .. trained is null ? [] : Made("Predictions", () => TrainedPredictions.Of(trial, trained)),
        ];
    }

    // What one exhibit cannot show must not take the others away.
    private static IReadOnlyList<Exhibit> Made(string title, Func<IEnumerable<Exhibit>> make)
    {
        try
        {
            return [.. make()];
        }
#pragma warning disable CA1031 // Whatever the user's code throws is told in the exhibit's place.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return [new(title, "It could not be drawn.") { Notes = [failure is SetupException or BudgetExceededException ? failure.Message : $"{failure.GetType().Name}: {failure.Message}"] }];
        }
    }
}
