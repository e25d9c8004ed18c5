using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrainingGuards.Documents.Tests;

/// <summary>What an editor shows of a rule, as an SVG: the code, the wave under what is reported, and the message beside it.</summary>
internal static class EditorPicture
{
    private const double Advance = 8.43, Height = 22, Left = 52, Top = 34;
    private const int Wrap = 88;

    private const string Style = """
        <style>
        text { font: 14px Consolas, Menlo, "DejaVu Sans Mono", monospace; white-space: pre; fill: #1f2328 }
        .page { fill: #ffffff; stroke: #d0d7de } .number { fill: #8c959f } .keyword { fill: #0550ae } .type { fill: #6639ba } .literal { fill: #0a3069 } .comment { fill: #57606a }
        .wave { fill: none; stroke: #bf8700; stroke-width: 1.6 } .tip { fill: #f6f8fa; stroke: #afb8c1 } .id { fill: #9a6700; font-weight: bold }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 } .page { fill: #0d1117; stroke: #30363d } .number { fill: #6e7681 } .keyword { fill: #79c0ff } .type { fill: #d2a8ff } .literal { fill: #a5d6ff } .comment { fill: #8b949e }
        .wave { stroke: #d29922 } .tip { fill: #161b22; stroke: #484f58 } .id { fill: #d29922 } }
        </style>
        """;

    /// <summary>The picture of a file, from one line to another, counted from 1, as a rule sees it.</summary>
    public static string Of(string source, DiagnosticAnalyzer rule, int from, int to)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source);
        CSharpCompilation compilation = CSharpCompilation.Create("picture", [tree], DocumentedCode.References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Diagnostic found = Assert.Single(compilation.WithAnalyzers([rule]).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult());
        string[] message = [.. Wrapped(found.GetMessage(CultureInfo.InvariantCulture))];
        FileLinePositionSpan span = found.Location.GetLineSpan();
        int line = span.StartLinePosition.Line + 1;

        var svg = new StringBuilder();
        double width = Left + (Advance * (Wrap + 4)), tip = Top + ((line - from + 0.4) * Height), below = (message.Length + 1) * Height;
        double height = Top + ((to - from + 1) * Height) + below;
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:F0}\" height=\"{height:F0}\" viewBox=\"0 0 {width:F0} {height:F0}\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escaped(found.Id)}: {Escaped(string.Join(' ', message))}</title>\n{Style}\n<rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"{width - 1:F0}\" height=\"{height - 1:F0}\" rx=\"6\"/>\n");
        for (int at = from; at <= to; at++)
        {
            double y = Top + ((at - from) * Height) + (at > line ? below : 0);
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"number\" x=\"14\" y=\"{y:F0}\">{at,3}</text><text x=\"{Left:F0}\" y=\"{y:F0}\">{Coloured(tree, at)}</text>\n");
        }
        double x = Left + (span.StartLinePosition.Character * Advance), end = Left + (span.EndLinePosition.Character * Advance), wave = Top + ((line - from) * Height) + 4;
        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"wave\" d=\"M{x:F1} {wave:F1}");
        for (int k = 0; x + (3 * k) < end; k++) svg.Append(CultureInfo.InvariantCulture, $" l3 {(k % 2 == 0 ? 3 : -3)}");
        svg.Append(CultureInfo.InvariantCulture, $"\"/>\n<rect class=\"tip\" x=\"{Left + 24:F0}\" y=\"{tip:F0}\" width=\"{(Wrap + 1) * Advance - 24:F0}\" height=\"{(message.Length * Height) + 8:F0}\" rx=\"4\"/>\n");
        for (int k = 0; k < message.Length; k++)
        {
            string id = k == 0 ? $"<tspan class=\"id\">{found.Id}</tspan>  " : "        ";
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 34:F0}\" y=\"{tip + 19 + (k * Height):F0}\">{id}{Escaped(message[k])}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Coloured(SyntaxTree tree, int line)
    {
        Microsoft.CodeAnalysis.Text.TextLine text = tree.GetText().Lines[line - 1];
        var coloured = new StringBuilder();
        int at = text.Start;
        foreach (SyntaxToken token in tree.GetRoot().DescendantTokens().Where(token => token.Span.IntersectsWith(text.Span) && token.Span.Length > 0 && text.Span.Contains(token.Span)))
        {
            coloured.Append(Escaped(tree.GetText().ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(at, token.SpanStart))));
            string kind = token.IsKeyword() || token.Text == "var" ? "keyword" : token.IsKind(SyntaxKind.NumericLiteralToken) || token.IsKind(SyntaxKind.StringLiteralToken) ? "literal" : token.IsKind(SyntaxKind.IdentifierToken) && char.IsUpper(token.Text[0]) ? "type" : "";
            coloured.Append(kind.Length == 0 ? Escaped(token.Text) : $"<tspan class=\"{kind}\">{Escaped(token.Text)}</tspan>");
            at = token.Span.End;
        }
        return coloured.Append(Escaped(tree.GetText().ToString(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(at, text.End)))).ToString();
    }

    private static IEnumerable<string> Wrapped(string message)
    {
        var line = new StringBuilder();
        foreach (string word in message.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length > Wrap - 14)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        yield return line.ToString();
    }

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
