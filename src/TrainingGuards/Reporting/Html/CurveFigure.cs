namespace TrainingGuards.Reporting.Html;

/// <summary>A curve with its axes, and the values that it is compared with as dashed lines.</summary>
internal static class CurveFigure
{
    private const double Left = 0.14, Width = 0.83, Top = 28, Height = 180, Label = 15;
    private const int Columns = 400;

    public static Markup Of(Curve curve)
    {
        double[] finite = [.. curve.Values.Where(double.IsFinite)];
        if (finite.Length == 0) return Figure.Of(Markup.Empty, $"{curve.Quantity}: no finite value in {Numbers.Text(curve.Values.Count)}.");
        Level[] levels = [.. curve.Levels.Where(level => double.IsFinite(level.Value))];
        Scale values = Scale.Over([.. finite, .. levels.Select(level => level.Value)], margin: 0.04);
        Level[] drawn = [.. levels.Where(level => !values.IsLogarithmic || level.Value > 0)];
        string words = Words(curve, finite, values);
        string compared = levels.Length == 0 ? "" : $" Dashed: {Reporting.Words.List([.. levels.Select(level => $"{level.Meaning} {Numbers.Text(level.Value)}{(drawn.Contains(level) ? "" : ", below this scale")}")])}.";
        return Figure.Of(
            Svg.Picture(Top + Height + 44, words + compared, "plot", [.. Axes(curve, values), .. Levels(drawn, values), Line(curve, values), .. Beyond(curve)]),
            words + compared);
    }

    private static double Down(Scale values, double value) => Top + (Height * (1 - values.At(value)));

    private static double Across(Curve curve, int at) => curve.Values.Count == 1 ? 0.5 : (double)at / (curve.Values.Count - 1);

    private static IEnumerable<Markup> Axes(Curve curve, Scale values)
    {
        yield return Svg.Text(0, 12, curve.Quantity, "start", "name");
        foreach (double tick in values.Ticks(4))
        {
            double y = Down(values, tick);
            yield return Svg.Line(Left, y, Left + Width, y, "grid");
            yield return Svg.Text(Left - 0.012, y + 4, Numbers.Text(tick), "end");
        }
        yield return Svg.Line(Left, Top + Height, Left + Width, Top + Height, "axis");
        int last = curve.Values.Count - 1;
        foreach (int at in new[] { 0, last / 2, last }.Distinct())
            yield return Svg.Text(Left + (Width * Across(curve, at)), Top + Height + 18, Numbers.Text(at + 1), at == last && last > 0 ? "end" : "middle");
        yield return Svg.Text(Left + (Width / 2), Top + Height + 36, curve.Over, "middle", "name");
    }

    private static IEnumerable<Markup> Levels(Level[] levels, Scale values)
    {
        var placed = new List<double>();
        foreach (Level level in levels)
        {
            double y = Down(values, level.Value);
            yield return Svg.Line(Left, y, Left + Width, y, "level");
            if (placed.Exists(other => Math.Abs(other - y) < Label)) continue;
            placed.Add(y);
            yield return Svg.Text(Left + Width, y < Top + Label ? y + 14 : y - 5, level.Meaning, "end", "level");
        }
    }

    // Of each column the extremes are drawn, so that no spike is lost; a gap is where a value is not finite.
    private static Markup Line(Curve curve, Scale values)
    {
        var runs = new List<Markup>();
        var run = new List<(double X, double Y)>();
        int share = Math.Max(1, curve.Values.Count / Columns);
        void End()
        {
            if (run.Count == 1) run.Add(run[0]);
            if (run.Count > 0) runs.Add(Svg.Path(run, "curve"));
            run.Clear();
        }
        for (int from = 0; from < curve.Values.Count; from += share)
        {
            int[] column = [.. Enumerable.Range(from, Math.Min(share, curve.Values.Count - from))];
            if (column.Any(at => !double.IsFinite(curve.Values[at]))) End();
            int[] finite = [.. column.Where(at => double.IsFinite(curve.Values[at]))];
            if (finite.Length == 0) continue;
            foreach (int at in new[] { finite.MinBy(at => curve.Values[at]), finite.MaxBy(at => curve.Values[at]) }.Distinct().Order())
                run.Add((1000 * Across(curve, at), 1000 * (1 - values.At(curve.Values[at]))));
        }
        End();
        return Svg.Stretched(Left, Top, Width, Height, runs);
    }

    private static IEnumerable<Markup> Beyond(Curve curve) => Enumerable.Range(0, curve.Values.Count)
        .Where(at => !double.IsFinite(curve.Values[at]))
        .DistinctBy(at => (int)(Across(curve, at) * 50))
        .Select(at => Svg.Text(Left + (Width * Across(curve, at)), Top + 6, "×", "middle", "beyond"));

    private static string Words(Curve curve, double[] finite, Scale values)
    {
        int lost = curve.Values.Count - finite.Length;
        return $"{curve.Quantity} by {curve.Over}: {Numbers.Text(curve.Values[0])} → {Numbers.Text(curve.Values[^1])} over {Numbers.Text(curve.Values.Count)}, range {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}"
            + $"{(values.IsLogarithmic ? ", logarithmic scale" : "")}{(lost > 0 ? $"; × marks {Numbers.Text(lost)} that {(lost == 1 ? "is" : "are")} not finite" : "")}.";
    }
}
