using TrainingGuards.Localisation;
using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>What a resumed training lacks, by what is not as it was when it was saved.</summary>
/// <param name="loaded">How far each tensor of the model is from what was saved, right after loading.</param>
/// <param name="saved">What the optimizers remembered when they were saved.</param>
/// <param name="recalled">What they remember after loading.</param>
/// <param name="savedRates">The learning rates of the groups when they were saved.</param>
/// <param name="loadedRates">Those after loading.</param>
/// <param name="straight">The rates of the steps of the training that went on.</param>
/// <param name="resumed">The rates of the steps of the resumed one.</param>
internal sealed class ResumeCauses(
    IReadOnlyList<Reading> loaded,
    IReadOnlyList<(string Kind, byte[][]? Memory)> saved,
    IReadOnlyList<(string Kind, byte[][]? Memory)> recalled,
    double[] savedRates,
    double[] loadedRates,
    IReadOnlyList<double[]> straight,
    IReadOnlyList<double[]> resumed)
{
    public IReadOnlyList<Cause> Causes()
    {
        Cause[] causes = [.. Model(), .. Optimizers(), .. Rates()];
        return causes.Length > 0 ? causes : [new("model, optimizer and learning rates are as they were saved: something else goes on from step to step, in the step, the model's fields or the setup's delegates", "store what the step keeps between calls: averages of weights, a loss scale, counters")];
    }

    /// <summary>The delegate that leaves it out.</summary>
    public static Place Where(Delegate save, Delegate load)
    {
        MethodLines? lines = MethodLines.Of(load.Method) ?? MethodLines.Of(save.Method);
        return new("load", lines?.Text(lines.First, lines.Last));
    }

    private List<Cause> Model()
    {
        string[] differ = [.. loaded.Where(reading => reading.Value != 0).Select(reading => $"`{reading.Culprit}`")];
        return differ.Length == 0 ? [] : [new($"after loading, {Words.List(differ)} {(differ.Length == 1 ? "is" : "are")} not what was saved", "save and load the whole state_dict of the model", "TG7002")];
    }

    private IEnumerable<Cause> Optimizers()
    {
        for (int k = 0; k < Math.Min(saved.Count, recalled.Count); k++)
        {
            (string kind, byte[][]? memory) = saved[k];
            string which = saved.Count == 1 ? kind : $"{kind} (optimizer {Numbers.Text(k)})";
            if (memory is null)
            {
                yield return new($"{which} has no state_dict in TorchSharp: what it remembers cannot be stored", "train with another optimizer, or accept that it begins anew", "TG7004");
                continue;
            }
            int differ = recalled[k].Memory is { } now && now.Length == memory.Length ? memory.Zip(now).Count(pair => !pair.First.AsSpan().SequenceEqual(pair.Second)) : memory.Length;
            if (differ > 0)
                yield return new($"{which} remembers something else than when it was saved, for {Numbers.Text(differ)} of {Numbers.Text(memory.Length)} parameters: its state is not stored, and its averages begin anew", "save and load the optimizer too: optimizer.save_state_dict(path) and load_state_dict(path)", "TG7004");
        }
    }

    private IEnumerable<Cause> Rates()
    {
        if (!savedRates.AsSpan().SequenceEqual(loadedRates))
        {
            yield return new($"the learning rate is {Rate(loadedRates, savedRates)} after loading, and was {Rate(savedRates, loadedRates)} when it was saved", "step the new scheduler as often as it was stepped before, then load the optimizer's state, which holds its rate", "TG7004");
            yield break;
        }
        for (int i = 0; i < Math.Min(straight.Count, resumed.Count); i++)
        {
            if (straight[i].AsSpan().SequenceEqual(resumed[i])) continue;
            yield return new($"the learning rate of step {Numbers.Text(i + 1)} after the resumption is {Rate(resumed[i], straight[i])}, without interruption {Rate(straight[i], resumed[i])}: the scheduler counts from 0 again", "store how often the scheduler was stepped, and step the new one as often before the optimizer's state is loaded", "TG7004");
            yield break;
        }
    }

    private static string Rate(double[] rates, double[] others) => Numbers.Text(rates.Where((rate, i) => i >= others.Length || rate != others[i]).FirstOrDefault(double.NaN));
}
