using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrainingGuards.Analyzers.Benchmarks;

/// <summary>A compiler that has been running for a while, as a build server and an editor keep one: what it takes is binding and analysis, and no start.</summary>
internal sealed class WarmCompiler(IEnumerable<(string Path, string Text)> files)
{
    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
        .Append(typeof(TorchSharp.torch).Assembly.Location)
        .Select(path => MetadataReference.CreateFromFile(path))];

    private readonly (string Path, string Text)[] files = [.. files];

    /// <summary>Every analyzer in the assemblies of a folder.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers(IEnumerable<string> assemblies) =>
        [.. assemblies.SelectMany(Types).Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && type.GetConstructor(Type.EmptyTypes) is not null)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    /// <summary>Compiles to memory, with these analyzers, and returns the processor seconds that all threads took; asks each analyzer for its own where wanted.</summary>
    public double Run(ImmutableArray<DiagnosticAnalyzer> analyzers, IDictionary<string, double>? byAnalyzer = null)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        Compilation compilation = CSharpCompilation.Create(
            "programs",
            files.Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)),
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        if (!analyzers.IsEmpty)
        {
            CompilationWithAnalyzers analysed = compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(
                new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: byAnalyzer is not null));
            compilation = analysed.Compilation;
            analysed.GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
            foreach (DiagnosticAnalyzer analyzer in byAnalyzer is null ? [] : analyzers)
            {
                byAnalyzer![analyzer.GetType().Name] = analysed.GetAnalyzerTelemetryInfoAsync(analyzer, CancellationToken.None).GetAwaiter().GetResult().ExecutionTime.TotalMilliseconds;
            }
        }
        using var assembly = new MemoryStream();
        if (!compilation.Emit(assembly).Success)
        {
            throw new InvalidOperationException("The generated code does not compile.");
        }
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static IEnumerable<Type> Types(string assembly)
    {
        try
        {
            return Assembly.LoadFrom(assembly).GetTypes();
        }
        catch (ReflectionTypeLoadException some)
        {
            // Fixes need an editor's assemblies, which a compiler does without.
            return some.Types.OfType<Type>();
        }
    }
}
