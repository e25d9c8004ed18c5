using System.Globalization;
using Spectre.Console;

namespace DigitClassifier.Display;

/// <summary>How training went, an epoch a row; of many epochs some, the first and the last among them.</summary>
public static class EpochTable
{
    private const int MostRows = 10;

    /// <summary>The table of some epochs.</summary>
    public static Table Of(IReadOnlyList<EpochResult> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (string heading in (string[])["Epoch", "Training loss", "Held-out accuracy", "Seconds"]) table.AddColumn(new TableColumn(heading).RightAligned());
        int interval = (epochs.Count + MostRows - 1) / MostRows;
        foreach (EpochResult epoch in epochs.Where(epoch => epoch.Number == 1 || (epochs.Count - epoch.Number) % interval == 0))
        {
            table.AddRow(
                epoch.Number.ToString(CultureInfo.InvariantCulture),
                epoch.Loss.ToString("F4", CultureInfo.InvariantCulture),
                Percent.Of(epoch.Accuracy),
                epoch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture));
        }
        return table;
    }
}
