using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>Compiles snippets as a user's project does, and runs rules on them.</summary>
/// <remarks>
/// A snippet may be statements alone: it is compiled as a program, under the usings that a TorchSharp program begins with. One that begins with
/// <c>// TorchSharp 0.105.0</c> is compiled against the API under that version.
/// </remarks>
internal static partial class Snippet
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Threading.Tasks;
        global using TorchSharp;
        global using TorchSharp.Modules;
        global using static TorchSharp.torch;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    /// <summary>A project of these files, named File0.cs and so on, in a workspace of its own.</summary>
    public static Project Project(IReadOnlyList<string> files, bool withTorch = true)
    {
        var workspace = new AdhocWorkspace();
        return AddProject(workspace.CurrentSolution, "Snippet", files, withTorch).Projects.Single();
    }

    /// <summary>A solution of one project a list.</summary>
    public static Solution Solution(IReadOnlyList<IReadOnlyList<string>> projects)
    {
        Solution solution = new AdhocWorkspace().CurrentSolution;
        for (int i = 0; i < projects.Count; i++)
        {
            solution = AddProject(solution, $"Snippet{i}", projects[i], withTorch: true);
        }
        return solution;
    }

    /// <summary>The compilation of a project, which must have no error.</summary>
    public static async Task<Compilation> Compile(Project project, bool mayNotCompile = false)
    {
        Compilation compilation = (await project.GetCompilationAsync())!;
        if (!mayNotCompile)
        {
            var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
            if (errors.Count > 0)
            {
                Assert.Fail($"The snippet does not compile:\n{string.Join('\n', errors)}\n\n{Text(compilation)}");
            }
        }
        return compilation;
    }

    /// <summary>What <paramref name="rules"/> find, in the order of files and lines. An exception in a rule fails the test.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> Analyze(Compilation compilation, params DiagnosticAnalyzer[] rules)
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], new StatedOptions()),
            onAnalyzerException: null,
            concurrentAnalysis: false,
            logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> found = await compilation
            .WithOptions(compilation.Options.WithSpecificDiagnosticOptions(rules
                .SelectMany(rule => rule.SupportedDiagnostics)
                .Where(descriptor => !descriptor.IsEnabledByDefault)
                .Select(descriptor => KeyValuePair.Create(descriptor.Id, ReportDiagnostic.Warn))))
            .WithAnalyzers([.. rules], options)
            .GetAnalyzerDiagnosticsAsync();
        if (found.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001") is { } crash)
        {
            Assert.Fail($"A rule threw:\n{crash.Descriptor.Description}\n{crash}\n\n{Text(compilation)}");
        }
        return [.. found.OrderBy(diagnostic => diagnostic.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static bool IsMain(SyntaxNode node) => node is MethodDeclarationSyntax { Identifier.ValueText: "Main" } method && method.Modifiers.Any(SyntaxKind.StaticKeyword);

    private static string Text(Compilation compilation) => string.Join("\n---\n",
        compilation.SyntaxTrees.Where(tree => !tree.FilePath.EndsWith("Usings.cs", StringComparison.Ordinal)).Select(tree => tree.ToString()));

    // A snippet may say which release of TorchSharp it is for, and may use torchvision.
    private static IEnumerable<MetadataReference> TorchFor(IReadOnlyList<string> files)
    {
        IEnumerable<MetadataReference> torch = Release().Match(files[0]) is { Success: true } release ? References.WithTorchOf(Version.Parse(release.Groups["version"].Value)) : References.WithTorch;
        return files.Any(file => file.Contains("torchvision", StringComparison.Ordinal)) ? torch.Append(Torchvision.Assembly) : torch;
    }

    private static Solution AddProject(Solution solution, string name, IReadOnlyList<string> files, bool withTorch)
    {
        var roots = files.Select(file => CSharpSyntaxTree.ParseText(file, Parsing).GetCompilationUnitRoot()).ToList();
        bool isProgram = roots.Exists(root => root.Members.Any(SyntaxKind.GlobalStatement)) || roots.SelectMany(root => root.DescendantNodes()).Count(IsMain) == 1;
        var id = ProjectId.CreateNewId(name);
        solution = solution
            .AddProject(ProjectInfo.Create(id, VersionStamp.Create(), name, name, LanguageNames.CSharp)
                .WithCompilationOptions(new CSharpCompilationOptions(
                    isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                    nullableContextOptions: NullableContextOptions.Enable,
                    allowUnsafe: true))
                .WithParseOptions(Parsing)
                .WithMetadataReferences(withTorch ? TorchFor(files) : References.Runtime));
        for (int i = 0; i < files.Count; i++)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(id), $"File{i}.cs", SourceText.From(files[i]), filePath: $"/{name}/File{i}.cs");
        }
        return withTorch
            ? solution.AddDocument(DocumentId.CreateNewId(id), "Usings.cs", SourceText.From(Usings), filePath: $"/{name}/Usings.cs")
            : solution;
    }

    [GeneratedRegex(@"^// TorchSharp (?<version>\d+\.\d+\.\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Release();
}
