namespace TrainingGuards.Reporting.Html;

/// <summary>What is shown beside the verdicts, each exhibit under its heading.</summary>
internal static class ExhibitArticle
{
    public static Markup Section(IReadOnlyList<Exhibit> exhibits) => exhibits.Count == 0
        ? Markup.Empty
        : Markup.Element("section", [("class", "group gallery"), ("aria-labelledby", "gallery")], Markup.Lines(
        [
            Markup.Element("h2", [("id", "gallery")], "Gallery ", Markup.Classed("span", "count", Numbers.Whole(exhibits.Count))),
            .. exhibits.Select(Of),
        ]));

    /// <summary>A link to each, with what stands between them.</summary>
    public static IEnumerable<Markup> Links(IReadOnlyList<Exhibit> exhibits) =>
        exhibits.Select((exhibit, at) => Markup.Join([at > 0 ? " · " : "", Prose.Link($"#{Id(at)}", exhibit.Title)]));

    private static Markup Of(Exhibit exhibit, int at) => Markup.Element("article", [("id", Id(at)), ("class", "exhibit"), ("aria-labelledby", $"{Id(at)}-name")], Markup.Lines(
    [
        Markup.Element("h3", [("id", $"{Id(at)}-name")], exhibit.Title),
        Markup.Classed("p", "claim", Prose.Of(exhibit.Shows)),
        exhibit.Notes.Count == 0 ? Markup.Empty : Markup.Classed("ul", "notes", [.. exhibit.Notes.Select(note => Markup.Element("li", Prose.Of(note)))]),
        Figures.Of(exhibit.Curves, exhibit.Matrices, exhibit.Bars, exhibit.Histograms, exhibit.Sheets),
    ]));

    private static string Id(int at) => $"exhibit-{Numbers.Whole(at + 1)}";
}
