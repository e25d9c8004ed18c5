using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingGuards.Analyzers;

namespace TrainingGuards.Documents.Tests;

/// <summary>Every rule and every check, by the name that a page calls it, with the address of its own page from the root of the repository.</summary>
internal static class Guards
{
    /// <summary>The pages of the rules by id: TG1001.</summary>
    public static IReadOnlyDictionary<string, string> Rules { get; } = typeof(TorchAnalyzer).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
        .Select(type => (Type: type, Rule: ((DiagnosticAnalyzer)Activator.CreateInstance(type)!).SupportedDiagnostics))
        .Where(rule => rule.Rule.Length > 0)
        .ToDictionary(rule => rule.Rule[0].Id, rule => $"docs/rules/{rule.Type.Name}.md", StringComparer.Ordinal);

    /// <summary>The pages of the checks by name: GradientsAreFresh.</summary>
    public static IReadOnlyDictionary<string, string> Checks { get; } = typeof(Check).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Check)) && !type.IsAbstract && type.Namespace!.StartsWith("TrainingGuards.Checks.", StringComparison.Ordinal))
        .ToDictionary(type => type.Name, type => $"docs/checks/{type.Name}.md", StringComparer.Ordinal);
}
