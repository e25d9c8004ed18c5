using System.Globalization;

namespace TrainingGuards.Reporting.Html;

/// <summary>Bars as a table, which reads without the picture: a name, a bar and a number in each row.</summary>
internal static class BarsFigure
{
    private const int Half = 16, Widest = 21;

    public static Markup Of(Bars bars)
    {
        double[] finite = [.. bars.Values.Select(one => one.Value).Where(double.IsFinite)];
        if (finite.Length == 0) return Figure.Of(Markup.Empty, $"{bars.Quantity}: no finite value in {Numbers.Text(bars.Values.Count)}.");
        Scale scale = Scale.Over([.. finite, 0], margin: 0);
        // The smallest value of a logarithmic scale is to be a bar still, not nothing.
        if (scale.IsLogarithmic) scale = scale with { Low = scale.Low * Math.Pow(scale.High / scale.Low, -0.1) };
        Reading[] shown = [.. bars.Values];
        if (shown.Length > 2 * Half)
        {
            double[] ranked = [.. bars.Values.Select(one => one.Value).Order()];
            shown = [.. shown.Where(one => !(one.Value > ranked[Half - 1] && one.Value < ranked[^Half])).Take(4 * Half)];
        }
        string part = shown.Length < bars.Values.Count ? $"; the largest and the smallest {Numbers.Text(Half)} of {Numbers.Text(bars.Values.Count)}" : "";
        string range = $"range {Numbers.Text(finite.Min())} to {Numbers.Text(finite.Max())}{(scale.IsLogarithmic ? ", logarithmic scale" : "")}";
        return Markup.Element("figure", Markup.Classed("table", "bars",
            Markup.Element("caption", $"{bars.Quantity} by {bars.Over}: {range}{part}."),
            Markup.Element("thead", Markup.Element("tr", Markup.Element("th", [("scope", "col"), ("style", $"width:{Width(bars.Over, shown)}")], bars.Over), Markup.Element("td", [("aria-hidden", "true")]), Head(bars.Quantity))),
            Markup.Element("tbody", [.. shown.Select(one => Row(one, scale))])));
    }

    private static Markup Row(Reading one, Scale scale)
    {
        double zero = scale.IsLogarithmic ? 0 : scale.At(0), at = double.IsFinite(one.Value) ? scale.At(one.Value) : zero;
        string style = $"margin-left:{Svg.Percent(Math.Min(zero, at))};width:{Svg.Percent(Math.Abs(at - zero))}";
        return Markup.Element("tr",
            Markup.Element("th", [("scope", "row")], one.Culprit),
            Markup.Element("td", [("class", "bar"), ("aria-hidden", "true")], Markup.Element("span", [("style", style)])),
            Markup.Classed("td", "number", Numbers.Text(one.Value)));
    }

    // As wide as the longest name, and no wider than leaves room for a bar on a phone.
    private static string Width(string over, Reading[] shown) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Min(Widest, shown.Max(one => Math.Max(one.Culprit.Length, over.Length)) + 3)}ch");

    private static Markup Head(string text) => Markup.Element("th", [("scope", "col")], text);
}
