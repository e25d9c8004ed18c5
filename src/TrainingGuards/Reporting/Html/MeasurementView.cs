namespace TrainingGuards.Reporting.Html;

/// <summary>A measurement: what was read, what was expected, both on a line, and all readings to unfold.</summary>
internal static class MeasurementView
{
    private const int Listed = 100;

    public static Markup Of(Measurement measurement)
    {
        int count = measurement.Readings.Count;
        string state = count == 0 ? "unread" : measurement.Outside > 0 ? "outside" : "inside";
        return Markup.Classed("div", $"measurement {state}",
            Markup.Classed("p", "quantity", measurement.Quantity),
            Markup.Classed("p", "read",
                count == 0 ? "nothing was read" : Markup.Element("b", Numbers.Text(measurement.Worst.Value)),
                count == 0 || measurement.Worst.Culprit.Length == 0 ? Markup.Empty : Markup.Join([" ", Markup.Classed("span", "culprit", Prose.Of(measurement.Worst.Culprit))]),
                Markup.Classed("span", "expected", $" · expected {measurement.Expected}")),
            count == 0 ? Markup.Empty : NumberLine.Of(measurement),
            count > 1 ? All(measurement) : Markup.Empty);
    }

    private static Markup All(Measurement measurement)
    {
        Bound expected = measurement.Expected;
        int count = measurement.Readings.Count;
        // Of many the worst are listed; the JSON report has all.
        IEnumerable<Reading> shown = count <= Listed ? measurement.Readings : measurement.Readings.OrderByDescending(reading => expected.Excess(reading.Value)).Take(Listed);
        string caption = count <= Listed ? $"{measurement.Quantity}: all readings" : $"{measurement.Quantity}: the {Numbers.Text(Listed)} worst of {Numbers.Text(count)} readings; the JSON report has all";
        return Markup.Element("details",
            Markup.Element("summary", $"{Numbers.Text(count)} readings, {(measurement.Outside == 0 ? "all within" : $"{Numbers.Text(measurement.Outside)} outside")}"),
            Markup.Element("table",
                Markup.Element("caption", caption),
                Markup.Element("thead", Markup.Element("tr", Head("reading"), Head("value"), Head("within"))),
                Markup.Element("tbody", [.. shown.Select((reading, at) => Row(reading, expected.Contains(reading.Value), at))])));
    }

    private static Markup Row(Reading reading, bool within, int at) => Markup.Element("tr", [("class", within ? null : "out")],
        Markup.Element("th", [("scope", "row")], reading.Culprit.Length == 0 ? Numbers.Text(at) : Prose.Of(reading.Culprit)),
        Markup.Classed("td", "number", Numbers.Text(reading.Value)),
        Markup.Element("td", within ? "yes" : "no"));

    private static Markup Head(string text) => Markup.Element("th", [("scope", "col")], text);
}
