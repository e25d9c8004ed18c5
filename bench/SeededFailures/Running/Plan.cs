using SeededFailures.Results;
using SeededFailures.Sources;

namespace SeededFailures.Running;

/// <summary>What there is to measure.</summary>
internal static class Plan
{
    public const int HarmRuns = 20, TestRuns = 10, Nets = 200;

    /// <summary>All pairs: each failure in each program that it can be planted in.</summary>
    public static IReadOnlyList<(TrainingProgram Program, Failure Failure)> Pairs { get; } =
        [.. Catalog.All.SelectMany(failure => TrainingProgram.All.Where(program => Mutant.Of(program, failure) is not null).Select(program => (program, failure)))];

    /// <summary>All jobs, the twins first.</summary>
    public static IEnumerable<Job> Jobs(int harmRuns = HarmRuns, int testRuns = TestRuns)
    {
        IEnumerable<(string Program, string Failure)> all = TrainingProgram.All.Select(program => (program.Name, Result.Sound)).Concat(Pairs.Select(pair => (pair.Program.Name, pair.Failure.Name)));
        return all.SelectMany(pair => new Job[]
        {
            new(pair.Program, pair.Failure, Result.Typed, 1),
            new(pair.Program, pair.Failure, Result.Harm, harmRuns),
            new(pair.Program, pair.Failure, Result.Tests, testRuns),
        });
    }
}
