using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Who can reach a member.</summary>
internal static class Visibility
{
    /// <summary>Whether code of another assembly can: a caller that no analysis sees. A program has none.</summary>
    public static bool IsOpen(ISymbol member, Compilation compilation)
    {
        if (compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication)
        {
            return false;
        }
        for (ISymbol? current = member; current is not null and not INamespaceSymbol; current = current.ContainingSymbol)
        {
            if (current.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The type whose code alone can mention a member, nested types included; null where others can.</summary>
    public static INamedTypeSymbol? PrivateTo(ISymbol member)
    {
        for (ISymbol? current = member; current is not (null or INamespaceSymbol); current = current.ContainingSymbol)
        {
            if (current.DeclaredAccessibility == Accessibility.Private)
            {
                return current.ContainingType;
            }
        }
        return null;
    }

    /// <summary>Whether it belongs to .NET itself, which knows nothing of modules.</summary>
    public static bool IsOfFramework(ISymbol member)
    {
        INamespaceSymbol? outermost = member.ContainingNamespace;
        while (outermost is { ContainingNamespace: { IsGlobalNamespace: false } next })
        {
            outermost = next;
        }
        return outermost is { Name: "System", IsGlobalNamespace: false };
    }
}
