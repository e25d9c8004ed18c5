using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>Reads what <see cref="ReportJson"/> writes.</summary>
internal static class ReportReader
{
    /// <exception cref="InvalidDataException">The text is no report, or one of another version.</exception>
    public static Report Of(string json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement report = document.RootElement;
            int version = report.GetProperty("version").GetInt32();
            if (version != ReportJson.Version) throw Unfit(name, $"its version is {Numbers.Whole(version)}, expected {Numbers.Whole(ReportJson.Version)}; write it again with the TrainingGuards that reads it", inner: null);
            return Report.Told(
                report.Text("title"),
                [.. report.List("verdicts").Select(VerdictReader.Of)],
                report.List("excused").ToDictionary(excuse => excuse.Text("check"), excuse => excuse.Text("because"), StringComparer.Ordinal),
                report.GetProperty("date").GetDateTimeOffset(),
                report.GetProperty("versions").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString()!, StringComparer.Ordinal),
                [.. report.List("exhibits").Select(Exhibit)]);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Unfit(name, $"{failure.Message.TrimEnd('.')}; expected what Report.SaveJson writes", failure);
        }
    }

    private static InvalidDataException Unfit(string name, string because, Exception? inner) => new($"{name} is no report that can be read: {because}.", inner);

    private static Exhibit Exhibit(JsonElement one) => new(one.Text("title"), one.Text("shows"))
    {
        Notes = one.Texts("notes"),
        Curves = PicturesReader.Curves(one),
        Bars = PicturesReader.Bars(one),
        Matrices = PicturesReader.Matrices(one),
        Histograms = PicturesReader.Histograms(one),
        Sheets = PicturesReader.Sheets(one),
    };
}
