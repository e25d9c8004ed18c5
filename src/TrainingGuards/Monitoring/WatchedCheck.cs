namespace TrainingGuards.Monitoring;

/// <summary>One check on one training, and when it was first and last seen to break.</summary>
internal sealed class WatchedCheck(DynamicsCheck check, Watch watch, string setup)
{
    private long _first;
    private long _last;
    private long _count;

    public Watch Watch => watch;

    /// <summary>Takes in a step; the first time that the claim is seen to break it is returned.</summary>
    public MonitorWarning? See(StepSample step)
    {
        watch.See(step);
        // What goes by looks has nothing new to say of a step without one.
        if (watch.Wants != Detail.Loss && step.Parameters is null && step.Activations is null && step.Predictions is null) return null;
        Verdict verdict = Verdict(finished: false);
        if (verdict.Outcome != Outcome.Broken) return null;
        _last = step.Step;
        _count++;
        if (_first > 0) return null;
        _first = step.Step;
        return new(verdict, _first, _last, _count);
    }

    public Verdict Verdict(bool finished)
    {
        Findings findings = watch.Findings(finished);
        if (_first > 0) findings = findings with { Notes = [.. findings.Notes, $"first seen at step {Reporting.Numbers.Text(_first)}, last at step {Reporting.Numbers.Text(_last)}, {Reporting.Numbers.Text(_count)} times"] };
        return new(check, findings, setup, new(0, 0, 0));
    }
}
