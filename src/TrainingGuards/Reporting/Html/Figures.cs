namespace TrainingGuards.Reporting.Html;

/// <summary>All that a verdict or an exhibit shows the eye, one picture below the other; histograms and sheets side by side where there is room.</summary>
internal static class Figures
{
    public static Markup Of(IReadOnlyList<Curve> curves, IReadOnlyList<Matrix> matrices, IReadOnlyList<Bars> bars, IReadOnlyList<Histograms> histograms, IReadOnlyList<ImageSheet> sheets)
    {
        Markup[] pictures =
        [
            .. sheets.Select(SheetFigure.Of),
            .. curves.Select(CurveFigure.Of),
            .. matrices.Select(MatrixFigure.Of),
            .. Multiples(histograms),
            .. bars.Select(BarsFigure.Of),
        ];
        return pictures.Length == 0 ? Markup.Empty : Markup.Classed("div", "figures", pictures);
    }

    private static IEnumerable<Markup> Multiples(IReadOnlyList<Histograms> histograms)
    {
        if (histograms.Count == 1) yield return HistogramsFigure.Of(histograms[0]);
        else if (histograms.Count > 1) yield return Markup.Classed("div", "multiples", [.. histograms.Select(HistogramsFigure.Of)]);
    }
}
