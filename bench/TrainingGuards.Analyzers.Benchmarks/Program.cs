using BenchmarkDotNet.Running;
using TrainingGuards.Analyzers.Benchmarks;
using TrainingGuards.Benchmarks;

// Whole builds by BenchmarkDotNet; or `evidence [peers|rules|growth|all [rounds]]`, the tables of docs/evidence.md.
if (args is ["evidence", .. var rest])
{
    int rounds = rest is [_, var given] ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 7;
    Console.Write(new Evidence(rounds).Measure(rest is [var table, ..] ? table : "all"));
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, new InRatios(wholeRuns: true));
}
