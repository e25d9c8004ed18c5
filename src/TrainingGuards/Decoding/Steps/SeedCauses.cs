using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why two runs from one seed differ, or runs from two seeds do not.</summary>
internal sealed class SeedCauses(Trial trial)
{
    // Float32 has 24 bits: sums in another order differ by a few of the last.
    private const double Rounding = 1e-4;

    private const string NotReached = "which torch.manual_seed does not reach";

    private const string Draw = "draw with torch's functions, or from new Random(seed) with a fixed seed";

    private string Model => trial.Model.GetType().Name;

    private string Data => trial.Setup.Batch is null ? "Training" : "Batch";

    /// <summary>Weights differ from the start.</summary>
    public (Cause Cause, Place? Where) OfStart(SeededRun run)
    {
        string names = Names(run);
        MethodBase?[] methods = [trial.Setup.Model!.Method, .. SuspectCalls.Constructors(trial.Model), trial.Setup.OptimizerFor?.Method, trial.Setup.Optimizers?.Method];
        (string source, string remedy, SuspectCall? call) = Source(methods);
        return (new($"{names} differ at the start, though both models were built from seed {Seed}: {source}", remedy), At(Tensor(run), call));
    }

    /// <summary>Other examples come from the same seed.</summary>
    public (Cause Cause, Place? Where) OfBatch(SeededRun run)
    {
        Reading first = run.OtherBatches.First(reading => reading.Value != 0);
        string evidence = $"{first.Culprit} is another in the second run from seed {Seed}";
        return SuspectCalls.ForeignRandom([trial.Setup.Batch?.Method]) is { } call
            ? (new($"{evidence}: it is drawn by {NameOf(call)}, {NotReached}", Draw), At(Data, call))
            : (new($"{evidence}: {Data} goes on where its last call stopped, or draws from what torch.manual_seed does not reach, as a DataLoader that shuffles without seed: does", $"begin the data anew in {Data}, and draw with torch's functions or from new Random(seed)"), At(Data, null));
    }

    /// <summary>Weights first differ after a step from the same weights on the same examples; <see cref="Trial.Scope"/> must not be open.</summary>
    public (Cause Cause, Place? Where) OfStep(SeededRun run)
    {
        double largest = run.Differences.Max(reading => Math.Abs(reading.Value));
        string evidence = $"{Names(run)} differ {run.DiffersAt}, by up to {Numbers.Text(largest)}, from the same weights and examples";
        Culprit? culprit = InForward();
        // A loss may round to the same number from other outputs.
        if (culprit is null && !run.LossDiffers)
        {
            (string source, string remedy, SuspectCall? call) = Source([trial.Setup.OptimizerBuilder?.Method, .. SuspectCalls.Forwards(trial.Model)]);
            return (new($"{evidence}; the loss is the same to the bit, so it is the backward pass or the optimizer: {source}", remedy), At(Tensor(run), call));
        }
        MethodBase?[] methods = [culprit is null ? null : MethodLines.ForwardOf(culprit.Module), .. SuspectCalls.Forwards(trial.Model), trial.Setup.Forward?.Method, trial.Setup.Loss?.Method, trial.Setup.JointLoss?.Method];
        MethodBase?[] fields = [.. methods, .. SuspectCalls.Constructors(trial.Model)];
        Place? where = culprit?.Place();
        if (largest < Rounding && SuspectCalls.Find(fields, SuspectCalls.IsUnordered) is { } order)
            return (new($"{evidence}: of the size of rounding, sums are taken in another order, that of {NameOf(order)}", "add in a fixed order: that of a list, or sorted by a key"), where ?? At(Model, order));
        (string origin, string cure, SuspectCall? random) = Source(fields);
        Place? line = where is null ? At(Model, random) : Drawing(culprit!) is { } drawn ? where with { Source = drawn } : where;
        return (new($"{evidence}: {(culprit is null ? "forward or loss" : $"`{culprit.Path}`")} gives other numbers; {origin}", cure), line);
    }

    /// <summary>The generator's state no longer depends on the seed.</summary>
    public (Cause Cause, Place? Where) OfReseeding(string stage)
    {
        IEnumerable<MethodBase?> methods = stage switch
        {
            "Model" => [trial.Setup.Model!.Method, .. SuspectCalls.Constructors(trial.Model)],
            "Optimizer" => [trial.Setup.OptimizerBuilder?.Method],
            _ when stage.StartsWith("Batch", StringComparison.Ordinal) => [trial.Setup.Batch?.Method],
            _ => [.. SuspectCalls.Forwards(trial.Model), trial.Setup.Forward?.Method, trial.Setup.Loss?.Method, trial.Setup.JointLoss?.Method],
        };
        SuspectCall? call = SuspectCalls.Find(methods, SuspectCalls.IsSeeding);
        string by = call is null ? "it is set to a fixed state there" : $"{call.Callee.Name} is called there";
        return (
            new($"after {stage} the generator is in the same state from seed {Seed} as from seed {Numbers.Text(trial.Setup.Seed + 1)}: {by}, and all that is drawn later repeats", "seed once, before the model is built: Setup.Seed does it here", "TG5005"),
            At(stage is "Model" || !stage.StartsWith("step", StringComparison.Ordinal) ? stage : Model, call));
    }

    /// <summary>A dropout drops the same units in every step.</summary>
    public (Cause Cause, Place? Where) OfMasks(IReadOnlyList<Reading> masks)
    {
        string[] same = [.. masks.Where(mask => mask.Value == 0).Select(mask => mask.Culprit["in ".Length..])];
        SuspectCall? call = SuspectCalls.Find([.. SuspectCalls.Forwards(trial.Model), trial.Setup.Batch?.Method, trial.Setup.Forward?.Method, trial.Setup.Loss?.Method], SuspectCalls.IsSeeding);
        string path = same[0][..same[0].IndexOf(" from step ", StringComparison.Ordinal)];
        return (
            new($"`{path}` drops the same units in consecutive steps: {(call is null ? "the generator is put back" : $"{call.Callee.Name} puts the generator back")} between them", "seed once, before the training, and not in the loop, the batch or forward", "TG5005"),
            At(path, call));
    }

    private string Seed => Numbers.Text(trial.Setup.Seed);

    private Culprit? InForward()
    {
        using Trial one = trial.Again(), two = trial.Again();
        Batch batch = one.NextBatch();
        using IDisposable scope = one.Scope();
        using IDisposable inner = two.Scope();
        IReadOnlyList<TraceEvent> first = Trace(one, batch), second = Trace(two, batch);
        return first.Count == second.Count ? Culprit.In(one.Model, first, i => first[i].Path != second[i].Path || Differ(first[i].Tensors, second[i].Tensors) ? true : first[i].Tensors.Count == 0 ? null : false) : null;
    }

    private static IReadOnlyList<TraceEvent> Trace(Trial trial, Batch batch)
    {
        manual_seed(trial.Setup.Seed);
        return ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs));
    }

    private static bool Differ(Tensors first, Tensors second) => !TensorBits.AllSame(first, second);

    // The line that draws, also where the generator is made elsewhere.
    private static string? Drawing(Culprit culprit) => SuspectCalls.ForeignRandom([MethodLines.ForwardOf(culprit.Module)])?.Source;

    private static (string Source, string Remedy, SuspectCall? Call) Source(IReadOnlyList<MethodBase?> methods) =>
        SuspectCalls.ForeignRandom(methods) is { } random ? ($"it draws from {NameOf(random)}, {NotReached}", Draw, random)
        : SuspectCalls.Find(methods, SuspectCalls.IsUnordered) is { } order ? ($"it goes by the order of {NameOf(order)}, another one in each build", "go through a list, or in the order of a key that is the same in each run", order)
        : ($"it depends on something {NotReached}: System.Random, a clock, hash codes, threads, or a static field", Draw, null);

    private static string NameOf(SuspectCall call) => call.Callee.DeclaringType is { } type
        ? type == typeof(Random) ? "System.Random" : call.Callee.IsConstructor || call.Callee.Name == "GetEnumerator" || type.IsGenericType ? TypeText.Of(type) : $"{type.Name}.{call.Callee.Name}"
        : call.Callee.Name;

    private static string Names(SeededRun run)
    {
        string stage = " " + run.DiffersAt;
        return Words.List([.. Outside(run).Select(reading => $"`{reading.Culprit[..^stage.Length]}`")]);
    }

    private static string Tensor(SeededRun run) => Outside(run).First().Culprit[..^(run.DiffersAt!.Length + 1)];

    private static IEnumerable<Reading> Outside(SeededRun run) => run.Differences.Where(reading => reading.Value != 0);

    private static Place? At(string what, SuspectCall? call) => new(what, call?.Source);
}
