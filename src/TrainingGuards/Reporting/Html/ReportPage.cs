using System.Globalization;

namespace TrainingGuards.Reporting.Html;

/// <summary>A report as one page that needs nothing but itself.</summary>
internal static class ReportPage
{
    private const string Nothing = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private static readonly Markup Stylesheet = Markup.Trusted(Resource("report.css"));

    public static string Of(Report report)
    {
        Entry[] entries = Entry.Of(report);
        Markup page = Markup.Element("html", [("lang", "en")],
            Markup.Element("head", Markup.Lines(
            [
                Markup.Void("meta", ("charset", "utf-8")),
                Markup.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Markup.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", Nothing)),
                Markup.Void("meta", ("name", "referrer"), ("content", "no-referrer")),
                Markup.Void("meta", ("name", "color-scheme"), ("content", "light dark")),
                Markup.Void("link", ("rel", "icon"), ("href", "data:,")),
                Markup.Element("title", $"{report.Title}: guards"),
                Markup.Element("style", Stylesheet),
            ])),
            Markup.Element("body", Markup.Lines(
            [
                Markup.Element("a", [("class", "skip"), ("href", "#verdicts")], "Skip to the verdicts"),
                Markup.Element("header", Markup.Classed("p", "kind", "TrainingGuards report"), Markup.Element("h1", report.Title), Markup.Classed("p", "headline", Headline(entries))),
                Markup.Element("main", Markup.Lines([Overview.Of(report, entries), Markup.Element("div", [("id", "verdicts")], Markup.Lines(Groups(entries))), ExhibitArticle.Section(report.Exhibits)])),
                Markup.Element("footer", Markup.Element("p", "Made by ", Prose.Link(ProjectPages.Address, "TrainingGuards"), ". ", Prose.Link(ProjectPages.Report, "How to read this report"), ".")),
            ])));
        return $"<!DOCTYPE html>\n{page}\n".ReplaceLineEndings("\n");
    }

    private static IEnumerable<Markup> Groups(Entry[] entries) =>
        from entry in entries
        group entry by entry.Standing into standing
        select Markup.Element("section", [("class", $"group {standing.Key.Key}"), ("aria-labelledby", standing.Key.Key)], Markup.Lines(
        [
            Markup.Element("h2", [("id", standing.Key.Key)], Sign(standing.Key), $" {Capital(standing.Key.Word)} ", Markup.Classed("span", "count", standing.Count().ToString(CultureInfo.InvariantCulture))),
            .. standing.Select(EntryArticle.Of),
        ]));

    public static Markup Sign(Standing standing) => Markup.Element("span", [("class", "sign"), ("aria-hidden", "true")], standing.Symbol);

    public static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string Headline(Entry[] entries)
    {
        int made = entries.Count(entry => entry.Verdict is not null), failing = entries.Count(entry => entry.Verdict is { Fails: true });
        string checks = made == 1 ? "check" : "checks";
        return made == 0 ? "No check was made."
            : failing > 0 ? $"{Numbers.Text(failing)} of {Numbers.Text(made)} {checks} {(failing == 1 ? "does" : "do")} not hold."
            : entries.Any(entry => entry.Verdict is { Outcome: Outcome.Holds }) ? "Every check that concerns the setup holds."
            : "No check concerns the setup.";
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
