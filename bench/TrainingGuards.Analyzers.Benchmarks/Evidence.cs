using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Benchmarks;

/// <summary>What the rules cost, measured in one run and written to docs/evidence.md: against a compile and a build, against peers, by rule, and as code grows.</summary>
internal sealed class Evidence(int rounds)
{
    private const int Lines = 20_000;

    private static readonly int[] Sizes = [1_000, 5_000, 20_000, 50_000, 100_000, 200_000];

    private readonly ImmutableArray<DiagnosticAnalyzer> ours = WarmCompiler.Analyzers(Compiler.Analyzers("TrainingGuards"));
    private readonly ImmutableArray<DiagnosticAnalyzer> sdk = WarmCompiler.Analyzers(Compiler.Analyzers("NetAnalyzers"));

    /// <summary>Measures one table, "peers", "rules" or "growth", or all; the report is Markdown.</summary>
    public string Measure(string table)
    {
        var text = new StringBuilder();
        if (table is "peers" or "all") ByPeer(text);
        if (table is "rules" or "all") ByRule(text);
        if (table is "growth" or "all") BySize(text);
        return text.ToString();
    }

    private void ByPeer(StringBuilder text)
    {
        (string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers)[] all =
        [
            ("none", []),
            ("one that asks for calls and looks at none", [new IdleAnalyzer()]),
            ($"TrainingGuards, {ours.Count(analyzer => analyzer is not DiagnosticSuppressor)} rules", ours),
            ("the SDK's own", sdk),
            ("the SDK's own and TrainingGuards", sdk.AddRange(ours)),
            ("Meziantou.Analyzer", WarmCompiler.Analyzers(Compiler.Analyzers("Meziantou.Analyzer"))),
            ("SonarAnalyzer.CSharp", WarmCompiler.Analyzers(Compiler.Analyzers("SonarAnalyzer.CSharp"))),
        ];
        double[] seconds = Compare(new WarmCompiler(TrainingCode.Generate(Lines)), [.. all.Select(one => one.Analyzers)]);
        text.Append(CultureInfo.InvariantCulture, $"Processor seconds for {Lines:N0} lines of sound training code in a warm compiler, median of {rounds} interleaved rounds:\n\n");
        text.Append("| analyzers | seconds | per 1,000 lines | against none | against the SDK's own |\n| --- | --- | --- | --- | --- |\n");
        double sdkAlone = seconds[3];
        for (int i = 0; i < all.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {all[i].Name} | {seconds[i]:F2} | {seconds[i] * 1e6 / Lines:F0} ms | {Percent(seconds[i], seconds[0])} | {(i < 3 ? "" : Percent(seconds[i], sdkAlone))} |\n");
        }
    }

    private void ByRule(StringBuilder text)
    {
        var compiler = new WarmCompiler(TrainingCode.Generate(Lines));
        var runs = Enumerable.Range(0, rounds + 1).Select(_ =>
        {
            var times = new Dictionary<string, double>(StringComparer.Ordinal);
            compiler.Run(ours, times);
            return times;
        }).Skip(1).ToList();
        var medians = runs[0].Keys.Select(rule => (Rule: rule, Milliseconds: Median(runs.Select(run => run[rule])))).OrderByDescending(rule => rule.Milliseconds).ToList();
        double all = medians.Sum(rule => rule.Milliseconds);
        text.Append(CultureInfo.InvariantCulture, $"\nBy rule, milliseconds of {Lines:N0} lines: {all:F0} in all. What several rules need is counted where it is first asked for.\n\n| rule | ms |\n| --- | --- |\n");
        foreach ((string rule, double milliseconds) in medians.Take(12))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {rule} | {milliseconds:F0} |\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"| the other {medians.Count - 12} together | {medians.Skip(12).Sum(rule => rule.Milliseconds):F0} |\n");
    }

    private void BySize(StringBuilder text)
    {
        text.Append("\nAs code grows, processor milliseconds per 1,000 lines:\n\n| lines | none | an idle analyzer | TrainingGuards | more than idle |\n| --- | --- | --- | --- | --- |\n");
        foreach (int lines in Sizes)
        {
            double[] seconds = Compare(new WarmCompiler(TrainingCode.Generate(lines)), [], [new IdleAnalyzer()], ours);
            double scale = 1e6 / lines;
            text.Append(CultureInfo.InvariantCulture, $"| {lines:N0} | {seconds[0] * scale:F0} | {seconds[1] * scale:F0} | {seconds[2] * scale:F0} | {(seconds[2] - seconds[1]) * scale:F1} |\n");
        }
    }

    /// <summary>The median seconds of each set of analyzers; the sets take turns, so that what disturbs one disturbs all.</summary>
    private double[] Compare(WarmCompiler compiler, params ImmutableArray<DiagnosticAnalyzer>[] sets)
    {
        var measured = sets.Select(_ => new List<double>()).ToArray();
        for (int round = 0; round <= rounds; round++)
        {
            for (int i = 0; i < sets.Length; i++)
            {
                double seconds = compiler.Run(sets[i]);
                if (round > 0)
                {
                    measured[i].Add(seconds);
                }
            }
            Console.Error.WriteLine($"round {round} of {rounds}");
        }
        return [.. measured.Select(Median)];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Percent(double with, double without) => string.Create(CultureInfo.InvariantCulture, $"{(with / without - 1) * 100:+0;-0;0} %");
}
