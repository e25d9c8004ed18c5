using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingGuards.Reporting.Sarif;

/// <summary>Lines of a source file, of which the name alone is known.</summary>
internal sealed partial record SourceLines(string File, int First, int Last)
{
    /// <summary>The lines of <c>MyModel.cs:42</c> or <c>MyModel.cs:42–48</c>; null where the text tells none.</summary>
    public static SourceLines? Of(string? source)
    {
        Match match = Form().Match(source ?? "");
        if (!match.Success || !Number("first", out int first)) return null;
        return new(match.Groups["file"].Value, first, Number("last", out int last) ? last : first);

        bool Number(string name, out int line) => int.TryParse(match.Groups[name].Value, NumberStyles.None, CultureInfo.InvariantCulture, out line) && line > 0;
    }

    [GeneratedRegex(@"^(?<file>.+?):(?<first>\d+)([–-](?<last>\d+))?$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Form();
}
