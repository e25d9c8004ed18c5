using System.Globalization;
using TrainingGuards.Checks.Fit;
using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Models;

namespace TrainingGuards.Tests.Reporting;

public sealed class ReportTests
{
    [Fact]
    public void Verdicts_are_sorted_by_gravity() => Assert.Equal(
        [Outcome.Broken, Outcome.Inconclusive, Outcome.Crashed, Outcome.Holds, Outcome.NotApplicable],
        SampleReports.Small.Verdicts.Select(verdict => verdict.Outcome));

    [Fact]
    public void What_was_excused_comes_with_the_recipe_and_as_a_check()
    {
        RecipeVerdict recipe = SoundSetups.Classifier.Judge(new Recipe(new InitialLossIsExpected(), new OneBatchOverfits()).Without<OneBatchOverfits>("it takes too long"));
        Report report = Report.Of(recipe, "Digits");
        Assert.Equal("it takes too long", report.Excused["OneBatchOverfits"]);
        Assert.Single(report.Verdicts);
        Assert.Equal(recipe.Cost, report.Cost);
        Assert.Equal(["OneBatchOverfits"], SampleReports.Small.Excused.Keys);
    }

    [Fact]
    public void The_same_verdicts_give_the_same_files_in_every_culture()
    {
        (string, string, string) All() => (SampleReports.Small.ToHtml(), SampleReports.Small.ToJson(), SampleReports.Small.ToSarif());
        (string, string, string) here = All();
        CultureInfo before = CultureInfo.CurrentCulture;
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        odd.NumberFormat.NumberDecimalSeparator = ",";
        odd.NumberFormat.NegativeSign = "~";
        odd.DateTimeFormat.TimeSeparator = "#";
        try
        {
            CultureInfo.CurrentCulture = odd;
            Assert.Equal(here, All());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Files_are_written_into_a_folder_that_is_made_and_replaced()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            foreach ((string name, Action<Report, string> save, string text) in new (string, Action<Report, string>, string)[]
            {
                ("a.html", (report, path) => report.SaveHtml(path), SampleReports.Small.ToHtml()),
                ("a.json", (report, path) => report.SaveJson(path), SampleReports.Small.ToJson()),
                ("a.sarif", (report, path) => report.SaveSarif(path), SampleReports.Small.ToSarif()),
            })
            {
                string path = Path.Combine(folder, "guards", name);
                save(SampleReports.OfHostileNames, path);
                save(SampleReports.Small, path);
                Assert.Equal(text, File.ReadAllText(path));
                Assert.NotEqual(0xEF, File.ReadAllBytes(path)[0]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Nothing_is_a_report_too()
    {
        Report report = SampleReports.Fixed(Report.Of([], "Empty"));
        Assert.Contains("No check was made.", report.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("\"verdicts\": []", report.ToJson(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Report.Of([], " "));
    }
}
