using DigitClassifier.Analysis;
using DigitClassifier.Display;
using Spectre.Console;
using Spectre.Console.Rendering;
using TrainingGuards;

namespace SilentFailures;

/// <summary>Planted failures, one a row: what it costs, and what the rule and the check say of it.</summary>
internal static class FindingTable
{
    public static Table Of(IEnumerable<Finding> findings, double sound)
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).ShowRowSeparators()
            .AddColumn(new TableColumn("Planted").NoWrap())
            .AddColumn("What the rule and the check say");
        foreach (Finding finding in findings)
        {
            Paragraph planted = new Paragraph(finding.Failure.Name, new Style(decoration: Decoration.Bold))
                .Append("\naccuracy ").Append(Percent.Of(sound), Color.Green).Append(" → ").Append(Percent.Of(finding.Accuracy), Color.Red);
            IRenderable[] rules = [.. finding.Warnings.Select(Says)], checks = [.. finding.Broken.Select(Says)];
            table.AddRow(planted, new Rows([.. rules.DefaultIfEmpty(Missed("No rule warns.")), .. checks.DefaultIfEmpty(Missed("No check is broken."))]));
        }
        return table;
    }

    private static Paragraph Says(RuleWarning warning) => new Paragraph(warning.Rule, Color.Yellow).Append($" at {warning.File}:{warning.Line}");

    private static Paragraph Says(Verdict verdict)
    {
        string cause = verdict.Findings.Causes.Count == 0 ? "cause not determined" : verdict.Findings.Causes[0].ToString();
        string place = verdict.Findings.Where is { } where ? $"; {where}" : "";
        return new Paragraph(verdict.Check.Name, Color.Yellow).Append($": {cause}{place}");
    }

    private static Text Missed(string words) => new(words, Color.Red);
}
