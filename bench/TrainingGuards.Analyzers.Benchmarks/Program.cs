using BenchmarkDotNet.Running;
using TrainingGuards.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, new InRatios(wholeRuns: true));
