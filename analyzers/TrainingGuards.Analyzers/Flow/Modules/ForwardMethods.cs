using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which forward of the compilation a module runs.</summary>
internal static class ForwardMethods
{
    /// <summary>The forward that a call of a module runs; null where it has none in sight, or another class may override it.</summary>
    /// <param name="module">The module.</param>
    /// <param name="called">The method that is called, null where it is called by a Sequential.</param>
    /// <param name="program">The compilation.</param>
    /// <remarks>The forward of a class that others derive from and override is not certain, unless it is known which class was made.</remarks>
    public static IMethodSymbol? Of(ModuleValue module, IMethodSymbol? called, TorchProgram program)
    {
        for (INamedTypeSymbol? type = module.Type; type is not null; type = type.BaseType)
        {
            IMethodSymbol? found = type.GetMembers("forward").OfType<IMethodSymbol>().FirstOrDefault(candidate => !candidate.IsAbstract
                && (called is null || called.Parameters.Length == candidate.Parameters.Length));
            if (found is not null)
            {
                return module.Creation is null && program.Derived.Overrides(found.OriginalDefinition) ? null : found;
            }
        }
        return null;
    }
}
