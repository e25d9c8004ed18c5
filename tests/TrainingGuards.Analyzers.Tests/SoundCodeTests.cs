using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

public class SoundCodeTests
{
    [Fact]
    public async Task Sound_programs_are_silent_whatever_the_preset()
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Disable)
            .WithSpecificDiagnosticOptions(Rules.All.Select(Rules.Descriptor).Select(rule => KeyValuePair.Create(rule.Id, ReportDiagnostic.Warn))
                // TorchSharp is built for an older runtime than the tests run on.
                .Append(KeyValuePair.Create("CS1701", ReportDiagnostic.Suppress)));
        var compilation = CSharpCompilation.Create("Programs",
            TrainingCode.Generate(1_000).Select(file => CSharpSyntaxTree.ParseText(file.Text, path: file.Path)), References.WithTorch, options);
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        Assert.Empty(await compilation.WithAnalyzers([.. Rules.All]).GetAnalyzerDiagnosticsAsync());
    }
}
