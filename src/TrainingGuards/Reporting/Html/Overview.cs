using System.Globalization;

namespace TrainingGuards.Reporting.Html;

/// <summary>The top of the page: how many checks stand where, on what, at what cost; and every check in a line.</summary>
internal static class Overview
{
    public static Markup Of(Report report, Entry[] entries) => Markup.Element("section", [("class", "overview"), ("aria-labelledby", "overview")], Markup.Lines(
    [
        Markup.Element("h2", [("id", "overview")], "Overview"),
        Markup.Element("ul", [("class", "counts")], [.. Standing.All.Select(standing => Count(standing, entries.Count(entry => entry.Standing == standing)))]),
        Markup.Classed("dl", "facts", [.. Facts(report)]),
        entries.Length == 0 ? Markup.Empty : Table(entries),
        report.Exhibits.Count == 0 ? Markup.Empty : Markup.Element("p", [("class", "contents")], Prose.Link("#gallery", "Gallery"), ": ", Markup.Join(ExhibitArticle.Links(report.Exhibits))),
    ]));

    private static Markup Count(Standing standing, int count) => Markup.Element("li", [("class", $"{standing.Key}{(count == 0 ? " none" : "")}")],
        ReportPage.Sign(standing), " ", Markup.Element("b", count.ToString(CultureInfo.InvariantCulture)), " ",
        count == 0 ? standing.Word : Prose.Link($"#{standing.Key}", standing.Word));

    private static IEnumerable<Markup> Facts(Report report)
    {
        SetupFacts[] setups = [.. report.Verdicts.Select(verdict => verdict.Facts)];
        foreach (Markup fact in Fact("Setup", setups.Select(setup => setup.Model))) yield return fact;
        foreach (Markup fact in Fact("Batch", setups.Select(setup => setup.BatchSize is { } size ? Numbers.Text(size) : null))) yield return fact;
        foreach (Markup fact in Fact("Seed", setups.Select(setup => setup.Seed is { } seed ? Numbers.Text(seed) : null))) yield return fact;
        foreach (Markup fact in Fact("Device", setups.Select(setup => setup.Device))) yield return fact;
        foreach (Markup fact in Fact("Cost", wide: true, values: [string.Create(CultureInfo.InvariantCulture, $"{report.Cost.StepEquivalents:0.#} training-step equivalents ({report.Cost})")])) yield return fact;
        foreach (Markup fact in Fact("Versions", [string.Join(", ", report.Versions.Select(version => $"{version.Key} {version.Value}"))])) yield return fact;
        yield return Markup.Element("div", Markup.Element("dt", "Date"), Markup.Element("dd",
            Markup.Element("time", [("datetime", report.Date.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture))], report.Date.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture))));
    }

    private static IEnumerable<Markup> Fact(string label, IEnumerable<string?> values, bool wide = false)
    {
        string[] said = [.. values.OfType<string>().Where(value => value.Length > 0).Distinct()];
        if (said.Length > 0) yield return Markup.Element("div", [("class", wide ? "wide" : null)], Markup.Element("dt", label), Markup.Element("dd", Words.List(said)));
    }

    private static Markup Table(Entry[] entries) => Markup.Classed("table", "checks",
        Markup.Element("caption", "Every check in a line, the gravest first"),
        Markup.Element("thead", Markup.Element("tr", [.. new[] { "verdict", "check", "measured", "cost" }.Select(name => Markup.Element("th", [("scope", "col")], name))])),
        Markup.Element("tbody", Markup.Lines(entries.Select(Row))));

    private static Markup Row(Entry entry) => Markup.Element("tr", [("class", entry.Standing.Key)],
        Markup.Classed("td", "verdict", ReportPage.Sign(entry.Standing), $" {entry.Standing.Word}"),
        Markup.Element("th", [("scope", "row")], Prose.Link($"#{entry.Id}", entry.Name[..Tuned(entry)]), Tuned(entry) < entry.Name.Length ? Markup.Classed("span", "tuned", $" {entry.Name[Tuned(entry)..]}") : Markup.Empty),
        Markup.Classed("td", "measured", Measured(entry)),
        Markup.Classed("td", "number", entry.Verdict is { } made ? made.Cost.ToString() : ""));

    private static int Tuned(Entry entry) => entry.Name.IndexOf('(', StringComparison.Ordinal) is >= 0 and var at ? at : entry.Name.Length;

    private static Markup Measured(Entry entry)
    {
        if ((entry.Excuse ?? entry.Verdict?.Reason) is { } reason) return Prose.Of(reason);
        if (entry.Verdict?.Findings.Claims.MaxBy(claim => claim.Outside) is not { Readings.Count: > 0 } claim) return Markup.Empty;
        return Markup.Join([$"{claim.Quantity} {Numbers.Text(claim.Worst.Value)}", Markup.Classed("span", "expected", $", expected {claim.Expected}")]);
    }
}
