using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which source types derive from a type: what a virtual call or a static type may really mean.</summary>
internal sealed class DerivedTypes
{
    private readonly Dictionary<ISymbol, List<INamedTypeSymbol>> _byBase = new(SymbolEqualityComparer.Default);

    public DerivedTypes(Compilation compilation)
    {
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(compilation.Assembly.GlobalNamespace);
        while (pending.Count > 0)
        {
            INamespaceOrTypeSymbol current = pending.Pop();
            if (current is INamedTypeSymbol type && type.BaseType?.OriginalDefinition is { SpecialType: SpecialType.None } parent)
            {
                if (!_byBase.TryGetValue(parent, out List<INamedTypeSymbol>? children))
                {
                    _byBase.Add(parent, children = []);
                }
                children.Add(type);
            }
            foreach (ISymbol member in current.GetMembers())
            {
                if (member is INamespaceOrTypeSymbol nested)
                {
                    pending.Push(nested);
                }
            }
        }
    }

    /// <summary>All types of the compilation below <paramref name="type"/>, itself left out.</summary>
    public IEnumerable<INamedTypeSymbol> Below(INamedTypeSymbol type) =>
        _byBase.TryGetValue(type.OriginalDefinition, out List<INamedTypeSymbol>? children)
            ? children.Concat(children.SelectMany(Below))
            : [];

    /// <summary>Whether a type of the compilation overrides <paramref name="method"/>.</summary>
    public bool Overrides(IMethodSymbol method) => OverridesOf(method).Any();

    /// <summary>The methods of the compilation that override <paramref name="method"/>.</summary>
    public IEnumerable<IMethodSymbol> OverridesOf(IMethodSymbol method) => (method.IsVirtual || method.IsAbstract || method.IsOverride) && !method.IsSealed
        && method.ContainingType is { } owner
            ? Below(owner).SelectMany(type => type.GetMembers(method.Name).OfType<IMethodSymbol>())
                .Where(candidate => candidate.IsOverride && OverridesMethod(candidate, method))
            : [];

    private static bool OverridesMethod(IMethodSymbol candidate, IMethodSymbol method)
    {
        for (IMethodSymbol? current = candidate.OverriddenMethod; current is not null; current = current.OverriddenMethod)
        {
            if (TorchSymbols.Same(current.OriginalDefinition, method.OriginalDefinition))
            {
                return true;
            }
        }
        return false;
    }
}
