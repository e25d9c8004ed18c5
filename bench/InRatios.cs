using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace TrainingGuards.Benchmarks;

/// <summary>
/// How everything here is measured: in one process, so that baseline and candidate share machine, runtime and moment; what counts is the ratio column.
/// </summary>
internal sealed class InRatios : ManualConfig
{
    /// <param name="wholeRuns">Whether a call takes seconds and is measured one by one, and not in series of many.</param>
    public InRatios(bool wholeRuns = false)
    {
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(9);
        AddJob(wholeRuns
            ? job.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(1)
            : job.WithStrategy(RunStrategy.Throughput).WithWarmupCount(4).WithMinIterationTime(TimeInterval.FromMilliseconds(100)));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        HideColumns(Column.Error, Column.StdDev, Column.Gen0, Column.Gen1, Column.Gen2, Column.AllocRatio);
        // "0.01" says less than "70 times faster".
        WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Trend));
        AddLogger(ConsoleLogger.Default);
        AddExporter(MarkdownExporter.GitHub);
        WithOptions(ConfigOptions.DisableOptimizationsValidator);
    }
}
