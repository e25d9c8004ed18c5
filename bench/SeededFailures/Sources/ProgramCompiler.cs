using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using TrainingGuards.Analyzers;

namespace SeededFailures.Sources;

/// <summary>Compiles programs as a user's project does, and lets the rules read them.</summary>
internal static class ProgramCompiler
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly SyntaxTree Usings = Tree(
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        """, "Usings.cs");

    // What programs share: the digits.
    private static readonly SyntaxTree Digits = Tree(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", "DigitImages.cs")), "DigitImages.cs");

    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
        .Append(typeof(TorchSharp.torch).Assembly.Location)
        .Append(typeof(TrainingGuards.Setup).Assembly.Location)
        .Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly ImmutableArray<DiagnosticAnalyzer> Rules = [.. typeof(TorchAnalyzer).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !typeof(DiagnosticSuppressor).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null)
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    /// <summary>The compilation of a program.</summary>
    public static CSharpCompilation Compile(Mutant mutant) => CSharpCompilation.Create(
        "Program",
        [Tree(mutant.Text, $"{mutant.Program.Name}.cs"), Digits, Usings],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable, deterministic: true));

    /// <summary>Writes its assembly, and beside it the symbols that tell its lines; throws where it does not compile.</summary>
    public static void Emit(CSharpCompilation compilation, string assembly)
    {
        string symbols = Path.ChangeExtension(assembly, ".pdb");
        using FileStream code = File.Create(assembly), lines = File.Create(symbols);
        Require(compilation.Emit(code, lines, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: symbols)).Diagnostics);
    }

    /// <summary>Throws where it does not compile.</summary>
    public static void MustCompile(CSharpCompilation compilation) => Require(compilation.GetDiagnostics());

    /// <summary>What the rules that are on by default say of it, in the order of lines.</summary>
    public static IReadOnlyList<Diagnostic> Analyze(CSharpCompilation compilation)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        return [.. compilation.WithAnalyzers(Rules, options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Info)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static void Require(IEnumerable<Diagnostic> diagnostics)
    {
        Diagnostic[] errors = [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0) throw new InvalidOperationException("It does not compile: " + string.Join("; ", errors.Select(error => error.ToString())));
    }

    private static SyntaxTree Tree(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), Parsing, path);
}
