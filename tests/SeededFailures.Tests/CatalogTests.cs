using SeededFailures.Results;
using SeededFailures.Running;
using SeededFailures.Scoring;
using SeededFailures.Sources;

namespace SeededFailures.Tests;

public class CatalogTests
{
    [Fact]
    public void Every_failure_can_be_planted_somewhere() => Assert.Equal(Catalog.All.Select(failure => failure.Name), Plan.Pairs.Select(pair => pair.Failure.Name).Distinct());

    [Fact]
    public void Names_are_given_once() => Assert.Distinct(Catalog.All.Select(failure => failure.Name));

    [Fact]
    public void Every_failure_compiles_in_its_first_program()
    {
        var broken = Plan.Pairs.GroupBy(pair => pair.Failure, (_, pairs) => pairs.First()).AsParallel().Select(pair => (pair.Program, pair.Failure, Errors: ProgramCompiler.Compile(Mutant.Of(pair.Program, pair.Failure)!).GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).ToList())).Where(one => one.Errors.Count > 0);
        Assert.Empty(broken.Select(one => $"{one.Failure.Name} in {one.Program.Name}: {one.Errors[0]}"));
    }

    [Fact]
    public void Every_mutant_that_was_measured_compiled() => Assert.Empty(FastSubset.Results.All.Where(result => result.Problem?.Contains("does not compile", StringComparison.Ordinal) == true).Select(result => $"{result.Program} × {result.Failure}: {result.Problem}"));

    [Fact]
    public void Every_pair_has_its_half()
    {
        var split = Split.Read(Folders.File(Split.File));
        Assert.Empty(Plan.Pairs.Where(pair => !split.ContainsKey((pair.Program.Name, pair.Failure.Name))).Select(pair => $"{pair.Program.Name} × {pair.Failure.Name}: run `split`"));
        Assert.InRange(split.Values.Count(half => half == Split.Tuning) - split.Values.Count(half => half == Split.Reported), -1, 1);
    }

    [Fact]
    public void Results_are_of_the_sources_that_are_here()
    {
        var stale = FastSubset.Results.All.Where(result => result.Program != HealthyNets.HealthyNet.Program)
            .Where(result => result.Source != Worker.MutantOf(new(result.Program, result.Failure, result.Part, 1)).Hash);
        Assert.Empty(stale.Select(result => $"{result.Program} × {result.Failure}, {result.Part}: run `run --only {result.Failure}`"));
    }

    [Fact]
    public void The_page_says_what_the_results_say()
    {
        string page = File.ReadAllText(Path.Combine(Folders.Repository, "docs", "evidence.md"));
        Assert.Equal(EvidencePage.Into(page, FastSubset.Results), page);
    }

    [Fact]
    public void The_place_of_what_is_gone_is_around_it()
    {
        Mutant mutant = Mutant.Of(TrainingProgram.Named("RegressionNet"), Catalog.Named("ZeroGradRemoved"))!;
        int line = LineOf(mutant.Program.Source, "optimizer.zero_grad();");
        Assert.Equal([line - 1, line, line + 1], mutant.Lines);
    }

    [Fact]
    public void The_place_of_what_is_written_is_its_line()
    {
        Mutant mutant = Mutant.Of(TrainingProgram.Named("RegressionNet"), Catalog.Named("LossNegated"))!;
        Assert.Equal([LineOf(mutant.Text, "(-loss).backward();")], mutant.Lines);
    }

    private static int LineOf(string source, string text) => Array.FindIndex(source.Split('\n'), line => line.Contains(text, StringComparison.Ordinal)) + 1;

    [Fact]
    public void Harm_is_told_from_noise()
    {
        double[] sound = [0.90, 0.91, 0.92, 0.93, 0.94], same = [0.93, 0.90, 0.94, 0.91, 0.92], worse = [0.70, 0.71, 0.72, 0.73, 0.74];
        Assert.False(Harm.Of(sound, same).Hurts);
        Assert.True(Harm.Of(sound, worse).Hurts);
        Assert.True(Harm.Of(worse, sound).Flatters);
        Assert.Equal(12.65, Harm.Of(sound, worse).Effect, 0.01);
    }

    [Fact]
    public void A_result_survives_its_line()
    {
        var result = new Result("P", "F", Result.Harm) { Metrics = [0.5, -1], Seconds = 1.5 };
        Result read = ResultsFile.TryRead(ResultsFile.Line(result))!;
        Assert.Equal(result.Metrics, read.Metrics);
        Assert.Null(ResultsFile.TryRead("{\"program\":\"P\",\"fai"));
    }
}
