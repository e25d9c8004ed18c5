using System.Text.Json;

namespace TrainingGuards.Tests.Reporting;

public sealed class JsonReportTests
{
    private static readonly JsonElement Schema = Parse(File.ReadAllText(Repository.PathOf("docs/report.schema.json")));

    [Fact]
    public void A_report_is_as_the_schema_says()
    {
        Assert.Empty(JsonSchema.Faults(Parse(SampleReports.Small.ToJson()), Schema));
        Assert.Empty(JsonSchema.Faults(Parse(SampleReports.OfHostileNames.ToJson()), Schema));
        Assert.Empty(JsonSchema.Faults(Parse(Report.Of([], "Empty").ToJson()), Schema));
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"outcome\": \"broken\"", "\"outcome\": \"fine\"")]
    [InlineData("\"value\": \"NaN\"", "\"value\": \"nan\"")]
    [InlineData("\"outside\": 1", "\"outside\": 1.5")]
    [InlineData("\"title\"", "\"name\"")]
    public void The_schema_tells_what_is_wrong(string right, string wrong)
    {
        string json = SampleReports.Small.ToJson();
        Assert.Contains(right, json, StringComparison.Ordinal);
        Assert.NotEmpty(JsonSchema.Faults(Parse(json.Replace(right, wrong, StringComparison.Ordinal)), Schema));
    }

    [Fact]
    public void Numbers_that_are_none_are_words_and_all_others_are_exact()
    {
        JsonElement broken = Parse(SampleReports.Small.ToJson()).GetProperty("verdicts")[0];
        JsonElement[] readings = [.. broken.GetProperty("claims")[1].GetProperty("readings").EnumerateArray().Select(reading => reading.GetProperty("value"))];
        Assert.Equal(0.25, readings[1].GetDouble());
        Assert.Equal("NaN", readings[2].GetString());
        JsonElement hostile = Parse(SampleReports.OfHostileNames.ToJson()).GetProperty("verdicts")[0];
        Assert.Equal("Infinity", hostile.GetProperty("claims")[0].GetProperty("readings")[2].GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, broken.GetProperty("claims")[0].GetProperty("expected").GetProperty("lower").ValueKind);
    }

    [Fact]
    public void Pictures_are_there_to_the_byte()
    {
        JsonElement exhibit = Parse(SampleReports.Small.ToJson()).GetProperty("exhibits")[0], sheet = exhibit.GetProperty("sheets")[0];
        Assert.Equal([0, 85, 170, 255], sheet.GetProperty("images")[0].GetProperty("levels").GetBytesFromBase64());
        Assert.Equal("NaN", sheet.GetProperty("images")[1].GetProperty("least").GetString());
        Assert.Equal(8, exhibit.GetProperty("histograms")[0].GetProperty("rows")[1].GetProperty("zeros").GetInt32());
        JsonElement facts = Parse(SampleReports.Small.ToJson()).GetProperty("verdicts")[0].GetProperty("facts");
        Assert.Equal(("MlpClassifier", 32, 0, "cpu"), (facts.GetProperty("model").GetString(), facts.GetProperty("batchSize").GetInt32(), facts.GetProperty("seed").GetInt32(), facts.GetProperty("device").GetString()));
    }

    [Fact]
    public void Every_field_is_described()
    {
        static IEnumerable<string> Undescribed(JsonElement schema, string path) => schema.ValueKind != JsonValueKind.Object ? [] : schema.EnumerateObject().SelectMany(member =>
            member.Name == "properties"
                ? member.Value.EnumerateObject().SelectMany(field => (field.Value.TryGetProperty("description", out _) || field.Value.TryGetProperty("$ref", out _) ? [] : new[] { $"{path}/{field.Name}" }).Concat(Undescribed(field.Value, $"{path}/{field.Name}")))
                : Undescribed(member.Value, $"{path}/{member.Name}"));
        Assert.Empty(Undescribed(Schema, ""));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
