using System.Globalization;

namespace TrainingGuards.Reporting.Html;

/// <summary>A check on the page: its verdict, or why it was excused.</summary>
/// <param name="Id">The anchor, each only once.</param>
/// <param name="Name">The check, with what was tuned.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Verdict">The verdict; null where it was excused.</param>
/// <param name="Excuse">The reason that was given; null where it was made.</param>
/// <param name="Page">Its page; null for a check of the user's own.</param>
internal sealed record Entry(string Id, string Name, Standing Standing, Verdict? Verdict, string? Excuse, string? Page)
{
    /// <summary>All of a report, the gravest first.</summary>
    public static Entry[] Of(Report report)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        string Id(string name)
        {
            string letters = "check-" + string.Concat(name.Where(char.IsAsciiLetterOrDigit));
            int times = ids[letters] = ids.GetValueOrDefault(letters) + 1;
            return times == 1 ? letters : string.Create(CultureInfo.InvariantCulture, $"{letters}-{times}");
        }
        return
        [
            .. report.Verdicts.Select(verdict => new Entry(Id(verdict.Check.Name), verdict.Check.ToString(), Standing.Of(verdict), verdict, null, ProjectPages.Of(verdict.Check))),
            .. report.Excused.Select(excuse => new Entry(Id(excuse.Key), excuse.Key, Standing.Excused, null, excuse.Value, ProjectPages.Of(excuse.Key))),
        ];
    }
}
