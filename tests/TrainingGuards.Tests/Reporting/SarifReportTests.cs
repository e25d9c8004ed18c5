using System.Text.Json;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Reporting.Sarif;
using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests.Reporting;

public sealed class SarifReportTests
{
    private static readonly JsonElement Run = JsonDocument.Parse(SampleReports.Small.ToSarif()).RootElement.GetProperty("runs")[0];

    [Fact]
    public void What_does_not_hold_is_a_result_at_its_level()
    {
        JsonElement[] results = [.. Run.GetProperty("results").EnumerateArray()];
        Assert.Equal(["error", "warning", "warning"], results.Select(result => result.GetProperty("level").GetString()));
        Assert.Equal(["broken", "inconclusive", "crashed"], results.Select(result => result.GetProperty("properties").GetProperty("outcome").GetString()));
        Assert.All(results, result => Assert.Equal(result.GetProperty("ruleId").GetString(), Run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
        string text = results[0].GetProperty("message").GetProperty("text").GetString()!;
        Assert.Contains("loss = 1.5, expected at most 0.1", text, StringComparison.Ordinal);
        Assert.EndsWith("use permute before view.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_location_is_the_line_of_a_file_of_which_the_name_is_known()
    {
        JsonElement location = Run.GetProperty("results")[0].GetProperty("locations")[0];
        JsonElement file = location.GetProperty("physicalLocation").GetProperty("artifactLocation"), region = location.GetProperty("physicalLocation").GetProperty("region");
        Assert.Equal("MyModel.cs", file.GetProperty("uri").GetString());
        Assert.Contains("folder is not known", file.GetProperty("description").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal((42, 48), (region.GetProperty("startLine").GetInt32(), region.GetProperty("endLine").GetInt32()));
        Assert.Equal("encoder.mix", location.GetProperty("logicalLocations")[0].GetProperty("fullyQualifiedName").GetString());
    }

    [Fact]
    public void The_rules_are_the_checks_that_were_made_with_their_pages()
    {
        Verdict verdict = SoundSetups.Classifier.Judge(new ExamplesAreIsolated());
        JsonElement rule = JsonDocument.Parse(Report.Of([verdict, verdict], "Digits").ToSarif()).RootElement.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Single();
        Assert.Equal("ExamplesAreIsolated", rule.GetProperty("id").GetString());
        Assert.EndsWith("/docs/checks/ExamplesAreIsolated.md", rule.GetProperty("helpUri").GetString(), StringComparison.Ordinal);
        // A check of the user's own has no page here.
        Assert.False(Run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[0].TryGetProperty("helpUri", out _));
    }

    [Theory]
    [InlineData("MyModel.cs:42", "MyModel.cs", 42, 42)]
    [InlineData("My Model.cs:42–48", "My Model.cs", 42, 48)]
    public void Lines_are_read(string source, string file, int first, int last) => Assert.Equal(new SourceLines(file, first, last), SourceLines.Of(source));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("MyModel.cs")]
    [InlineData("MyModel.cs:99999999999")]
    [InlineData("MyModel.cs:0")]
    public void What_tells_no_line_has_none(string? source) => Assert.Null(SourceLines.Of(source));
}
