namespace TrainingGuards.Monitoring;

/// <summary>The highest median that some numbers in a row of a stream have had.</summary>
/// <param name="inARow">How many.</param>
internal sealed class HighestMedian(int inARow)
{
    private readonly Queue<double> _last = new();

    /// <summary>The highest; NaN where there were too few numbers.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Takes in a number.</summary>
    public void Add(double value)
    {
        _last.Enqueue(value);
        if (_last.Count > inARow) _last.Dequeue();
        if (_last.Count < inARow) return;
        double median = SampleMedian.Of(_last);
        if (!(Value >= median)) Value = median;
    }
}
