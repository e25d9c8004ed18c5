using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>TrainingGuards' own types, which the code of a user may hold data in.</summary>
internal static class GuardTypes
{
    /// <summary>A set of examples, gone through in epochs.</summary>
    public static bool IsExamples(ITypeSymbol? type) => Is(type, "Examples");

    /// <summary>Some examples, inputs and targets.</summary>
    public static bool IsBatch(ITypeSymbol? type) => Is(type, "Batch");

    private static bool Is(ITypeSymbol? type, string name) => type is { ContainingNamespace: { Name: "TrainingGuards", ContainingNamespace.IsGlobalNamespace: true } } && type.Name == name;
}
