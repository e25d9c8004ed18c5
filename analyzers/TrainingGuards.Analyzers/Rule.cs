using System.Reflection;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers;

/// <summary>Builds the descriptor of a rule from what only its author can say; category and help link follow from id and name.</summary>
internal static class Rule
{
    private static readonly string Address = typeof(Rule).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "ProjectAddress").Value!;

    /// <summary>A defect that is certain and silent.</summary>
    public static DiagnosticDescriptor Warning(string id, string name, string title, string message, string description) =>
        Describe(id, name, title, message, description, DiagnosticSeverity.Warning, enabled: true);

    /// <summary>A heuristic, or a legal choice that is often a mistake.</summary>
    public static DiagnosticDescriptor Info(string id, string name, string title, string message, string description) =>
        Describe(id, name, title, message, description, DiagnosticSeverity.Info, enabled: true);

    /// <summary>A defect only by a strict reading: off unless the strict preset turns it on.</summary>
    public static DiagnosticDescriptor Strict(string id, string name, string title, string message, string description) =>
        Describe(id, name, title, message, description, DiagnosticSeverity.Warning, enabled: false);

    /// <summary>The family that an id belongs to: the folder of the rule, and the last word of its category.</summary>
    /// <exception cref="ArgumentException">The id is of no family.</exception>
    public static string Family(string id) => id[2] switch
    {
        '0' => "Options",
        '1' => "Gradients",
        '2' => "Mode",
        '3' => "Modules",
        '4' => "Loss",
        '5' => "Data",
        '6' => "Shapes",
        '7' => "Checkpoints",
        '8' => "Schedule",
        _ => throw new ArgumentException($"{id} is of no family.", nameof(id)),
    };

    private static DiagnosticDescriptor Describe(
        string id, string name, string title, string message, string description, DiagnosticSeverity severity, bool enabled) =>
        new(id, title, message, $"TrainingGuards.{Family(id)}", severity, enabled, description, $"{Address}/blob/main/docs/rules/{name}.md");
}
