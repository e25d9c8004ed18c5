namespace TrainingGuards.Monitoring;

/// <summary>A quantity over a training of any length in at most 1,000 values: where there are more steps, each value is the mean of as many of them.</summary>
internal sealed class Series
{
    private const int Most = 1000;

    private readonly List<double> _values = [];
    private double _sum;
    private int _summed;

    /// <summary>How many steps a value stands for.</summary>
    public int StepsPerValue { get; private set; } = 1;

    /// <summary>The values, in order.</summary>
    public IReadOnlyList<double> Values => [.. _values];

    /// <summary>Takes in the next step's.</summary>
    public void Add(double value)
    {
        _sum += value;
        if (++_summed < StepsPerValue) return;
        _values.Add(_sum / _summed);
        (_sum, _summed) = (0, 0);
        if (_values.Count < Most) return;
        for (int i = 0; i < Most / 2; i++) _values[i] = (_values[2 * i] + _values[(2 * i) + 1]) / 2;
        _values.RemoveRange(Most / 2, _values.Count - (Most / 2));
        StepsPerValue *= 2;
    }
}
