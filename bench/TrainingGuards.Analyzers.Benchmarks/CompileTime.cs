using BenchmarkDotNet.Attributes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Benchmarks;

/// <summary>Twenty thousand lines of training code through the SDK's compiler, as a fresh process each time: without analyzers, with ours, and with peers.</summary>
public class CompileTime
{
    private readonly string[] ours = Compiler.Analyzers("TrainingGuards");
    private readonly string[] netAnalyzers = Compiler.Analyzers("NetAnalyzers");
    private readonly string[] meziantou = Compiler.Analyzers("Meziantou.Analyzer");
    private Compiler compiler = null!;

    [GlobalSetup]
    public void Generate() => compiler = new Compiler(TrainingCode.Generate(20_000));

    [GlobalCleanup]
    public void Forget() => compiler.Dispose();

    [Benchmark(Baseline = true)]
    public void Alone() => compiler.Run();

    [Benchmark]
    public void WithTrainingGuards() => compiler.Run(ours);

    [Benchmark]
    public void WithNetAnalyzers() => compiler.Run(netAnalyzers);

    [Benchmark]
    public void WithNetAnalyzersAndTrainingGuards() => compiler.Run([.. netAnalyzers, .. ours]);

    [Benchmark]
    public void WithMeziantou() => compiler.Run(meziantou);
}
