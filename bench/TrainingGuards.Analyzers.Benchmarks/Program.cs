using BenchmarkDotNet.Running;
using TrainingGuards.Analyzers.Benchmarks;
using TrainingGuards.Benchmarks;

// Whole builds by BenchmarkDotNet; or, said "evidence", the tables of docs/evidence.md.
if (args is ["evidence", .. var rest])
{
    Console.Write(new Evidence(rest is [var rounds] ? int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture) : 7).Measure());
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, new InRatios(wholeRuns: true));
}
