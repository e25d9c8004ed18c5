using Microsoft.CodeAnalysis;
using TrainingGuards.CodeFixes;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>Every rule there is, its fix and its page, found by name.</summary>
internal static class Rules
{
    public static IReadOnlyList<TorchAnalyzer> All { get; } =
    [
        .. typeof(TorchAnalyzer).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(TorchAnalyzer)) && !type.IsAbstract)
            .Select(type => (TorchAnalyzer)Activator.CreateInstance(type)!)
            .OrderBy(rule => Descriptor(rule).Id, StringComparer.Ordinal),
    ];

    public static DiagnosticDescriptor Descriptor(TorchAnalyzer rule) => rule.SupportedDiagnostics.Single();

    public static string Name(TorchAnalyzer rule) => rule.GetType().Name;

    public static TorchAnalyzer Named(string name) => All.Single(rule => Name(rule) == name);

    public static RuleFix? FixOf(TorchAnalyzer rule) =>
        typeof(RuleFix).Assembly.GetTypes().SingleOrDefault(type => type.Name == $"{Name(rule)}Fix" && type.IsSubclassOf(typeof(RuleFix))) is { } fix
            ? (RuleFix)Activator.CreateInstance(fix)!
            : null;
}
