using System.Globalization;
using DigitClassifier.Data;
using Spectre.Console;

namespace DigitClassifier.Display;

/// <summary>A confusion matrix, a digit a row: right readings in greens, wrong ones in reds, the deeper the more frequent.</summary>
public static class ConfusionTable
{
    /// <summary>The table of a matrix.</summary>
    public static Table Of(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey).AddColumn(new TableColumn("Digit \\ read as").RightAligned());
        for (int readAs = 0; readAs < Digits.Classes; readAs++) table.AddColumn(new TableColumn($"{readAs}").RightAligned().Width(3).Padding(0, 0));
        table.AddColumn(new TableColumn("Right").RightAligned());
        for (int digit = 0; digit < Digits.Classes; digit++)
        {
            int total = matrix.Of(digit);
            var cells = new List<Markup> { new($"{digit}") };
            for (int readAs = 0; readAs < Digits.Classes; readAs++) cells.Add(Cell(matrix[digit, readAs], total, isRight: readAs == digit));
            cells.Add(new(total == 0 ? "" : Percent.Of((double)matrix[digit, digit] / total)));
            table.AddRow(cells);
        }
        return table;
    }

    private static Markup Cell(int count, int total, bool isRight)
    {
        if (count == 0) return new("[grey]·[/]");
        double share = (double)count / total;
        // A single mistake must be seen as well as ten.
        byte light = (byte)(isRight ? 60 + (110 * share) : 110 + (120 * Math.Min(1, 5 * share)));
        Color heat = isRight ? new(0, light, 40) : new(light, 30, 30);
        return new(string.Create(CultureInfo.InvariantCulture, $"{count,3}"), new Style(Color.White, heat));
    }
}
