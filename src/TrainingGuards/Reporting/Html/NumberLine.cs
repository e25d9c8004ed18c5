namespace TrainingGuards.Reporting.Html;

/// <summary>A measurement on a line: the bound as a band, each reading as a dot, the worst with its number.</summary>
internal static class NumberLine
{
    private const double Left = 0.02, Right = 0.94, Axis = 34, Apart = 0.17, Bins = 250;

    public static Markup Of(Measurement measurement)
    {
        Bound expected = measurement.Expected;
        double[] readings = [.. measurement.Readings.Select(reading => reading.Value)];
        double[] ends = [.. new[] { expected.Lower, expected.Upper }.OfType<double>()];
        // A reading at its bound says little without the way to zero.
        Scale scale = Scale.Over([.. readings, .. ends], margin: 0.12);
        double At(double value) => Left + ((Right - Left) * scale.At(value));
        return Svg.Picture(64, Words(measurement, scale), "line", [.. Band(expected, At), .. Dots(measurement, At), .. Worst(measurement, At), .. Labels(measurement, ends, At), scale.IsLogarithmic ? Svg.Text(1, Axis + 4, "log", "end") : Markup.Empty]);
    }

    private static IEnumerable<Markup> Band(Bound expected, Func<double, double> at)
    {
        double from = expected.Lower is { } lower ? at(lower) : Left, to = expected.Upper is { } upper ? at(upper) : Right;
        yield return Svg.Line(Left, Axis, Right, Axis, "axis");
        yield return Svg.Box(from, Axis - 8, Math.Max(0, to - from), 16, "within");
        if (expected.Lower is not null) yield return Svg.Line(from, Axis - 11, from, Axis + 11, expected.IsOpen ? "bound open" : "bound");
        if (expected.Upper is not null && to != from) yield return Svg.Line(to, Axis - 11, to, Axis + 11, "bound");
    }

    private static IEnumerable<Markup> Dots(Measurement measurement, Func<double, double> at) => measurement.Readings
        .Where(reading => double.IsFinite(reading.Value))
        .DistinctBy(reading => (Math.Round(at(reading.Value) * Bins), measurement.Expected.Contains(reading.Value)))
        .Select(reading => Svg.Dot(at(reading.Value), Axis, 4.5, measurement.Expected.Contains(reading.Value) ? "reading in" : "reading out"));

    private static IEnumerable<Markup> Worst(Measurement measurement, Func<double, double> at)
    {
        if (measurement.Readings.Count == 0) yield break;
        double worst = measurement.Worst.Value;
        bool within = measurement.Expected.Contains(worst);
        // What is not finite lies beyond the end of every line.
        double place = double.IsFinite(worst) ? at(worst) : 0.98;
        if (!double.IsFinite(worst)) yield return Svg.Text(place, Axis + 5, "×", "middle", "beyond");
        if (measurement.Readings.Count == 1 || !within) yield return Svg.Text(place, 16, Numbers.Text(worst), Anchor(place), within ? "value in" : "value out");
    }

    private static IEnumerable<Markup> Labels(Measurement measurement, double[] ends, Func<double, double> at)
    {
        double[] finite = [.. measurement.Readings.Select(reading => reading.Value).Where(double.IsFinite)];
        IEnumerable<double> wanted = measurement.Readings.Count > 1 && finite.Length > 0 ? [.. ends, finite.Min(), finite.Max()] : ends;
        var placed = new List<double>();
        foreach (double value in wanted.Distinct())
        {
            double place = at(value);
            if (placed.Exists(other => Math.Abs(other - place) < Apart)) continue;
            placed.Add(place);
            yield return Svg.Text(place, Axis + 26, Numbers.Text(value), Anchor(place), ends.Contains(value) ? "tick limit" : "tick");
        }
    }

    private static string Anchor(double place) => place switch { < 0.08 => "start", > 0.9 => "end", _ => "middle" };

    private static string Words(Measurement measurement, Scale scale)
    {
        string axis = $"Number line from {Numbers.Text(scale.Low)} to {Numbers.Text(scale.High)}{(scale.IsLogarithmic ? ", logarithmic" : "")}: {measurement.Quantity}, expected {measurement.Expected}";
        double[] finite = [.. measurement.Readings.Select(reading => reading.Value).Where(double.IsFinite)];
        if (finite.Length == 0) return $"{axis}; no finite reading.";
        return finite.Length == 1
            ? $"{axis}; read {Numbers.Text(finite[0])}."
            : $"{axis}; {Numbers.Text(measurement.Readings.Count)} readings from {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}, {Numbers.Text(measurement.Outside)} outside.";
    }
}
