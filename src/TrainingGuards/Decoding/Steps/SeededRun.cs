using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>A few training steps of a fresh build from one seed, and what they passed through: weights, batches, losses and the generator.</summary>
internal sealed class SeededRun : IDisposable
{
    /// <summary>The stage at which the model has been built.</summary>
    public const string Start = "at the start";

    private readonly List<Tensor> _owned = [];
    private readonly List<(string Name, Tensor Copy)[]> _states = [];
    private readonly List<(Batch Batch, Tensor Generator)> _batches = [];
    private readonly DropoutMasks _masks = new();

    private SeededRun()
    {
    }

    /// <summary>The generator's state after each stage, in order.</summary>
    public List<(string Stage, Tensor Generator)> Generators { get; } = [];

    /// <summary>The loss of each step.</summary>
    public List<double> Losses { get; } = [];

    /// <summary>How large a part of its units each dropout changes from one step to the next.</summary>
    public IReadOnlyList<Reading> Masks => _masks.Readings;

    /// <summary>Whether training steps draw random numbers.</summary>
    public bool StepsDraw { get; private set; }

    /// <summary>How many tensors of the model training moved.</summary>
    public int Moved { get; private set; }

    /// <summary>How far each tensor is from that of the run that this one repeats, at the first stage where one differs; of equal runs, at the end.</summary>
    public IReadOnlyList<Reading> Differences { get; private set; } = [];

    /// <summary>The batches that differ from those of the run that this one repeats.</summary>
    public List<Reading> OtherBatches { get; } = [];

    /// <summary>The stage where weights first differ; null where they never do.</summary>
    public string? DiffersAt { get; private set; }

    /// <summary>Whether the loss of that step differs too.</summary>
    public bool LossDiffers { get; private set; }

    /// <summary>Runs a fresh build.</summary>
    /// <param name="parent">The trial that the build is made beside.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="steps">How many steps are made; fewer where the weights differ before.</param>
    /// <param name="repeats">The run that this one is to repeat; null for none.</param>
    public static SeededRun Of(Trial parent, long seed, int steps, SeededRun? repeats = null)
    {
        var run = new SeededRun();
        try
        {
            using Trial trial = parent.Again(setup => setup with { Seed = seed });
            run.Make(trial, steps, repeats);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Whether two runs begin with the same weights and have the same first batch.</summary>
    public bool BeginsLike(SeededRun other) =>
        _states[0].Zip(other._states[0]).All(pair => TensorBits.Same(pair.First.Copy, pair.Second.Copy))
        && Named(_batches[0].Batch).Zip(Named(other._batches[0].Batch)).All(pair => TensorBits.Same(pair.First.Tensor, pair.Second.Tensor));

    public void Dispose()
    {
        _masks.Dispose();
        foreach (Tensor tensor in _owned) tensor.Dispose();
    }

    private static string AfterStep(int step) => $"after step {Numbers.Text(step)}";

    private void Make(Trial trial, int steps, SeededRun? repeats)
    {
        Mark("Model");
        _ = trial.Optimizers;
        Mark("Optimizer");
        (string Name, Tensor Tensor)[] live = Live(trial.Model);
        Keep(live);
        if (repeats is not null && Differ(Start, live, repeats, 0)) return;
        for (int step = 1; step <= steps; step++)
        {
            Batch batch = trial.NextBatch();
            Tensor before = Mark($"Batch {Numbers.Text(step)}");
            _batches.Add((new(batch.Inputs.Select(Own), batch.Targets.Select(Own)), before));
            if (repeats is not null && !SameBatch(batch, repeats._batches[step - 1].Batch, step))
            {
                // What the model does is compared on the same examples.
                batch = repeats._batches[step - 1].Batch;
                set_rng_state(repeats._batches[step - 1].Generator);
            }
            Losses.Add(_masks.Watch(trial.Model, step, () => trial.Step(batch)));
            StepsDraw |= !TensorBits.Same(before, Mark($"step {Numbers.Text(step)}"));
            Keep(live = Live(trial.Model));
            if (repeats is not null && Differ(AfterStep(step), live, repeats, step)) return;
        }
        Moved = _states[0].Zip(_states[^1]).Count(pair => !TensorBits.Same(pair.First.Copy, pair.Second.Copy));
    }

    private bool Differ(string stage, (string Name, Tensor Tensor)[] live, SeededRun repeats, int step)
    {
        var before = repeats._states[Math.Max(0, step - 1)].ToDictionary(one => one.Name, one => one.Copy, StringComparer.Ordinal);
        var after = repeats._states[step].ToDictionary(one => one.Name, one => one.Copy, StringComparer.Ordinal);
        Reading[] readings = [.. live.Select(one => new Reading(after.TryGetValue(one.Name, out Tensor? copy) ? Distance(one.Tensor, copy, before.GetValueOrDefault(one.Name)) : double.NaN, $"{one.Name} {stage}"))];
        Differences = readings;
        Bound expected = Expected(live.Any(one => one.Tensor.device_type == TorchSharp.DeviceType.CUDA) && step > 0);
        if (readings.All(reading => expected.Contains(reading.Value))) return false;
        DiffersAt = stage;
        LossDiffers = step > 0 && !Losses[step - 1].Equals(repeats.Losses[step - 1]);
        return true;
    }

    /// <summary>What a distance may be: nothing, but on a GPU a small part of the step.</summary>
    public static Bound Expected(bool onGpu) => onGpu
        ? Bound.AtMost(0.1).Meaning("as a part of the step: on a GPU sums are taken in any order")
        : Bound.Exactly(0);

    // A GPU adds in any order, and what is judged there is whether the step is the same but for rounding.
    private static double Distance(Tensor live, Tensor other, Tensor? before)
    {
        using var scope = NewDisposeScope();
        Tensor now = live.detach();
        if (TensorBits.Same(now, other)) return 0;
        if (!now.shape.AsSpan().SequenceEqual(other.shape)) return double.NaN;
        Tensor apart = now.to(ScalarType.Float64) - other.to(ScalarType.Float64);
        if (now.device_type != TorchSharp.DeviceType.CUDA || before is null || TensorBits.Same(before, other)) return apart.abs().max().ToDouble();
        return apart.square().sum().sqrt().ToDouble() / (other.to(ScalarType.Float64) - before.to(ScalarType.Float64)).square().sum().sqrt().ToDouble();
    }

    private bool SameBatch(Batch batch, Batch other, int step)
    {
        (string Name, Tensor Tensor)[] one = [.. Named(batch)], two = [.. Named(other)];
        bool same = true;
        for (int i = 0; i < one.Length; i++)
        {
            bool equal = i < two.Length && TensorBits.Same(one[i].Tensor, two[i].Tensor);
            OtherBatches.Add(new(equal ? 0 : 1, $"{one[i].Name} of batch {Numbers.Text(step)}"));
            same &= equal;
        }
        return same && one.Length == two.Length;
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Named(Batch batch) =>
        batch.Inputs.Select((tensor, i) => (batch.Inputs.NameOf(i, "input"), tensor)).Concat(batch.Targets.Select((tensor, i) => (batch.Targets.NameOf(i, "target"), tensor)));

    private static (string Name, Tensor Tensor)[] Live(nn.Module model) =>
        [.. model.named_parameters().Select(part => (part.name, (Tensor)part.parameter)), .. model.named_buffers().Select(part => (part.name, part.buffer))];

    private void Keep((string Name, Tensor Tensor)[] live) => _states.Add([.. live.Select(one => (one.Name, Own(one.Tensor)))]);

    private Tensor Mark(string stage)
    {
        Tensor generator = get_rng_state().DetachFromDisposeScope();
        _owned.Add(generator);
        Generators.Add((stage, generator));
        return generator;
    }

    private Tensor Own(Tensor tensor)
    {
        Tensor copy = TensorBits.Copy(tensor);
        _owned.Add(copy);
        return copy;
    }
}
