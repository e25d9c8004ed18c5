using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Tests.Docs;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>Analyzers run on code as it is being typed: half a file, a statement gone, a token twice. Whatever they see, they do not throw, and they end.</summary>
/// <remarks>Each kind of damage is tried at places spread evenly over the code; at every place under ROBUSTNESS=all, which takes some twenty minutes.</remarks>
public sealed class RobustnessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly bool Everywhere = Environment.GetEnvironmentVariable("ROBUSTNESS") == "all";

    public static TheoryData<string> Names => [.. Rules.All.Select(Rules.Name)];

    public static TheoryData<string> Samples => [.. Sources];

    private static IEnumerable<string> Sources => Directory.GetFiles(Repository.PathOf("samples"), "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Damaged_pages_are_survived(string rule)
    {
        RulePage page = RulePage.Of(rule);
        foreach (string code in page.Code("Flagged").Concat(page.Code("When it is right")).Select(RulePage.Unmarked))
        {
            await Survives(code, [code], places: 8);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Damaged_samples_are_survived(string path)
    {
        string folder = path[..path.LastIndexOf('/')];
        IEnumerable<string> others = Sources.Where(other => other != path && other.StartsWith(folder, StringComparison.Ordinal));
        string code = File.ReadAllText(Repository.PathOf(path));
        await Survives(code, [code, .. others.Select(other => File.ReadAllText(Repository.PathOf(other)))], places: 3);
    }

    [Fact]
    public async Task Concurrent_analysis_finds_what_serial_analysis_finds()
    {
        IEnumerable<string> pages = Rules.All.SelectMany(rule => RulePage.Of(Rules.Name(rule)).Code("Flagged")).Where(code => !HasStatements(code))
            .Select((code, i) => $"namespace Page{i}\n{{\n{RulePage.Unmarked(code)}\n}}");
        Compilation compilation = await Snippet.Compile(Snippet.Project([.. pages, .. TrainingCode.Generate(lines: 2000).Select(file => file.Text)]), mayNotCompile: true);
        IReadOnlyList<string> serial = await Found(compilation, isConcurrent: false);
        Assert.NotEmpty(serial);
        for (int run = 0; run < 3; run++)
        {
            // A clone has no cache of the run before.
            Assert.Equal(serial, await Found(compilation.Clone(), isConcurrent: true));
        }
    }

    private static async Task Survives(string code, IReadOnlyList<string> files, int places)
    {
        Compilation whole = await Snippet.Compile(Snippet.Project(files), mayNotCompile: true);
        SyntaxTree original = whole.SyntaxTrees.Single(tree => tree.FilePath.EndsWith("File0.cs", StringComparison.Ordinal));
        await Parallel.ForEachAsync(Spread(Cut(code), places).Concat(Spread(WithoutOneStatement(code), places)).Concat(Spread(WithOneTokenTwice(code), places)), async (damaged, _) =>
        {
            using var limit = new CancellationTokenSource(Limit);
            SyntaxTree tree = CSharpSyntaxTree.ParseText(damaged, (CSharpParseOptions)original.Options, original.FilePath, cancellationToken: limit.Token);
            try
            {
                await Found(whole.ReplaceSyntaxTree(original, tree), isConcurrent: false, limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"The rules did not end within {Limit} on:\n{damaged}");
            }
        });
    }

    private static async Task<IReadOnlyList<string>> Found(Compilation compilation, bool isConcurrent, CancellationToken cancelled = default)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([], new StatedOptions()), onAnalyzerException: null, isConcurrent, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers([.. Rules.All], options).GetAnalyzerDiagnosticsAsync(cancelled);
        if (found.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001") is { } crash)
        {
            Assert.Fail($"A rule threw:\n{crash.Descriptor.Description}\n{crash}\n\n{compilation.SyntaxTrees.First()}");
        }
        return [.. found.Select(diagnostic => $"{diagnostic} {string.Join(' ', diagnostic.AdditionalLocations)}").Order(StringComparer.Ordinal)];
    }

    private static bool HasStatements(string code) => CSharpSyntaxTree.ParseText(code).GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax or FileScopedNamespaceDeclarationSyntax);

    private static IEnumerable<string> Spread(IEnumerable<string> damaged, int places)
    {
        string[] all = [.. damaged];
        return all.Where((_, i) => Everywhere || i % Math.Max(1, all.Length / places) == 0);
    }

    private static IEnumerable<string> Cut(string code)
    {
        string[] lines = code.Split('\n');
        return Enumerable.Range(1, lines.Length - 1).Select(count => string.Join('\n', lines[..count]));
    }

    private static IEnumerable<string> WithoutOneStatement(string code) =>
        CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes().OfType<StatementSyntax>()
            .Select(statement => code.Remove(statement.SpanStart, statement.Span.Length));

    private static IEnumerable<string> WithOneTokenTwice(string code) =>
        CSharpSyntaxTree.ParseText(code).GetRoot().DescendantTokens().Where(token => token.Span.Length > 0)
            .Select(token => code.Insert(token.Span.End, " " + token.Text));
}
