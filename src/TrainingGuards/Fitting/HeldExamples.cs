using TrainingGuards.Decoding;

namespace TrainingGuards.Fitting;

/// <summary>Examples to judge by that training does not begin with: those of validation, else the first batches that are drawn.</summary>
internal static class HeldExamples
{
    /// <summary>Batches on the device of the trial, of at least two examples each, until there are enough or no more.</summary>
    public static IReadOnlyList<Batch> Of(Trial trial, long enough)
    {
        if (trial.Setup.Validation is not { } validation) return InitialLoss.Draw(trial, enough);
        var held = new List<Batch>();
        foreach (Batch batch in trial.Epoch(validation))
        {
            if (batch.Size >= 2) held.Add(trial.Own(batch.CopyTo(trial.Device)));
            if (held.Sum(own => own.Size) >= enough) break;
        }
        return held;
    }
}
