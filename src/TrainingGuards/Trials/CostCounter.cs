using System.Diagnostics;
using TrainingGuards.Reporting;

namespace TrainingGuards.Trials;

/// <summary>Counts the passes of a check over all its trials, and stops it when its budget is spent.</summary>
internal sealed class CostCounter(Budget budget, CancellationToken cancellation)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _forwards;
    private int _backwards;
    private int _steps;
    private long _examples;

    public Cost Total => new(_forwards, _backwards, _steps, _examples);

    public CancellationToken Cancellation => cancellation;

    public void Forward() => Spend(ref _forwards);

    public void Backward() => Spend(ref _backwards);

    public void Step() => Spend(ref _steps);

    /// <summary>Examples that were read and not put through the model.</summary>
    public void Read(long examples)
    {
        Check();
        _examples += examples;
    }

    private void Spend(ref int count)
    {
        Check();
        count++;
    }

    private void Check()
    {
        cancellation.ThrowIfCancellationRequested();
        if (budget.StepEquivalents is { } steps && Total.StepEquivalents >= steps)
            throw new BudgetExceededException($"more than its budget of {Numbers.Text(steps)} training-step equivalents; it has spent {Total}");
        if (budget.Time is { } time && Stopwatch.GetElapsedTime(_start) is var elapsed && elapsed > time)
            throw new BudgetExceededException($"more than its budget of {Numbers.Text(time.TotalSeconds)} s; after {Numbers.Text(elapsed.TotalSeconds)} s it has spent {Total}");
    }
}
