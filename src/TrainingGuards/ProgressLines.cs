namespace TrainingGuards;

/// <summary>Progress in lines, for where there is no bar: the first after two seconds, then each after twice as long.</summary>
/// <param name="write">Writes a line.</param>
public sealed class ProgressLines(Action<string> write) : IProgress<CheckProgress>
{
    private Check? _check;
    private TimeSpan _next;

    /// <inheritdoc/>
    public void Report(CheckProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (ReferenceEquals(_check, value.Check) && value.Elapsed < _next) return;
        (_check, _next) = (value.Check, 2 * value.Elapsed);
        write(value.ToString());
    }
}
