using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>A snippet and the spans marked in it: <c>[|…|]</c> for the rule under test, <c>{|TG1001:…|}</c> for one by its id.</summary>
internal sealed class Markup
{
    private Markup(string source, IReadOnlyList<(TextSpan Span, string? Id)> marks) => (Source, Marks) = (source, marks);

    /// <summary>The snippet without its marks.</summary>
    public string Source { get; }

    /// <summary>What is marked, in the order of the text; no id where the rule under test is meant.</summary>
    public IReadOnlyList<(TextSpan Span, string? Id)> Marks { get; }

    /// <exception cref="FormatException">A mark is opened and not closed, or closed and not opened.</exception>
    public static Markup Parse(string text)
    {
        var source = new StringBuilder();
        var marks = new List<(TextSpan, string?)>();
        var open = new Stack<(int Start, string? Id)>();
        for (int i = 0; i < text.Length; i++)
        {
            string two = i + 1 < text.Length ? text.Substring(i, 2) : "";
            switch (two)
            {
                case "[|":
                    open.Push((source.Length, null));
                    i++;
                    break;
                case "{|":
                    int colon = text.IndexOf(':', i);
                    open.Push((source.Length, text[(i + 2)..colon]));
                    i = colon;
                    break;
                case "|]" or "|}" when open.TryPop(out (int Start, string? Id) mark) && (mark.Id is null) == (two == "|]"):
                    marks.Add((TextSpan.FromBounds(mark.Start, source.Length), mark.Id));
                    i++;
                    break;
                case "|]" or "|}":
                    throw new FormatException($"A mark is closed that was not opened, at {i}: {text}");
                default:
                    source.Append(text[i]);
                    break;
            }
        }
        return open.Count == 0
            ? new Markup(source.ToString(), [.. marks.OrderBy(mark => mark.Item1.Start)])
            : throw new FormatException($"A mark is not closed: {text}");
    }
}
