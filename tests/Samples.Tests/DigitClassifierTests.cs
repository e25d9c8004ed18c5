using DigitClassifier;
using TrainingGuards;
using TrainingGuards.Documents;

namespace Samples.Tests;

public sealed class DigitClassifierTests
{
    [Fact]
    public void It_is_analysed_guarded_and_trained()
    {
        using var recording = new Recording();
        Assert.Equal(0, Program.Run([], recording.Console, recording.Errors));
        Assert.Matches("[1-9][0-9]* rules of TrainingGuards ran over this program as it was compiled: 0 warnings[.]", recording.Text.ReplaceLineEndings(" "));
        Assert.Contains("Guarding 55/55: ClippingIsRare not applicable", recording.Text, StringComparison.Ordinal);
        Assert.True(Accuracy(recording) >= 97, recording.Text);
        Assert.All(recording.Text.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    /// <summary>Real digits lie beside a developer's clone; a user's has none, and there the program draws its own.</summary>
    [Fact]
    public void Digits_are_read_at_97_percent()
    {
        string real = Repository.PathOf("../shared/data/digits.csv");
        using var recording = new Recording();
        Assert.Equal(0, Program.Run(["--unguarded", .. File.Exists(real) ? ["--data", real] : Array.Empty<string>()], recording.Console, recording.Errors));
        Assert.True(Accuracy(recording) >= 97, recording.Text);
    }

    [Fact]
    public void What_the_guards_found_is_written_as_a_page()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string file = Path.Combine(folder, "guards.html");
            using var recording = new Recording();
            Assert.Equal(0, Program.Run(["--epochs", "1", "--report", file], recording.Console, recording.Errors));
            Assert.Contains("What the guards found is in guards.html.", recording.Text, StringComparison.Ordinal);
            string page = File.ReadAllText(file);
            Assert.Contains("What the guards found, and a gallery of the trained net, is in guards.html.", recording.Text, StringComparison.Ordinal);
            foreach (string title in new[] { "Examples just before the net", "First-layer filters", "Updates over the first steps", "Predictions", "Worst examples" }) Assert.Contains($">{title}</h3>", page, StringComparison.Ordinal);
            Assert.DoesNotContain("could not be drawn", page, StringComparison.Ordinal);
            string[] counts = recording.Text.Split('\n').First(line => line.Contains(" checks: ", StringComparison.Ordinal)).Split(';')[0].Split(": ");
            Repository.PartMustBe("README.md", "picture of the report", ReportPicture.Line(counts[0], counts[1]));
            if (Repository.UpdatesDocs) ReportPicture.Take(page, folder, Repository.PathOf("docs/report.png"));
            Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
            foreach (Check check in DigitSetup.Recipe) Assert.Contains($">{check.Name}<", page, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_told_in_words()
    {
        using var recording = new Recording();
        Assert.Equal(2, Program.Run(["--epochs", "1", "--report", Path.Combine(typeof(DigitClassifierTests).Assembly.Location, "guards.html")], recording.Console, recording.Errors));
        Assert.Contains("cannot be written", recording.Errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such option", "--rate", "0.1")]
    [InlineData("no number", "--epochs", "many")]
    [InlineData("no value", "--seed")]
    [InlineData("no guards", "--unguarded", "--report", "guards.html")]
    [InlineData("no file", "--data", "nowhere.csv")]
    public void Bad_input_says_what_was_expected(string what, params string[] args)
    {
        using var recording = new Recording();
        Assert.Equal(2, Program.Run(args, recording.Console, recording.Errors));
        Assert.True(recording.Errors.ToString().Contains(args[^1], StringComparison.Ordinal) || recording.Errors.ToString().Contains(args[0], StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData("1,2,3", "line 2")]
    [InlineData("0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0,12", "12")]
    [InlineData("0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,99,10,0,0,0,1", "99")]
    public void A_file_with_a_bad_line_is_refused_at_its_line(string line, string expected)
    {
        const string Good = "0,0,5,13,9,1,0,0,0,0,13,15,10,15,5,0,0,3,15,2,0,11,8,0,0,4,12,0,0,8,8,0,0,5,8,0,0,9,8,0,0,4,11,0,1,12,7,0,0,2,14,5,10,12,0,0,0,0,6,13,10,0,0,0,0";
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(file, $"{Good}\n{line}\n");
        try
        {
            using var recording = new Recording();
            Assert.Equal(2, Program.Run(["--data", file], recording.Console, recording.Errors));
            Assert.Contains("line 2", recording.Errors.ToString(), StringComparison.Ordinal);
            Assert.Contains(expected, recording.Errors.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Accuracy(Recording recording) => double.Parse(recording.Text.Split("Held-out accuracy ")[^1].Split(" %")[0], System.Globalization.CultureInfo.InvariantCulture);
}
