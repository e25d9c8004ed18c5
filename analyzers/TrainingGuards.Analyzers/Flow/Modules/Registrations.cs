using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Who registers the components of a module type.</summary>
internal sealed class Registrations
{
    private static readonly string[] Calls = ["register_module", "add_module", "register_parameter", "register_buffer"];
    private static readonly string[] Registers = ["_internal_submodules", "_internal_params", "_internal_buffers"];

    private readonly TorchProgram _program;
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<ConstructionStep>> _constructions = new(SymbolEqualityComparer.Default);
    private readonly Lazy<ImmutableArray<INamedTypeSymbol>> _byHand;

    public Registrations(TorchProgram program)
    {
        _program = program;
        _byHand = new(() => FindByHand().ToImmutableArray());
    }

    /// <summary>A method that registers one component under a name.</summary>
    public static bool IsByHand(IMethodSymbol method, TorchSymbols torch) => Calls.Contains(method.Name, StringComparer.Ordinal) && torch.IsModule(method.ContainingType);

    /// <summary>The steps of making a module by one of its constructors.</summary>
    public ImmutableArray<ConstructionStep> Construction(IMethodSymbol constructor) =>
        _constructions.GetOrAdd(constructor.OriginalDefinition, key => Flow.Construction.Of(key, _program));

    /// <summary>Whether making a module of exactly this type calls RegisterComponents, by whichever constructor.</summary>
    public Answer InConstructor(INamedTypeSymbol type)
    {
        Answer? all = null;
        foreach (IMethodSymbol constructor in type.OriginalDefinition.InstanceConstructors)
        {
            Answer one = InConstruction(Construction(constructor));
            all = all is null || all == one ? one : Answer.Unknown;
        }
        return all ?? Answer.Unknown;
    }

    /// <summary>
    /// Whether components of a type are also registered, or handed out, by code of the user's: by name, by an override, by the protected
    /// tables. Then no more is known of them.
    /// </summary>
    public bool IsByHand(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (!TorchSymbols.Same(current.ContainingAssembly, _program.Torch.Tensor.ContainingAssembly)
                && (current.DeclaringSyntaxReferences.IsEmpty ? current.SpecialType == SpecialType.None : OverridesTables(current)))
            {
                return true;
            }
        }
        return _byHand.Value.Any(owner => TorchSymbols.DerivesFrom(type.OriginalDefinition, owner) || TorchSymbols.DerivesFrom(owner, type.OriginalDefinition));
    }

    private static Answer InConstruction(ImmutableArray<ConstructionStep> steps) =>
        steps.Any(step => step is { Kind: ConstructionKind.Register, IsCertain: true }) ? Answer.Yes
        : steps.Any(step => step.Kind is ConstructionKind.Register or ConstructionKind.ByHand) ? Answer.Unknown
        : Answer.No;

    private static bool OverridesTables(INamedTypeSymbol type) => type.GetMembers().Any(member => member is IMethodSymbol { IsOverride: true }
        && member.Name is "RegisterComponents" or "register_module" or "register_parameter" or "parameters" or "named_parameters" or "_parameters" or "_named_parameters"
            or "children" or "named_children" or "modules" or "named_modules" or "state_dict");

    // net.register_module(…) in another class counts for what net may be.
    private IEnumerable<INamedTypeSymbol> FindByHand()
    {
        IEnumerable<ITypeSymbol?> receivers = Calls
            .SelectMany(name => _program.References.Named<IInvocationOperation>(name))
            .Where(call => IsByHand(call.TargetMethod, _program.Torch))
            .Select(call => call.Instance?.Type)
            .Concat(Registers.SelectMany(name => _program.References.Named<IMemberReferenceOperation>(name)).Select(table => table.Instance?.Type));
        return receivers.OfType<INamedTypeSymbol>().Select(type => type.OriginalDefinition).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default);
    }
}
