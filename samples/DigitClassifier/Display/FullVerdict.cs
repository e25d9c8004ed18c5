using Spectre.Console;
using Spectre.Console.Rendering;
using TrainingGuards;

namespace DigitClassifier.Display;

/// <summary>A verdict in full, a fact a row, long ones wrapped beside their labels.</summary>
public static class FullVerdict
{
    /// <summary>The text of a verdict.</summary>
    public static IRenderable Of(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        string[] lines = verdict.ToString().Split('\n');
        Grid facts = new Grid().AddColumn(new GridColumn().NoWrap().Width(10).PadLeft(2).PadRight(1)).AddColumn(new GridColumn().PadRight(0));
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            facts.AddRow(new Text(line[..(colon + 1)].Trim()), new Text(line[(colon + 1)..].Trim()));
        }
        return new Rows(new Text(lines[0], new Style(decoration: Decoration.Bold)), facts, Text.Empty);
    }
}
