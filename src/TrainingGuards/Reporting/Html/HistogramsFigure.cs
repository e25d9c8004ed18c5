namespace TrainingGuards.Reporting.Html;

/// <summary>Histograms one below the other over one axis; each row is as high as its fullest bin.</summary>
internal static class HistogramsFigure
{
    private const double Top = 24, Ridge = 26, Space = 8, Line = 16, Right = 0.99;
    private const int Drawn = 24, Short = 8;

    public static Markup Of(Histograms histograms)
    {
        Histogram[] rows = [.. histograms.Rows.Take(Drawn)];
        var scale = new Scale(histograms.Low, histograms.High, histograms.IsLogarithmic);
        Level[] levels = [.. histograms.Levels.Where(level => level.Value >= histograms.Low && level.Value <= histograms.High)];
        string words = Words(histograms, rows.Length, levels);
        if (rows.Length == 0 || !(histograms.High > histograms.Low)) return Figure.Of(Markup.Empty, words);
        // Short names stand to the left of their rows, long ones above them.
        bool beside = rows.Max(row => row.Name.Length) is > 0 and <= Short;
        double left = beside ? 0.19 : 0.01, row = beside ? Ridge + Space : Ridge + Space + Line, bottom = Top + (rows.Length * row);
        double Across(double value) => left + ((Right - left) * scale.At(value));
        var shapes = new List<Markup> { Svg.Text(0, 12, histograms.Quantity, "start", "name") };
        foreach (double tick in scale.Ticks(4)) shapes.Add(Svg.Line(Across(tick), Top, Across(tick), bottom, "grid"));
        for (int i = 0; i < rows.Length; i++) shapes.AddRange(Drawing(rows[i], left, Top + (i * row), Top + ((i + 1) * row), beside));
        foreach (Level level in levels) shapes.Add(Svg.Line(Across(level.Value), Top, Across(level.Value), bottom, "level"));
        foreach (double tick in scale.Ticks(4)) shapes.Add(Svg.Text(Across(tick), bottom + 16, Numbers.Text(tick), Across(tick) > 0.93 ? "end" : Across(tick) - left < 0.03 ? "start" : "middle"));
        return Figure.Of(Svg.Picture(bottom + 22, $"{words} {Spoken(histograms, rows)}", "ridges", shapes), words);
    }

    private static IEnumerable<Markup> Drawing(Histogram row, double left, double top, double bottom, bool beside)
    {
        double most = row.Counts.DefaultIfEmpty(0).Max(), share = 1000.0 / Math.Max(1, row.Counts.Count);
        var points = new List<(double X, double Y)> { (0, 1000) };
        for (int i = 0; i < row.Counts.Count; i++)
        {
            double y = most > 0 ? 1000 * (1 - (row.Counts[i] / most)) : 1000;
            points.AddRange([(i * share, y), ((i + 1) * share, y)]);
        }
        points.Add((1000, 1000));
        yield return Svg.Stretched(left, bottom - Ridge, Right - left, Ridge, [Svg.Path(points, "ridge")]);
        yield return Svg.Line(left, bottom, Right, bottom, "axis");
        if (row.Name.Length > 0) yield return beside ? Svg.Text(left - 0.015, bottom - 2, row.Name, "end", "row") : Svg.Text(left, top + 15, row.Name, "start", "row");
        if (Beyond(row) is { Length: > 0 } beyond) yield return Svg.Text(Right - 0.005, (beside ? bottom - Ridge : top) + 13, beyond, "end", row.NotFinite > 0 ? "row beyond" : "row");
    }

    // What is not in the picture is said beside it.
    private static string Beyond(Histogram row)
    {
        double all = row.Counts.Sum() + row.Zeros + row.Below + row.Above + row.NotFinite;
        string Share(long count) => $"{Numbers.Text(Math.Round(100 * count / all, count < 0.1 * all ? 1 : 0))} %";
        var parts = new List<string>();
        if (row.NotFinite > 0) parts.Add($"× {Share(row.NotFinite)}");
        if (row.Zeros > 0) parts.Add($"0: {Share(row.Zeros)}");
        if (row.Below > 0.005 * all) parts.Add($"◂ {Share(row.Below)}");
        if (row.Above > 0.005 * all) parts.Add($"{Share(row.Above)} ▸");
        return string.Join("  ", parts);
    }

    private static string Words(Histograms histograms, int drawn, Level[] drawnLevels)
    {
        string text = $"{histograms.Quantity}{(histograms.Over.Length == 0 ? "" : $" by {histograms.Over}")}: {Numbers.Text(histograms.Low)} to {Numbers.Text(histograms.High)}{(histograms.IsLogarithmic ? ", logarithmic scale" : "")}";
        if (drawn < histograms.Rows.Count) text += $"; the first {Numbers.Text(drawn)} of {Numbers.Text(histograms.Rows.Count)}";
        bool apart = histograms.Rows.Any(row => row.Zeros > 0), beyond = histograms.Rows.Any(row => Beyond(row).Contains('◂', StringComparison.Ordinal) || Beyond(row).Contains('▸', StringComparison.Ordinal));
        string levels = drawnLevels.Length == 0 ? "" : $" Dashed: {Reporting.Words.List([.. drawnLevels.Select(level => $"{level.Meaning} {Numbers.Text(level.Value)}")])}.";
        return $"{text}.{(apart ? " What is exactly 0 is counted apart." : "")}{(beyond ? " ◂ and ▸ count what lies outside." : "")}{levels}";
    }

    private static string Spoken(Histograms histograms, Histogram[] rows)
    {
        var scale = new Scale(histograms.Low, histograms.High, histograms.IsLogarithmic);
        return string.Join("; ", rows.Select(row => row.Counts.Sum() == 0 ? $"{Name(row)}none in range" : $"{Name(row)}{(row.Zeros > 0 ? $"{Numbers.Whole(row.Zeros)} exactly 0, of the others " : "")}half lie below {Numbers.Text(scale.Value(Median(row)))}")) + ".";
    }

    private static string Name(Histogram row) => row.Name.Length == 0 ? "" : $"{row.Name}: ";

    /// <summary>How far along the axis half of a row's counts lie.</summary>
    private static double Median(Histogram row)
    {
        double half = (row.Counts.Sum() + row.Below + row.Above) / 2.0, seen = row.Below;
        for (int i = 0; i < row.Counts.Count; i++)
            if ((seen += row.Counts[i]) >= half) return (i + 1.0) / row.Counts.Count;
        return 1;
    }
}
