using TrainingGuards.Reporting;

namespace TrainingGuards.Trials;

/// <summary>Counts the passes of a check over all its trials, and stops it when its budget is spent.</summary>
internal sealed class CostCounter(Budget budget, CancellationToken cancellation, Action<double, double?, TimeSpan>? progress = null, TimeProvider? clock = null)
{
    // Who waits for less does not ask how long.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2), Interval = TimeSpan.FromSeconds(0.5);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _start = (clock ?? TimeProvider.System).GetTimestamp();
    private int _forwards;
    private int _backwards;
    private int _steps;
    private long _examples;
    private double? _expected;
    private TimeSpan _next = First;

    public Cost Total => new(_forwards, _backwards, _steps, _examples);

    public CancellationToken Cancellation => cancellation;

    public void Forward() => Spend(ref _forwards);

    public void Backward() => Spend(ref _backwards);

    public void Step() => Spend(ref _steps);

    /// <summary>So many training steps are about to be made, or fewer; for progress.</summary>
    public void Expect(int steps) => _expected = Total.StepEquivalents + steps;

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

    private void Report()
    {
        if (progress is null || _clock.GetElapsedTime(_start) is var elapsed && elapsed < _next) return;
        _next = elapsed + Interval;
        double done = Total.StepEquivalents;
        // What explains a failure comes after what was expected.
        progress(done, _expected >= done ? _expected : null, elapsed);
    }

    private void Check()
    {
        cancellation.ThrowIfCancellationRequested();
        Report();
        if (budget.StepEquivalents is { } steps && Total.StepEquivalents >= steps)
            throw new BudgetExceededException($"more than its budget of {Numbers.Text(steps)} training-step equivalents; it has spent {Total}");
        if (budget.Time is { } time && _clock.GetElapsedTime(_start) is var elapsed && elapsed > time)
            throw new BudgetExceededException($"more than its budget of {Numbers.Text(time.TotalSeconds)} s; after {Numbers.Text(elapsed.TotalSeconds)} s it has spent {Total}");
    }
}
