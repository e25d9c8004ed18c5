using System.Diagnostics;

namespace TrainingGuards.Monitoring;

/// <summary>Decides which steps are looked into, so that watching costs at most a share of the time that training takes.</summary>
internal sealed class Sampler(double overhead)
{
    // The first steps tell most, and what a look costs is not known before there was one.
    private const int First = 3;

    private readonly long _started = Stopwatch.GetTimestamp();
    private double _watching;
    private double _look;
    private double _lastLook;
    private double _compiling;
    private long _step;

    /// <summary>Whether the step that comes next is looked into.</summary>
    public bool IsDue => _step < First || _watching + _lastLook <= overhead * Training;

    /// <summary>The share of training's time that watching has taken so far, but for the first look, which compiles what looks.</summary>
    public double Share => Training is > 0 and var training ? _watching / training : 0;

    private double Training => Stopwatch.GetElapsedTime(_started).TotalSeconds - _watching - _compiling;

    /// <summary>Takes in the time of a part of a look: before the step, within it or after it.</summary>
    public void Looked(double seconds) => _look += seconds;

    /// <summary>Ends a step.</summary>
    /// <param name="seconds">What the monitor took at its end.</param>
    /// <param name="looked">Whether it was looked into.</param>
    public void Stepped(double seconds, bool looked)
    {
        _step++;
        double spent = _look + seconds;
        _look = 0;
        if (looked && _compiling == 0) _compiling = spent;
        else _watching += spent;
        if (looked) _lastLook = spent;
    }
}
