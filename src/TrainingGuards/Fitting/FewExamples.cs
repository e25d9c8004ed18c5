using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>A handful of examples that can be learnt by heart: no two inputs alike, and not all targets the same.</summary>
internal static class FewExamples
{
    private const int Draws = 8;

    /// <summary>The examples; null where all batches that were drawn hold one target alone.</summary>
    public static Batch? From(Trial trial, int count)
    {
        for (int draw = 0; draw < Draws; draw++)
        {
            Batch whole = draw == 0 ? trial.Batch : trial.NextBatch();
            long[] chosen = Distinct(whole, count);
            if (chosen.Length < 2) continue;
            Batch batch = trial.Own(whole.At(chosen));
            if (Varied(batch)) return batch;
        }
        return null;
    }

    // In order, without repeats; the last places go to targets not seen yet, so that a sorted batch still shows two classes.
    private static long[] Distinct(Batch batch, int count)
    {
        var chosen = new List<long>();
        for (long i = 0; i < batch.Size && chosen.Count < count; i++)
            if (!chosen.Any(j => batch.Inputs.All(input => Alike(input, i, j, batch.Size)))) chosen.Add(i);
        if (chosen.Count > 1 && chosen.TrueForAll(i => SameTarget(batch, i, chosen[0])))
        {
            for (long i = chosen[^1] + 1; i < batch.Size; i++)
            {
                if (SameTarget(batch, i, chosen[0])) continue;
                chosen[^1] = i;
                break;
            }
        }
        return [.. chosen];
    }

    private static bool Varied(Batch batch) => Enumerable.Range(1, (int)batch.Size - 1).Any(i => !SameTarget(batch, i, 0));

    private static bool SameTarget(Batch batch, long i, long j) => batch.Targets.All(target => Alike(target, i, j, batch.Size));

    private static bool Alike(Tensor tensor, long i, long j, long size)
    {
        if (tensor.dim() == 0 || tensor.shape[0] != size) return true;
        using Tensor a = tensor[i], b = tensor[j];
        return TensorBits.Same(a, b);
    }
}
