using TrainingGuards.Fitting;

namespace TrainingGuards.Monitoring;

/// <summary>The examples of a setup that stay the same while it is trained: of validation, else the first that are drawn.</summary>
internal static class FixedExamples
{
    private const long Enough = 64;

    /// <summary>As many as there are in batches that fit together, at most 64; null where there are none.</summary>
    public static Batch? Of(Trial trial)
    {
        IReadOnlyList<Batch> held = HeldExamples.Of(trial, Enough);
        if (held.Count == 0) return null;
        Batch all = Batch.Join(held) is { } joined ? trial.Own(joined) : held[0];
        return all.Size <= Enough ? all : trial.Own(all.First(Enough));
    }
}
