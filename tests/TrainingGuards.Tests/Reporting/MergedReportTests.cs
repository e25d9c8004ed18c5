namespace TrainingGuards.Tests.Reporting;

public sealed class MergedReportTests
{
    public static TheoryData<string> Reports => ["small", "hostile"];

    [Theory]
    [MemberData(nameof(Reports))]
    public void What_is_read_is_what_was_written(string name)
    {
        // Half a surrogate pair is no text: JSON carries the sign for that, once and for all.
        Report report = name == "small" ? SampleReports.Small : Read(SampleReports.OfHostileNames);
        Report read = Read(report);
        Assert.Equal(report.ToJson(), read.ToJson());
        Assert.Equal(report.ToSarif(), read.ToSarif());
        Assert.Equal(report.ToHtml(), read.ToHtml());
        Assert.Equal(report.Verdicts.Select(verdict => verdict.ToString()), read.Verdicts.Select(verdict => verdict.ToString()));
    }

    [Fact]
    public void Reports_of_several_agents_are_one()
    {
        Report first = Read(SampleReports.Small), second = Read(SampleReports.OfHostileNames with { Date = SampleReports.Small.Date.AddHours(1), Versions = new Dictionary<string, string> { ["TorchSharp"] = "0.105.0" } });
        Report merged = Report.Merge("Nightly", first, second);
        Assert.Equal("Nightly", merged.Title);
        Assert.Equal(first.Verdicts.Count + second.Verdicts.Count, merged.Verdicts.Count);
        Assert.Equal([Outcome.Broken, Outcome.Broken, Outcome.Inconclusive, Outcome.Crashed, Outcome.Crashed, Outcome.Holds, Outcome.NotApplicable], merged.Verdicts.Select(verdict => verdict.Outcome));
        Assert.Equal(first.Cost + second.Cost, merged.Cost);
        Assert.Equal(["OneBatchOverfits"], merged.Excused.Keys);
        Assert.Equal(3, merged.Exhibits.Count);
        Assert.Equal(second.Date, merged.Date);
        Assert.Equal("0.107.0 and 0.105.0", merged.Versions["TorchSharp"]);
    }

    [Fact]
    public void Nothing_merges_to_an_empty_report() => Assert.Empty(Report.Merge("Nothing").Verdicts);

    [Theory]
    [InlineData("{", "guards.json is no report that can be read")]
    [InlineData("{}", "expected what Report.SaveJson writes")]
    [InlineData("{\"version\": 99}", "its version is 99, expected 1")]
    public void Another_file_is_refused_with_what_was_expected(string text, string said)
    {
        Assert.Contains(said, Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);
        string json = SampleReports.Small.ToJson();
        Assert.Throws<InvalidDataException>(() => Read(json.Replace("\"outcome\": \"broken\"", "\"outcome\": \"fine\"", StringComparison.Ordinal)));
        Assert.Throws<InvalidDataException>(() => Read(json.Replace("\"width\": 2", "\"width\": 3", StringComparison.Ordinal)));
    }

    private static Report Read(Report report) => Read(report.ToJson());

    private static Report Read(string json)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string path = Path.Combine(folder, "guards.json");
            File.WriteAllText(path, json);
            return Report.Read(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
