using System.Diagnostics;

namespace TrainingGuards.Monitoring;

/// <summary>Decides which steps are looked into, so that looking costs at most a share of the time that training takes.</summary>
internal sealed class Sampler(double overhead)
{
    // The first steps tell most, and what a look costs is not known before there was one.
    private const int First = 3;

    private long _started = Stopwatch.GetTimestamp();
    private double _looking;
    private double _lastLook;
    private long _step;

    /// <summary>Whether the step that comes next is looked into.</summary>
    public bool IsDue
    {
        get
        {
            if (_step < First) return true;
            double training = Stopwatch.GetElapsedTime(_started).TotalSeconds - _looking;
            return _looking + _lastLook <= overhead * training;
        }
    }

    /// <summary>The share of training's time that looking has taken so far.</summary>
    public double Share => Stopwatch.GetElapsedTime(_started).TotalSeconds - _looking is > 0 and var training ? _looking / training : 0;

    /// <summary>Ends a step.</summary>
    /// <param name="seconds">What looking into it took; 0 where it was not looked into.</param>
    public void Stepped(double seconds)
    {
        _step++;
        _looking += seconds;
        if (seconds > 0) _lastLook = seconds;
    }
}
