using BenchmarkDotNet.Running;
using ManagedTorch.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(InRatios).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, new InRatios());
