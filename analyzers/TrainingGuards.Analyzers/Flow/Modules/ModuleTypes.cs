using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What modules are made of: their components, and TorchSharp's layers however deep inside.</summary>
internal sealed class ModuleTypes(TorchProgram program)
{
    private const int Depth = 8;

    private readonly ConcurrentDictionary<INamedTypeSymbol, ModuleLayers> _layers = new(SymbolEqualityComparer.Default);

    /// <summary>The fields and auto-properties of a module type that hold modules, its bases' included.</summary>
    public static IEnumerable<ISymbol> Components(INamedTypeSymbol type, TorchSymbols torch) =>
        Fields(type).Where(field => torch.IsModule(field.Type)).Select(field => field.AssociatedSymbol ?? field);

    /// <summary>The instance fields of a type and its bases as far as their source is at hand, those behind auto-properties included.</summary>
    public static IEnumerable<IFieldSymbol> Fields(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type.OriginalDefinition; current is not null && IsSource(current); current = current.BaseType?.OriginalDefinition)
        {
            foreach (IFieldSymbol field in current.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
            {
                yield return field;
            }
        }
    }

    /// <summary>TorchSharp's layers that a module certainly holds.</summary>
    public ModuleLayers LayersOf(ModuleValue module) => LayersOf(module, Depth);

    /// <summary>Whether train() or eval() of the type runs code of the user's.</summary>
    public static bool OverridesMode(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null && IsSource(current); current = current.BaseType)
        {
            if (current.GetMembers("train").Concat(current.GetMembers("eval")).Any(member => member is IMethodSymbol { IsOverride: true }))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The forward that a call of a module runs, null where an overriding one may run instead.</summary>
    /// <param name="module">The module.</param>
    /// <param name="called">The method that is called, whose parameters tell overloads apart; null for a module in a Sequential.</param>
    public IMethodSymbol? ForwardOf(ModuleValue module, IMethodSymbol? called)
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

    private static bool IsSource(INamedTypeSymbol type) => !type.DeclaringSyntaxReferences.IsEmpty;

    private ModuleLayers LayersOf(ModuleValue module, int depth)
    {
        if (depth == 0)
        {
            return ModuleLayers.Unknown;
        }
        TorchSymbols torch = program.Torch;
        if (Layers.IsSequential(module.Type, torch) || Layers.IsModuleCollection(module.Type, torch))
        {
            return module is { Creation: { } creation, Body: { } body }
                ? OfElements(Architecture.Of(creation, torch), body, module.IsChanged, depth)
                : ModuleLayers.Unknown;
        }
        if (Layers.IsBuiltIn(module.Type, torch))
        {
            return new ModuleLayers(ImmutableArray.Create(new Layer(module.Type, module.Creation)), isComplete: true);
        }
        return _layers.TryGetValue(module.Type, out ModuleLayers? known) ? known : OfComponents(module.Type, depth);
    }

    private ModuleLayers OfElements(Architecture architecture, MethodBody body, bool isChanged, int depth)
    {
        ModuleLayers all = new(ImmutableArray<Layer>.Empty, architecture.IsComplete && !isChanged);
        return architecture.Elements.Aggregate(all, (sum, element) => sum.With(OfOne(program.Values.Of(element, body), depth)));
    }

    private ModuleLayers OfComponents(INamedTypeSymbol type, int depth)
    {
        ModuleLayers all = new(ImmutableArray<Layer>.Empty, isComplete: true);
        foreach (ISymbol component in Components(type, program.Torch))
        {
            ITypeSymbol? declared = component is IFieldSymbol field ? field.Type : (component as IPropertySymbol)?.Type;
            ImmutableArray<ModuleValue> values = program.Values.OfMember(component);
            if (values.IsEmpty && declared is INamedTypeSymbol { IsAbstract: false } known && Layers.IsBuiltIn(known, program.Torch))
            {
                values = ImmutableArray.Create(new ModuleValue(known, creation: null, body: null));
            }
            all = all.With(OfOne(values, depth));
        }
        INamedTypeSymbol? last = type;
        while (last is not null && IsSource(last))
        {
            last = last.BaseType;
        }
        bool isOwn = last is not null && TorchSymbols.Same(last.ContainingAssembly, program.Torch.Tensor.ContainingAssembly);
        ModuleLayers layers = isOwn ? all : all.With(ModuleLayers.Unknown);
        if (depth == Depth)
        {
            _layers.TryAdd(type, layers);
        }
        return layers;
    }

    // Which of several modules it is, is open; what all of them hold is not.
    private ModuleLayers OfOne(ImmutableArray<ModuleValue> alternatives, int depth) => alternatives.Length switch
    {
        0 => ModuleLayers.Unknown,
        1 => LayersOf(alternatives[0], depth - 1),
        _ => alternatives.Select(alternative => LayersOf(alternative, depth - 1)).Aggregate((one, other) => one.Or(other)),
    };
}
