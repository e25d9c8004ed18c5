using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>A report as JSON: every number that was measured, in a stable order. <c>docs/report.schema.json</c> describes it.</summary>
internal static class ReportJson
{
    public const int Version = 1;

    public static string Of(Report report) => JsonText.Of(json => json.WriteObject(() =>
    {
        json.WriteNumber("version", Version);
        json.WriteString("title", report.Title);
        json.WriteString("date", report.Date);
        json.WriteObject("versions", () =>
        {
            foreach ((string name, string version) in report.Versions) json.WriteString(name, version);
        });
        json.WriteObject("counts", () =>
        {
            foreach (Standing standing in Standing.All)
                json.WriteNumber(standing.Key, standing == Standing.Excused ? report.Excused.Count : report.Verdicts.Count(verdict => Standing.Of(verdict) == standing));
        });
        json.WriteObject("cost", () => VerdictJson.Cost(json, report.Cost));
        json.WriteList("verdicts", report.Verdicts, verdict => VerdictJson.Write(json, verdict));
        json.WriteList("exhibits", report.Exhibits, exhibit => json.WriteObject(() =>
        {
            json.WriteString("title", exhibit.Title);
            json.WriteString("shows", exhibit.Shows);
            json.WriteList("notes", exhibit.Notes, json.WriteStringValue);
            PicturesJson.Write(json, exhibit.Curves, exhibit.Bars, exhibit.Matrices, exhibit.Histograms, exhibit.Sheets);
        }));
        json.WriteList("excused", report.Excused, excuse => json.WriteObject(() =>
        {
            json.WriteString("check", excuse.Key);
            json.WriteString("because", excuse.Value);
            json.WriteString("page", ProjectPages.Of(excuse.Key));
        }));
    }));
}
