using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SeededFailures.Results;
using SeededFailures.Sources;
using TrainingGuards;
using static TorchSharp.torch;

namespace SeededFailures.Measuring;

/// <summary>Measures one part of one mutant: what the rules say, what it costs its user, what the tests say.</summary>
internal static class Measure
{
    private const int Length = 400;

    /// <summary>Measures a part; what goes wrong is in the result.</summary>
    /// <param name="mutant">The mutant, or the sound program.</param>
    /// <param name="part">Which part.</param>
    /// <param name="runs">How many runs, with the seeds from 0 on; the rules run once.</param>
    public static Result Part(Mutant mutant, string part, int runs)
    {
        var clock = Stopwatch.StartNew();
        var result = new Result(mutant.Program.Name, mutant.Failure?.Name ?? Result.Sound, part) { Source = mutant.Hash };
        try
        {
            CSharpCompilation compilation = ProgramCompiler.Compile(mutant);
            result = part switch
            {
                Result.Typed => Typed(result, mutant, compilation),
                Result.Harm => Harm(result, mutant, compilation, runs),
                Result.Tests => Tests(result, mutant, compilation, runs),
                _ => throw new ArgumentException($"There is no part {part}.", nameof(part)),
            };
        }
#pragma warning disable CA1031 // Whatever a mutant throws is a result: its failure is not silent.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            result = result with { Problem = Short($"{failure.GetType().Name}: {failure.Message}") };
        }
        return result with { Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) };
    }

    /// <summary>What the program reports in some runs.</summary>
    public static IReadOnlyList<double> Metrics(Mutant mutant, int runs) => Metrics(mutant, ProgramCompiler.Compile(mutant), runs);

    private static Result Typed(Result result, Mutant mutant, CSharpCompilation compilation)
    {
        ProgramCompiler.MustCompile(compilation);
        return result with
        {
            Lines = mutant.Lines,
            Warnings = [.. ProgramCompiler.Analyze(compilation).Select(diagnostic => new Warning(
                diagnostic.Id, diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1, diagnostic.Severity.ToString(), Short(diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))))],
        };
    }

    // What a mutant before left on in the process must not be taken for this one's.
    private static void Afresh() => set_grad_enabled(true);

    private static Result Harm(Result result, Mutant mutant, CSharpCompilation compilation, int runs) => result with { Metrics = Metrics(mutant, compilation, runs) };

    private static double[] Metrics(Mutant mutant, CSharpCompilation compilation, int runs)
    {
        using var program = new LoadedProgram(mutant.Program, compilation);
        var metrics = new double[runs];
        for (int seed = 0; seed < runs; seed++)
        {
            Afresh();
            using IDisposable _ = NewDisposeScope();
            double metric = program.Train(seed);
            // What diverged explains nothing: it is as bad as a metric gets here.
            metrics[seed] = double.IsFinite(metric) ? Math.Round(Math.Max(metric, -1), 5) : -1;
        }
        return metrics;
    }

    private static Result Tests(Result result, Mutant mutant, CSharpCompilation compilation, int seeds)
    {
        using var program = new LoadedProgram(mutant.Program, compilation);
        Recipe suite = Suites.Of(mutant.Program);
        var says = new SortedDictionary<string, Saying>(StringComparer.Ordinal);
        var runs = new List<SuiteRun>();
        for (int seed = 0; seed < seeds; seed++)
        {
            Afresh();
            using IDisposable _ = NewDisposeScope();
            runs.Add(Run(program.Guarded(seed), suite, seed, says));
        }
        return result with { Lines = mutant.Lines, Runs = runs, Says = says };
    }

    /// <summary>One run of a suite; what checks say that do not hold is added to <paramref name="says"/>.</summary>
    public static SuiteRun Run(Setup setup, Recipe suite, long seed, IDictionary<string, Saying> says)
    {
        var clock = Stopwatch.StartNew();
        RecipeVerdict verdicts = setup.Judge(suite);
        Verdict[] broken = [.. verdicts.Where(verdict => verdict.Outcome == Outcome.Broken)];
        Verdict[] unsure = [.. verdicts.Where(verdict => verdict.Fails && verdict.Outcome != Outcome.Broken)];
        foreach (Verdict verdict in broken.Concat(unsure)) says.TryAdd(verdict.Check.Name, Say(verdict));
        double toFirst = broken.Length == 0 ? 0 : verdicts.TakeWhile(verdict => verdict != broken[0]).Append(broken[0]).Sum(verdict => verdict.Cost.StepEquivalents);
        return new(
            seed, [.. broken.Select(verdict => verdict.Check.Name)], [.. unsure.Select(verdict => verdict.Check.Name)],
            Math.Round(verdicts.Cost.StepEquivalents), Math.Round(toFirst), Math.Round(clock.Elapsed.TotalSeconds, 2));
    }

    private static Saying Say(Verdict verdict)
    {
        Findings findings = verdict.Findings;
        string cause = verdict.Outcome == Outcome.Broken ? Text(findings.Causes.Take(1)) : $"{verdict.Outcome}: {verdict.Reason}";
        IEnumerable<string> culprits = findings.Claims.Where(claim => claim.Outside > 0).Select(claim => $"{claim.Quantity} {claim.Worst.Culprit}");
        return new(Short(cause), Short(Text(findings.Causes.Skip(1))), Short($"{findings.Where} {string.Join("; ", culprits)}".Trim()));
    }

    private static string Text(IEnumerable<Cause> causes) => string.Join(" | ", causes.Select(cause => $"{cause} -> {cause.Remedy}"));

    private static string Short(string text) => text.Length <= Length ? text : text[..Length] + "…";
}
