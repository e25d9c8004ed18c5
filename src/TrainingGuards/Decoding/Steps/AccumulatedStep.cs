using TorchSharp.Modules;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>One step of the user's own over several batches, and the gradients of the setup's loss on each of them and on all as one, at the same weights.</summary>
internal sealed class AccumulatedStep : IDisposable
{
    private readonly List<GradientSet> _each = [];
    private GradientSet? _whole;
    private IReadOnlyList<long> _counts = [];
    private bool _normalized;

    private AccumulatedStep(GradientSet used, int batches) => (Used, Batches) = (used, batches);

    /// <summary>The gradients with which the optimizers began.</summary>
    public GradientSet Used { get; }

    /// <summary>How many batches the step took.</summary>
    public int Batches { get; }

    /// <summary>Why its batches make no one batch; null where they do.</summary>
    public string? Mismatch { get; private set; }

    /// <summary>Makes the step.</summary>
    /// <param name="trial">The setup's.</param>
    /// <param name="after">How many batches are passed over first: a build begins from the seed, and so does its data.</param>
    public static AccumulatedStep Of(Trial trial, int after = 0)
    {
        using var steps = new WatchedSteps(trial);
        steps.Skip(after);
        using IDisposable dropout = new WithoutDropout(steps.Trial.Model);
        steps.Mark();
        var made = new AccumulatedStep(new(steps.Step()), steps.Batches.Count);
        try
        {
            if (made.Batches >= 2 && made.Used.All.Count > 0) made.Compare(steps);
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>What the gradient of the step is made of.</summary>
    /// <param name="tolerance">How far equal gradients may be apart, relative to their size.</param>
    public Accumulation Judge(double tolerance)
    {
        GradientSet target = _normalized ? Mean() : _whole!;
        double squares = Dot(target, target), ratio = Dot(Used, target) / squares, cosine = Cosine(Used, target);
        Accumulation Seen(AccumulationKind kind, int only = -1) => new(kind, ratio, cosine, only, _counts, _normalized);
        // An angle of ε has a cosine of 1 − ε²/2.
        bool Along(GradientSet other) => Cosine(Used, other) >= 1 - (tolerance * tolerance / 2);
        using GradientSet mean = Mean();
        try
        {
            if (Along(target))
            {
                if (Math.Abs((ratio / Batches) - 1) <= tolerance) return Seen(AccumulationKind.Sum);
                if (Math.Abs((ratio * Batches) - 1) <= tolerance) return Seen(AccumulationKind.DividedTwice);
                return Seen(ratio > 1 + tolerance ? AccumulationKind.Longer : AccumulationKind.Mean);
            }
            if (Along(mean)) return Seen(AccumulationKind.MeanOfMeans);
            int alone = _each.FindIndex(Along);
            return alone >= 0 ? Seen(AccumulationKind.OneAlone, alone) : Seen(AccumulationKind.Unknown);
        }
        finally
        {
            if (_normalized) target.Dispose();
        }
    }

    public void Dispose()
    {
        Used.Dispose();
        _whole?.Dispose();
        foreach (GradientSet one in _each) one.Dispose();
    }

    private void Compare(WatchedSteps steps)
    {
        IReadOnlyList<Batch> batches = steps.Batches;
        _counts = [.. batches.Select(batch => batch.Size)];
        _normalized = steps.Trial.Model.modules().Any(ModuleKind.IsBatchNorm);
        Batch? whole = Batch.Join(batches);
        if (whole is null)
        {
            Mismatch = $"their shapes are {string.Join(" and ", batches.Select(batch => batch.Inputs.Shapes).Distinct())}";
            return;
        }
        steps.Rewind();
        steps.Trial.Model.train();
        _whole = GradientOf(steps, steps.Trial.Own(whole));
        foreach (Batch batch in batches) _each.Add(GradientOf(steps, batch));
    }

    private GradientSet GradientOf(WatchedSteps steps, Batch batch)
    {
        using IDisposable scope = steps.Trial.Scope();
        using var grad = enable_grad();
        Batch here = batch.CopyTo(steps.Trial.Device);
        Parameter[] parameters = [.. Used.All.Select(one => one.Of)];
        Tensor loss = steps.Trial.MeasuredLoss(here);
        IReadOnlyList<Tensor?> gradients = steps.Trial.Gradients(loss, parameters, ones_like(loss));
        return new([.. Used.All.Zip(gradients).Select(pair => pair.First with { Values = TensorBits.Copy(pair.Second ?? zeros_like(pair.First.Values)) })]);
    }

    private GradientSet Mean() => new([.. Used.All.Select((one, i) =>
    {
        using var scope = NewDisposeScope();
        Tensor sum = _each.Select(batch => batch.All[i].Values).Aggregate((a, b) => a + b);
        return one with { Values = (sum / _each.Count).DetachFromDisposeScope() };
    })]);

    private static double Cosine(GradientSet a, GradientSet b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(GradientSet a, GradientSet b) => a.All.Zip(b.All).Sum(pair => Gradient.Dot(pair.First.Values, pair.Second.Values));
}
