using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using SeededFailures.HealthyNets;
using SeededFailures.Measuring;
using SeededFailures.Results;
using SeededFailures.Scoring;
using SeededFailures.Sources;
using static TorchSharp.torch;

namespace SeededFailures.Running;

/// <summary>What the program does at each of its commands.</summary>
internal static class Commands
{
    public static int Run(Options options)
    {
        var file = new ResultsFile(options.Results);
        int nets = options.Nets ?? (options.Only.Count == 0 ? Plan.Nets : 0);
        Job[] jobs = [.. Plan.Jobs(options.Runs, options.Seeds).Where(job => options.Wants(job.Program, job.Failure))
            .Concat(Enumerable.Range(0, nets).Select(net => new Job(HealthyNet.Program, net.ToString("D3", CultureInfo.InvariantCulture), Result.Tests, 1)))
            .Where(job => options.Part is null || options.Part == job.Part)
            .Where(job => options.Again || !IsDone(file.Find(job.Program, job.Failure, job.Part), job))];
        Progression.Show(jobs.Length, shown => new WorkerPool(options.Jobs, TimeSpan.FromMinutes(30)).Run(jobs, result =>
        {
            file.Add(result);
            shown(result);
        }));
        Console.WriteLine($"{jobs.Length} results in {options.Results}.");
        return 0;
    }

    // Fewer runs than are asked for now are none, and so are those of another source.
    private static bool IsDone(Result? result, Job job) => result is not null && (job.Program == HealthyNet.Program || result.Source == Worker.MutantOf(job).Hash) && (result.Problem is not null || job.Part == Result.Typed || (result.Metrics?.Count ?? 0) >= job.Runs || (result.Runs?.Count ?? 0) >= job.Runs);

    public static int Report(Options options)
    {
        string page = Path.Combine(Folders.Repository, "docs", "evidence.md");
        File.WriteAllText(page, EvidencePage.Into(File.ReadAllText(page), new ResultsFile(options.Results)));
        Console.WriteLine($"Wrote {page}.");
        return 0;
    }

    public static int List(Options options)
    {
        foreach (var (program, failure) in Plan.Pairs.Where(pair => options.Wants(pair.Program.Name, pair.Failure.Name)))
            Console.WriteLine($"{failure.Family}\t{failure.Name}\t{program.Name}\t{Mutant.Of(program, failure)!.Hash}");
        return 0;
    }

    public static int Show(string program, string failure)
    {
        set_num_threads(1);
        TrainingProgram sound = TrainingProgram.Named(program);
        Mutant mutant = failure == Result.Sound ? Mutant.Sound(sound) : Mutant.Of(sound, Catalog.Named(failure)) ?? throw new ArgumentException($"{failure} cannot be planted in {program}.", nameof(failure));
        string[] lines = mutant.Text.Split('\n');
        for (int i = 0; i < lines.Length; i++) Console.WriteLine($"{(mutant.Lines.Contains(i + 1) ? '>' : ' ')}{i + 1,4} {lines[i]}");
        CSharpCompilation compilation = ProgramCompiler.Compile(mutant);
        foreach (var diagnostic in ProgramCompiler.Analyze(compilation)) Console.WriteLine(diagnostic);
        using var loaded = new LoadedProgram(sound, compilation);
        TrainingGuards.RecipeVerdict verdicts = TrainingGuards.Guard.Judge(loaded.Guarded(0), Suites.Of(sound));
        Console.WriteLine(verdicts);
        foreach (var verdict in verdicts.Where(verdict => verdict.Outcome == TrainingGuards.Outcome.NotApplicable)) Console.WriteLine($"{verdict.Check.Name} does not apply: {verdict.Reason}");
        return 0;
    }

    public static int Split()
    {
        Console.WriteLine($"{Scoring.Split.Extend(Folders.File(Scoring.Split.File))} pairs are new.");
        return 0;
    }

    public static int Strengths(Options options)
    {
        set_num_threads(1);
        foreach (var (program, failure) in Plan.Pairs.Where(pair => pair.Failure.Strength is not null && options.Wants(pair.Program.Name, pair.Failure.Name)))
        {
            double? found = Bisection.SmallestThatHurts(program, failure, options.Runs);
            if (found is { } strength) Sources.Strengths.Keep(Folders.File(Sources.Strengths.File), program, failure, strength);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{program.Name} × {failure.Name}: {(found is null ? "never hurts" : $"{found:G3}")}"));
        }
        return 0;
    }

    public static int Tidy(Options options)
    {
        new ResultsFile(options.Results).Tidy();
        return 0;
    }
}
