using TrainingGuards.Reporting;

namespace TrainingGuards;

/// <summary>A quantity, where it is expected to lie, and what was read.</summary>
/// <param name="Quantity">What was measured, a noun: <c>loss after 400 steps</c>.</param>
/// <param name="Expected">Where every reading must lie.</param>
/// <param name="Readings">What was read; each is judged by itself, so that a NaN is never lost in an aggregate.</param>
public sealed record Measurement(string Quantity, Bound Expected, IReadOnlyList<Reading> Readings)
{
    /// <summary>A measurement of one reading.</summary>
    public Measurement(string quantity, Bound expected, double value, string culprit = "") : this(quantity, expected, [new Reading(value, culprit)])
    {
    }

    /// <summary>How many readings lie outside the bound.</summary>
    public int Outside
    {
        get
        {
            Bound expected = Expected;
            return Readings.Count(reading => !expected.Contains(reading.Value));
        }
    }

    /// <summary>Whether there is a reading, and every one is within the bound.</summary>
    public bool Holds => Readings.Count > 0 && Outside == 0;

    /// <summary>The reading that lies farthest outside the bound; within it, the first.</summary>
    public Reading Worst
    {
        get
        {
            Bound expected = Expected;
            return Readings.MaxBy(reading => expected.Excess(reading.Value));
        }
    }

    /// <summary>The measurement in words: <c>gradient = 0.0685 from example 3 to example 1 (worst of 12 readings, 12 outside)</c>.</summary>
    public override string ToString() => Readings.Count switch
    {
        0 => $"{Quantity}: nothing was read",
        1 => $"{Quantity} = {Numbers.Text(Worst.Value)}{Culprit}",
        _ => $"{Quantity} = {Numbers.Text(Worst.Value)}{Culprit} (worst of {Readings.Count} readings, {Outside} outside)",
    };

    private string Culprit => Worst.Culprit.Length == 0 ? "" : " " + Worst.Culprit;
}
