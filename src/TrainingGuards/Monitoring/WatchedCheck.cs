namespace TrainingGuards.Monitoring;

/// <summary>One check on one training, and when it was first and last seen to break.</summary>
internal sealed class WatchedCheck(DynamicsCheck check, Watch watch, string setup)
{
    private MonitorWarning? _warning;

    public Watch Watch => watch;

    /// <summary>What was told, with its last step and its count as they are now; null where the claim was not seen to break.</summary>
    public MonitorWarning? Warning => _warning;

    /// <summary>Takes in a step; the first time that the claim is seen to break it is returned.</summary>
    public MonitorWarning? See(StepSample step)
    {
        watch.See(step);
        // What goes by looks has nothing new to say of a step without one.
        return watch.Wants != Detail.Loss && step.Parameters is null && step.Activations is null && step.Predictions is null ? null : Judge(step.Step, finished: false);
    }

    /// <summary>What shows when training is over; returned where it is the first that is seen.</summary>
    public MonitorWarning? Finish(long step) => _warning is null ? Judge(step, finished: true) : null;

    public Verdict Verdict(bool finished)
    {
        Findings findings = watch.Findings(finished);
        if (_warning is { } told) findings = findings with { Notes = [.. findings.Notes, told.Seen] };
        return new(check, findings, setup, new(0, 0, 0));
    }

    private MonitorWarning? Judge(long step, bool finished)
    {
        Findings findings = watch.Findings(finished);
        // Most claims hold after most steps: a verdict is made of those that do not.
        if (!findings.Claims.Any(claim => claim.Outside > 0)) return null;
        if (_warning is { } told)
        {
            _warning = told with { LastStep = step, Count = told.Count + 1 };
            return null;
        }
        return _warning = new(new(check, findings, setup, new(0, 0, 0)), step, step, 1);
    }
}
