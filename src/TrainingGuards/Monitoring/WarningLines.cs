using Microsoft.Extensions.Logging;

namespace TrainingGuards.Monitoring;

/// <summary>Whom a monitor tells: who asked by a delegate, a logger, or the standard error stream where neither is given.</summary>
internal sealed class WarningLines(Action<MonitorWarning>? warned, Action<MonitorWarning>? ended, ILogger? logger)
{
    private static readonly EventId Begun = new(1, "TrainingWarning"), Ended = new(2, "TrainingWarningEnded");

    /// <summary>Tells of a claim that is seen to break.</summary>
    public void Tell(MonitorWarning warning)
    {
        warned?.Invoke(warning);
        logger?.Log(LogLevel.Warning, Begun, warning, exception: null, static (one, _) => one.ToString());
        if (warned is null && logger is null) Console.Error.WriteLine(warning);
    }

    /// <summary>Tells how long it went on.</summary>
    public void End(MonitorWarning warning)
    {
        ended?.Invoke(warning);
        logger?.Log(LogLevel.Information, Ended, warning, exception: null, static (one, _) => one.Duration);
        if (warned is null && ended is null && logger is null) Console.Error.WriteLine(warning.Duration);
    }
}
