using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers;

namespace SeededFailures.Sources;

/// <summary>Compiles programs as a user's project does, and lets the rules read them.</summary>
internal static class ProgramCompiler
{
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly SyntaxTree Usings = CSharpSyntaxTree.ParseText(
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        """, Parsing, "Usings.cs");

    // What programs share: the digits.
    private static readonly SyntaxTree Digits = CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", "DigitImages.cs")), Parsing, "DigitImages.cs");

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
        [CSharpSyntaxTree.ParseText(mutant.Text, Parsing, $"{mutant.Program.Name}.cs"), Digits, Usings],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable, deterministic: true));

    /// <summary>Its assembly; throws where it does not compile.</summary>
    public static MemoryStream Emit(CSharpCompilation compilation)
    {
        var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        if (!result.Success)
            throw new InvalidOperationException("It does not compile: " + string.Join("; ", result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        assembly.Position = 0;
        return assembly;
    }

    /// <summary>What the rules that are on by default say of it, in the order of lines.</summary>
    public static IReadOnlyList<Diagnostic> Analyze(CSharpCompilation compilation)
    {
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        return [.. compilation.WithAnalyzers(Rules, options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult()
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Info)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }
}
