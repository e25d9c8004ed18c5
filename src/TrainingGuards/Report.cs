using System.Text;
using TrainingGuards.Reporting;
using TrainingGuards.Reporting.Html;
using TrainingGuards.Reporting.Json;
using TrainingGuards.Reporting.Sarif;

namespace TrainingGuards;

/// <summary>What became of checks, to keep and to show: a page for people, JSON for programs, SARIF for the viewers of analyzers.</summary>
public sealed record Report
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private Report(string title, IReadOnlyList<Verdict> verdicts, IReadOnlyDictionary<string, string> excused) => (Title, Verdicts, Excused) = (title, verdicts, excused);

    /// <summary>The heading, in the user's words.</summary>
    public string Title { get; }

    /// <summary>The verdicts by gravity: broken, inconclusive, not run to the end, holding, not applicable; within that in the order in which they were given.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; }

    /// <summary>What was left out, by name, and the reason that was given for it.</summary>
    public IReadOnlyDictionary<string, string> Excused { get; }

    /// <summary>What is shown beside the verdicts, in order.</summary>
    public IReadOnlyList<Exhibit> Exhibits { get; private init; } = [];

    /// <summary>When it was made; now, unless it is set.</summary>
    public DateTimeOffset Date { get; init; } = DateTimeOffset.Now;

    /// <summary>The versions of what ran, by name; those of this process, unless they are set.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = RunningVersions.All();

    /// <summary>What all checks cost together.</summary>
    public Cost Cost => Verdicts.Aggregate(new Cost(0, 0, 0), (sum, verdict) => sum + verdict.Cost);

    /// <summary>A report of verdicts: of a recipe, with what was excused; of single checks; of a <see cref="TrainingMonitor"/>.</summary>
    /// <param name="verdicts">The verdicts; those of a <see cref="RecipeVerdict"/> bring with them what was excused.</param>
    /// <param name="title">The heading: <c>DigitClassifier</c>.</param>
    public static Report Of(IEnumerable<Verdict> verdicts, string title)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        var excused = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (verdicts is RecipeVerdict recipe)
            foreach ((string name, string because) in recipe.Excused) excused[name] = because;
        var made = new List<Verdict>();
        foreach (Verdict verdict in verdicts)
        {
            if (verdict.Check is ExcusedCheck excuse) excused[excuse.Excused] = excuse.Because;
            else made.Add(verdict);
        }
        return new(title, [.. made.OrderBy(verdict => Standing.Of(verdict).Gravity)], excused);
    }

    /// <summary>Reads a report that was written as JSON, by this process or another: on an agent of a build, last night.</summary>
    /// <param name="path">The file that <see cref="SaveJson"/> wrote.</param>
    /// <exception cref="InvalidDataException">The file is no report, or one of another version; the message says what was expected.</exception>
    public static Report Read(string path) => ReportReader.Of(File.ReadAllText(path), Path.GetFileName(path));

    /// <summary>Several reports as one, as of the agents that a suite was shared among: all verdicts by gravity, all exhibits, what any of them excused.</summary>
    /// <param name="title">The heading of all.</param>
    /// <param name="reports">The reports; of as many as there are the date is the latest. A version that differs is listed with each value.</param>
    public static Report Merge(string title, params IEnumerable<Report> reports)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentNullException.ThrowIfNull(reports);
        Report[] all = [.. reports];
        IReadOnlyDictionary<string, string> Joined(Func<Report, IReadOnlyDictionary<string, string>> of, string between) => new SortedDictionary<string, string>(
            all.SelectMany(of).GroupBy(one => one.Key, one => one.Value).ToDictionary(one => one.Key, one => string.Join(between, one.Distinct())), StringComparer.Ordinal);
        Report merged = Told(title, [.. all.SelectMany(report => report.Verdicts)], Joined(report => report.Excused, "; "), DateTimeOffset.Now, RunningVersions.All(), [.. all.SelectMany(report => report.Exhibits)]);
        return all.Length == 0 ? merged : merged with { Date = all.Max(report => report.Date), Versions = Joined(report => report.Versions, " and ") };
    }

    /// <summary>A report of what is known already.</summary>
    internal static Report Told(string title, IReadOnlyList<Verdict> verdicts, IReadOnlyDictionary<string, string> excused, DateTimeOffset date, IReadOnlyDictionary<string, string> versions, IReadOnlyList<Exhibit> exhibits) =>
        new(title, [.. verdicts.OrderBy(verdict => Standing.Of(verdict).Gravity)], new SortedDictionary<string, string>(excused.ToDictionary(), StringComparer.Ordinal)) { Date = date, Versions = versions, Exhibits = exhibits };

    /// <summary>This report with more to see: <c>report.With(Gallery.Of(setup, model))</c>, or exhibits of the user's own.</summary>
    /// <param name="exhibits">What is shown beside the verdicts, after what already is.</param>
    public Report With(params IEnumerable<Exhibit> exhibits)
    {
        ArgumentNullException.ThrowIfNull(exhibits);
        return this with { Exhibits = [.. Exhibits, .. exhibits] };
    }

    /// <summary>Writes the report as one HTML file that needs nothing else: no script, no network.</summary>
    /// <param name="path">The file; its folder is made where it is missing, and the file replaced where it exists.</param>
    public void SaveHtml(string path) => Write(path, ToHtml());

    /// <summary>Writes the report as JSON, as <c>docs/report.schema.json</c> describes it.</summary>
    /// <param name="path">The file; its folder is made where it is missing, and the file replaced where it exists.</param>
    public void SaveJson(string path) => Write(path, ToJson());

    /// <summary>Writes what does not hold as SARIF 2.1.0, the format of analyzers.</summary>
    /// <param name="path">The file; its folder is made where it is missing, and the file replaced where it exists.</param>
    public void SaveSarif(string path) => Write(path, ToSarif());

    /// <summary>The report as one HTML page that needs nothing else, as <see cref="SaveHtml"/> writes it.</summary>
    public string ToHtml() => ReportPage.Of(this);

    /// <summary>The report as JSON, as <see cref="SaveJson"/> writes it.</summary>
    public string ToJson() => ReportJson.Of(this);

    /// <summary>What does not hold as SARIF 2.1.0, as <see cref="SaveSarif"/> writes it.</summary>
    public string ToSarif() => ReportSarif.Of(this);

    private static void Write(string path, string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, text, Utf8);
    }
}
