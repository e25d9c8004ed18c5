using System.Globalization;
using Spectre.Console;
using TrainingGuards;

namespace DigitClassifier.Display;

/// <summary>The verdicts on a setup, a check a row: what was measured, what was expected, what it cost.</summary>
public static class GuardTable
{
    /// <summary>The table of the verdicts that concern the setup.</summary>
    public static Table Of(IEnumerable<Verdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey)
            .AddColumn(new TableColumn("Check").NoWrap())
            .AddColumns("Verdict", "Measured")
            .AddColumn(new TableColumn("Cost").RightAligned());
        foreach (Verdict verdict in verdicts.Where(verdict => verdict.Outcome != Outcome.NotApplicable))
        {
            Measurement? claim = verdict.Findings.Claims.MaxBy(claim => claim.Outside);
            table.AddRow(
                new Text(verdict.Check.Name),
                Word(verdict.Outcome),
                verdict.Reason is { } reason ? new Text(reason) : verdict.Outcome == Outcome.Holds && claim is not null ? Brief(claim) : Facts(claim),
                new Text(verdict.Cost.ToString()));
        }
        return table;
    }

    /// <summary>What does not concern the setup, a line a check: its name and why.</summary>
    public static Grid OfOthers(IEnumerable<Verdict> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        Grid grid = new Grid().AddColumns(2);
        foreach (Verdict verdict in verdicts.Where(verdict => verdict.Outcome == Outcome.NotApplicable))
            grid.AddRow(new Text(verdict.Check.Name, new Style(Color.Grey)), new Text(verdict.Reason ?? "", new Style(Color.Grey)));
        return grid;
    }

    private static Text Word(Outcome outcome) => new(Summary.Word(outcome), outcome switch
    {
        Outcome.Holds => Color.Green,
        Outcome.Broken or Outcome.Crashed => Color.Red,
        Outcome.Inconclusive => Color.Yellow,
        _ => Color.Grey,
    });

    // What holds is read at a glance: the number, and where it may lie.
    private static Paragraph Brief(Measurement claim) => new Paragraph(string.Create(CultureInfo.InvariantCulture, $"{claim.Worst.Value:G4}"))
        .Append($", {Expected(claim)}", new Style(Color.Grey));

    private static Paragraph Facts(Measurement? claim) => claim is null
        ? new Paragraph()
        : new Paragraph(Measured(claim)).Append($"\nexpected {Expected(claim)}", new Style(Color.Grey));

    // A bound says in parentheses where its numbers come from; the full verdict has that too.
    private static string Expected(Measurement claim) => claim.Expected.ToString().Split(" (")[0];

    private static string Measured(Measurement claim) => claim.Readings.Count == 0
        ? $"{claim.Quantity}: nothing"
        : string.Create(CultureInfo.InvariantCulture, $"{claim.Quantity} = {claim.Worst.Value:G3}{(claim.Readings.Count == 1 ? "" : $", worst of {claim.Readings.Count}")}");
}
