using System.Reflection;
using System.Runtime.CompilerServices;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Training steps hold no more tensors the longer they go on: after a warm-up of a fifth of them, live tensors grow by at most ½ a step, where they grow along a line (R² above 0.99).</summary>
/// <remarks>
/// Where live tensors grow at all, garbage is collected before each count of as many steps more, so what is counted is what something holds: a list, a field, a captured variable, a dispose scope that is never closed. Steps run without a dispose scope of the guards', which would end what the
/// user's code leaves open, and on one batch, since data may rightly be cached as it is read. What a Step of the user's own leaves to the garbage collector is noted. It cannot see a graph that a single tensor drags along: torch counts tensors, not memory. Cost: <c>steps</c> S; four fifths of that
/// more where they grow.
/// </remarks>
/// <param name="steps">How many training steps are made, at least 15.</param>
public sealed class MemoryIsFlat(int steps = 50) : Check
{
    private const int Windows = 10;
    private const double Most = 0.5, Straight = 0.99;

    /// <summary>How many training steps are made.</summary>
    public int Steps { get; } = steps >= 15 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "A line takes a warm-up and ten counts: at least 15 steps.");

    /// <inheritdoc/>
    public override string Claim => "Training steps hold no more tensors the longer they go on.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Batch batch = trial.Batch;
        _ = trial.Schedulers;
        try
        {
            int each = Math.Max(1, Steps * 4 / 5 / Windows), warm = Steps - (each * Windows);
            Make(trial, batch, warm);
            // From a start without garbage, what is not collected can only add to the count: where it has not grown, nothing is held.
            double start = Count(trial);
            List<double> quick = Counts(trial, batch, each, collected: false);
            if (quick[^1] <= Most * each * Windows) return Judge(quick, each, [], garbage: 0);
            IReadOnlyDictionary<string, (int Count, MethodBase? User)> before = HeldTensors.Of(trial.Setup, trial.Model);
            double filled = Count(trial) - start;
            List<double> counts = Counts(trial, batch, each, collected: true);
            IReadOnlyDictionary<string, (int Count, MethodBase? User)> after = HeldTensors.Of(trial.Setup, trial.Model);
            long garbage = trial.Setup.Step is null ? 0 : Garbage(trial, batch);
            Findings findings = Judge(counts, each, Grown(before, after), garbage);
            return findings.Claims[0].Holds && filled > Most * each * Windows
                ? findings with { Notes = [.. findings.Notes, $"there were {Numbers.Text(filled)} more live tensors after the first {Numbers.Text(Windows * each)} steps, garbage collected, and they grow no more: something was being filled"] }
                : findings;
        }
        finally
        {
            _ = LiveTensors.Held();
        }
    }

    // How many more there are than at the start, after each window.
    private static List<double> Counts(Trial trial, Batch batch, int each, bool collected)
    {
        double start = Count(trial);
        var counts = new List<double> { 0 };
        for (int window = 0; window < Windows; window++)
        {
            Make(trial, batch, each);
            counts.Add((collected ? Count(trial) : Tensor.TotalCount - trial.BatchTensors) - start);
        }
        return counts;
    }

    private static Findings Judge(List<double> counts, int each, (string Name, int By, MethodBase? User)[] grown, long garbage)
    {
        (double slope, double straightness) = Line(counts);
        slope /= each;
        bool steady = straightness > Straight;
        var findings = new Findings
        {
            Claims = [new("steady growth of live tensors, a step", Bound.AtMost(Most), steady ? slope : 0)],
            Controls = [new("live tensors that one more tensor makes", Bound.Exactly(1), Planted())],
            Notes =
            [
                .. garbage > 0 ? [$"each Step leaves {Numbers.Text(garbage)} tensors to the garbage collector, which does not know how large they are: open a dispose scope in it, using var scope = NewDisposeScope() (TG2008)"] : Array.Empty<string>(),
                .. !steady && counts[^1] > Windows * each * Most ? [$"there are {Numbers.Text(counts[^1])} more live tensors after {Numbers.Text(Windows * each)} steps, and not along a line (R² = {Numbers.Text(straightness)}): something is being filled"] : Array.Empty<string>(),
            ],
            Curves = [new("live tensors, more than at the start", counts, $"window of {Numbers.Text(each)} steps")],
        };
        if (findings.Claims[0].Holds) return findings;
        string evidence = $"there are {Numbers.Text(counts[^1])} more live tensors after {Numbers.Text(Windows * each)} steps, garbage collected";
        if (grown.Length == 0)
            return findings with { Causes = [new($"{evidence}; no field of the model and no variable of a delegate holds them: a dispose scope that is not closed, or a collection elsewhere", "close each scope with using, and keep numbers (ToDouble) in place of tensors", "TG2008")] };
        (string name, int by, MethodBase? user) = grown[0];
        return findings with
        {
            Causes = [new($"{evidence}, {Numbers.Text(by)} of them in `{name}`", $"keep numbers (ToDouble) or a fixed number of detached tensors in `{name}`, and dispose of what leaves it", "TG2008")],
            Where = new(name, user is not null && MethodLines.Of(user) is { } lines ? lines.Text(lines.First, lines.Last) : null),
        };
    }

    // By least squares over the windows: the slope, and the share of the variance that the line explains.
    private static (double Slope, double Straightness) Line(List<double> counts)
    {
        double meanX = (counts.Count - 1) / 2.0, meanY = counts.Average();
        double xy = counts.Select((count, x) => (x - meanX) * (count - meanY)).Sum(), xx = counts.Select((_, x) => (x - meanX) * (x - meanX)).Sum(), yy = counts.Sum(count => (count - meanY) * (count - meanY));
        return (xy / xx, yy == 0 ? 0 : xy * xy / (xx * yy));
    }

    private static (string Name, int By, MethodBase? User)[] Grown(IReadOnlyDictionary<string, (int Count, MethodBase? User)> before, IReadOnlyDictionary<string, (int Count, MethodBase? User)> after) =>
        [.. after.Select(field => (field.Key, By: field.Value.Count - (before.TryGetValue(field.Key, out (int Count, MethodBase? User) was) ? was.Count : 0), field.Value.User))
            .Where(field => field.By > 1).OrderByDescending(field => field.By)];

    // In frames of their own, so that nothing of theirs is still held when tensors are counted.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Make(Trial trial, Batch batch, int count)
    {
        for (int step = 0; step < count; step++) Unscoped.Call(() => trial.StepUnscoped(batch));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Garbage(Trial trial, Batch batch)
    {
        long before = Count(trial);
        Make(trial, batch, 1);
        return Math.Max(0, Tensor.TotalCount - trial.BatchTensors - before);
    }

    private static long Planted()
    {
        long before = LiveTensors.Held();
        using Tensor planted = zeros(1).DetachFromDisposeScope();
        return Tensor.TotalCount - before;
    }

    private static long Count(Trial trial) => LiveTensors.Held() - trial.BatchTensors;
}
