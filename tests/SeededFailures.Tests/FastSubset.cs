using SeededFailures.Results;
using SeededFailures.Running;
using SeededFailures.Sources;

namespace SeededFailures.Tests;

/// <summary>Of what the results file says is found, as much as can be tried in a minute: each failure once, where it is found fastest.</summary>
internal static class FastSubset
{
    /// <summary>The results that are published.</summary>
    public static ResultsFile Results { get; } = new(Folders.File("results.jsonl"));

    /// <summary>A failure, the program it is planted in and an expected rule that reports it.</summary>
    public static TheoryData<string, string, string> ByRules
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var pairs in Plan.Pairs.GroupBy(pair => pair.Failure))
                if (pairs.Select(pair => (pair.Program, Rule: RuleOf(pair.Program, pair.Failure))).FirstOrDefault(found => found.Rule is not null) is { Rule: { } rule } found)
                    cases.Add(pairs.Key.Name, found.Program.Name, rule);
            return cases;
        }
    }

    /// <summary>A failure, the program it is planted in and an expected check of Preflight that breaks with every seed.</summary>
    public static TheoryData<string, string, string> ByChecks
    {
        get
        {
            var cases = new TheoryData<string, string, string>();
            foreach (var pairs in Plan.Pairs.GroupBy(pair => pair.Failure))
            {
                // Convolutions take longest.
                var found = pairs.Select(pair => (pair.Program, Check: CheckOf(pair.Program, pair.Failure))).Where(one => one.Check is not null)
                    .OrderBy(one => one.Program.Source.Contains("Conv2d", StringComparison.Ordinal)).ThenBy(one => one.Program.Name, StringComparer.Ordinal).FirstOrDefault();
                if (found.Check is { } check) cases.Add(pairs.Key.Name, found.Program.Name, check);
            }
            return cases;
        }
    }

    private static string? RuleOf(TrainingProgram program, Failure failure) =>
        Results.Find(program.Name, failure.Name, Result.Typed)?.Warnings?.Select(warning => warning.Rule).FirstOrDefault(failure.Rules.Contains);

    private static string? CheckOf(TrainingProgram program, Failure failure)
    {
        HashSet<string> cheap = [.. Measuring.Suites.Of(program).Only(TrainingGuards.Suite.Preflight).Select(check => check.Name)];
        return Results.Find(program.Name, failure.Name, Result.Tests)?.Runs is { Count: > 0 } runs
            ? runs[0].Broken.FirstOrDefault(check => failure.Checks.Contains(check) && cheap.Contains(check) && runs.All(run => run.Broken.Contains(check)))
            : null;
    }
}
