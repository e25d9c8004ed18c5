using System.Text;

namespace TrainingGuards.Reporting;

/// <summary>A curve in one line of text: <c>loss ▇▆▅▃▂▁ 2.31 → 0.04</c>.</summary>
internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";
    private const int Columns = 32;

    public static string Of(Curve curve)
    {
        double[] values = [.. Columned(curve.Values)];
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return $"{curve.Quantity}: no finite value in {curve.Values.Count}";
        double low = finite.Min(), span = finite.Max() - low;
        var text = new StringBuilder(curve.Quantity).Append(' ');
        foreach (double value in values)
            text.Append(!double.IsFinite(value) ? '×' : Levels[span == 0 ? 0 : (int)Math.Min((value - low) / span * Levels.Length, Levels.Length - 1)]);
        return text.Append($" {Numbers.Text(curve.Values[0])} → {Numbers.Text(curve.Values[^1])}, range {Numbers.Text(low)} to {Numbers.Text(finite.Max())}").ToString();
    }

    // Each column is the last value of its share: a mean would hide the NaN in it.
    private static IEnumerable<double> Columned(IReadOnlyList<double> values) => values.Count <= Columns
        ? values
        : Enumerable.Range(1, Columns).Select(column => values[(int)((long)column * values.Count / Columns) - 1]);
}
