using System.Globalization;

namespace TrainingGuards.Reporting.Html;

/// <summary>A check on the page in full: unfolded where it fails, folded where it does not.</summary>
internal static class EntryArticle
{
    public static Markup Of(Entry entry)
    {
        Markup heading = Markup.Element("h3", [("id", entry.Id + "-name")], ReportPage.Sign(entry.Standing), Markup.Classed("span", "name", $" {entry.Name} "), Markup.Classed("span", "word", entry.Standing.Word));
        return Markup.Element("article", [("id", entry.Id), ("class", entry.Standing.Key), ("aria-labelledby", entry.Id + "-name")],
            Markup.Element("details", [("open", entry.Verdict is { Fails: true } ? "" : null)],
                Markup.Element("summary", heading, entry.Verdict is { } made ? Markup.Classed("span", "claim", made.Check.Claim) : Markup.Empty),
                Markup.Classed("div", "body", Markup.Lines(Body(entry)))));
    }

    private static IEnumerable<Markup> Body(Entry entry)
    {
        var facts = new List<Markup>();
        void Fact(string label, params IEnumerable<Markup> said)
        {
            Markup[] own = [.. said];
            if (own.Length > 0) facts.Add(Markup.Element("div", [("class", $"fact {label.Replace(' ', '-').ToLowerInvariant()}")], Markup.Element("dt", label), Markup.Join(own.Select(one => Markup.Element("dd", one)))));
        }

        if (entry.Excuse is { } excuse) Fact("Excused", Prose.Of(excuse));
        if (entry.Verdict is { } verdict)
        {
            Findings findings = verdict.Findings;
            if (verdict.Reason is { } reason) Fact("Because", Prose.Of(reason));
            if (findings.Where is { } where) Fact("Where", Where(where));
            if (verdict.Outcome == Outcome.Broken)
            {
                Fact("Because", findings.Causes.Count == 0 ? ["cause not determined"] : findings.Causes.Select(Cause));
                Fact("Ruled out", findings.RuledOut.Select(Prose.Of));
                Fact("Do", findings.Causes.Select(cause => cause.Remedy).Distinct().Select(Prose.Of));
            }
            // The claims that are outside come first: they are why one looks here.
            Fact("Measured", findings.Claims.OrderBy(claim => claim.Outside == 0).Select(MeasurementView.Of));
            Markup seen = Figures.Of(findings.Curves, findings.Matrices, findings.Bars, findings.Histograms, findings.Sheets);
            if (!seen.IsEmpty) Fact("Seen", seen);
            Fact("Notes", findings.Notes.Select(Prose.Of));
            if (findings.Controls.Count > 0) Fact("Controls", Controls(findings.Controls));
            Fact("Setup", verdict.Setup);
            Fact("Cost", string.Create(CultureInfo.InvariantCulture, $"{verdict.Cost}, {verdict.Cost.StepEquivalents:0.#} training-step equivalents"));
        }
        if (entry.Page is { } page) Fact("Page", Prose.Link(page, $"What {entry.Name.Split('(')[0]} measures, and what it cannot see"));
        yield return Markup.Element("dl", [.. facts]);
    }

    private static Markup Where(Place place) => Markup.Join(
    [
        "first seen in ", Markup.Element("code", place.Module),
        place.Source is { } source ? Markup.Join([" at ", Markup.Classed("code", "source", source)]) : Markup.Empty,
    ]);

    private static Markup Cause(Cause cause) => Markup.Join([Prose.Of(cause.Evidence), cause.Rule is { } rule ? Markup.Join([" (", Prose.Rule(rule), ")"]) : Markup.Empty]);

    private static Markup Controls(IReadOnlyList<Measurement> controls) => Markup.Element("details",
        Markup.Element("summary", controls.All(control => control.Holds) ? "They hold: the check can see what it looks for" : "One does not hold: a pass would prove nothing"),
        Markup.Join(controls.Select(MeasurementView.Of)));
}
