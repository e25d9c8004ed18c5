using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingGuards.Documents.Tests;

/// <summary>A block of C# as a page shows it: a file, members, statements, what stands in an initializer of a setup, an expression, or expressions, a line each.</summary>
internal static class DocumentedCode
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.IO;
        using System.Threading;
        using TorchSharp;
        using TrainingGuards;
        using TrainingGuards.Checks.Data;
        using TrainingGuards.Checks.Dynamics;
        using TrainingGuards.Checks.Evaluation;
        using TrainingGuards.Checks.Fit;
        using TrainingGuards.Checks.Init;
        using TrainingGuards.Checks.Wiring;
        using TrainingGuards.Xunit;
        using Xunit;
        using static Stage;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.nn.utils;
        using static TorchSharp.torch.optim;

        """;

    private static readonly Func<string, string>[] Readings =
    [
        code => code,
        code => $"class Page {{\n{code}\n}}",
        code => $"class Page {{ void Run() {{\n{code}\n}} }}",
        code => $"class Page {{ void Run() {{ var one = {code}; }} }}",
        code => $"class Page {{ Setup Run() => new Setup {{\n{code}\n}}; }}",
        code => $"class Page {{ void Run() {{\n{string.Join('\n', code.Split('\n').Where(line => line.Trim().Length > 0).Select((line, i) => $"var line{i} = {Ended(line)}"))}\n}} }}",
    ];

    public static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly SyntaxTree StageTree = CSharpSyntaxTree.ParseText(Stage());

    /// <summary>What keeps the block from compiling, however it is read; of the reading that comes nearest. Empty where it compiles.</summary>
    public static IReadOnlyList<string> Errors(string code)
    {
        List<string>? fewest = null;
        foreach (Func<string, string> reading in Readings)
        {
            CSharpCompilation compilation = CSharpCompilation.Create(
                "page", [StageTree, CSharpSyntaxTree.ParseText(Usings + reading(code))], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
            List<string> errors = [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString())];
            if (errors.Count == 0) return [];
            if (fewest is null || errors.Count < fewest.Count) fewest = errors;
        }
        return fewest!;
    }

    // A remark may stand behind the expression.
    private static string Ended(string line)
    {
        int remark = line.IndexOf("//", StringComparison.Ordinal);
        return remark < 0 ? line.TrimEnd().TrimEnd(';') + ";" : line[..remark].TrimEnd().TrimEnd(';') + "; " + line[remark..];
    }

    private static string Stage()
    {
        using Stream stream = typeof(DocumentedCode).Assembly.GetManifestResourceStream("Stage.cs")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
