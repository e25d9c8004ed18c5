using System.Text.RegularExpressions;

namespace TrainingGuards.Reporting.Html;

/// <summary>A message as a page shows it: what stands in backticks as code, ids of rules as links.</summary>
internal static partial class Prose
{
    public static Markup Of(string message)
    {
        var pieces = new List<Markup>();
        int at = 0;
        foreach (Match match in Special().Matches(message))
        {
            if (match.Index > at) pieces.Add(message[at..match.Index]);
            pieces.Add(match.Groups["code"].Success ? Markup.Element("code", match.Groups["code"].Value) : Rule(match.Value));
            at = match.Index + match.Length;
        }
        pieces.Add(message[at..]);
        return Markup.Join(pieces);
    }

    public static Markup Rule(string id) => Link(ProjectPages.OfRule(id), id);

    public static Markup Link(string address, Markup text) => Markup.Element("a", [("href", address)], text);

    [GeneratedRegex(@"`(?<code>[^`\n]+)`|\bTG\d{4}\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Special();
}
