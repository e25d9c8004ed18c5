using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Whether a set that gives other batches from the same seed gives the same examples in another order.</summary>
internal static class DataOrder
{
    private const int Fetched = 8;
    private const long Most = 1 << 16;

    /// <summary>
    /// What shows it: of a set that is read by index, that an example depends on nothing but its index and the seed; of another, that each example of some batches is in an epoch.
    /// </summary>
    /// <param name="trial">The trial.</param>
    /// <param name="set">The set.</param>
    /// <param name="batches">How many batches are looked for where there is no index.</param>
    public static Measurement Of(Trial trial, Examples set, int batches)
    {
        using var hash = new ExampleHash();
        return set is { HasIndex: true, Count: > 0 } ? ByIndex(trial, set, hash) : ByEpoch(trial, set, hash, batches);
    }

    private static Measurement ByIndex(Trial trial, Examples set, ExampleHash hash) => new(
        "example differs (1) or not (0) when it is fetched again from one seed",
        Bound.Exactly(0),
        [.. RepeatedFetches.Spread(set, Fetched).Select(index => new Reading(Fetch(trial, set, hash, index) == Fetch(trial, set, hash, index) ? 0 : 1, $"of example {Numbers.Text(index)}"))]);

    private static long Fetch(Trial trial, Examples set, ExampleHash hash, long index)
    {
        manual_seed(trial.Setup.Seed);
        return Of(hash, trial.Example(set, index))[0];
    }

    private static Measurement ByEpoch(Trial trial, Examples set, ExampleHash hash, int batches)
    {
        var wanted = trial.Epoch(set).Take(batches).SelectMany(batch => Of(hash, batch)).ToHashSet();
        int all = wanted.Count;
        long read = 0;
        foreach (Batch batch in trial.Epoch(set))
        {
            wanted.ExceptWith(Of(hash, batch));
            if (wanted.Count == 0 || (read += batch.Size) >= Most) break;
        }
        return new("share of the examples of some batches that are in another epoch", Bound.AtLeast(1), all == 0 ? double.NaN : 1 - (wanted.Count / (double)all));
    }

    private static long[] Of(ExampleHash hash, Batch batch) => hash.OfInputs(new Batch(new Tensors([.. batch.Inputs, .. batch.Targets]), batch.Targets));
}
