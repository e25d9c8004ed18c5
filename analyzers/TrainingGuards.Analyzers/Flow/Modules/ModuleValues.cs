using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where modules are made: follows an expression through locals, fields, parameters and factory methods to the constructor calls.</summary>
internal sealed class ModuleValues(TorchProgram program)
{
    private const int Depth = 6;

    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<IOperation?>> _assigned = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, IReadOnlyList<ModuleValue>>[] _held =
        Enumerable.Range(0, Depth + 1).Select(_ => new ConcurrentDictionary<ISymbol, IReadOnlyList<ModuleValue>>(SymbolEqualityComparer.Default)).ToArray();

    /// <summary>The modules that an expression may stand for, empty where that is unknown.</summary>
    public ImmutableArray<ModuleValue> Of(IOperation? value, MethodBody body) => Of(value, body, Depth).ToImmutableArray();

    /// <summary>The modules that a field or property may hold, empty where that is unknown.</summary>
    public ImmutableArray<ModuleValue> OfMember(ISymbol member) => OfMember(member, Depth).ToImmutableArray();

    /// <summary>The values given to a field or property; an element is null where one comes from out of sight.</summary>
    public ImmutableArray<IOperation?> AssignedTo(ISymbol member) => _assigned.GetOrAdd(member.OriginalDefinition, FindAssignments);

    private IReadOnlyList<ModuleValue> Of(IOperation? value, MethodBody body, int depth)
    {
        if (depth == 0)
        {
            return [];
        }
        switch (value?.WithoutConversion())
        {
            case IObjectCreationOperation { Type: INamedTypeSymbol type } creation:
                return program.Torch.IsModule(type) ? [new ModuleValue(type, creation, body)] : [];
            case IInvocationOperation call:
                return OfCall(call, body, depth);
            case ILocalReferenceOperation { Local: var local }:
                return ChangedIfAppended(
                    All(body.Locals.WritesOf(local), write => Of(write, body, depth - 1)) is { Count: > 0 } written ? written : OfType(local.Type),
                    body.Locals.Of(local));
            case IParameterReferenceOperation { Parameter: var parameter }:
                return OfParameter(parameter, depth) is { Count: > 0 } passed ? passed : OfType(parameter.Type);
            case IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol } reference:
                return OfMember(reference.Member, depth) is { Count: > 0 } held ? held : OfType(reference.Type);
            case IInstanceReferenceOperation { Type: { } type }:
                return OfType(type);
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return All([conditional.WhenTrue, whenFalse], branch => Of(branch, body, depth - 1));
            case ICoalesceOperation coalesce:
                return All([coalesce.Value, coalesce.WhenNull], branch => Of(branch, body, depth - 1));
            case ISimpleAssignmentOperation assignment:
                return Of(assignment.Value, body, depth - 1);
            default:
                return value is null ? [] : OfType(value.Type);
        }
    }

    private IReadOnlyList<ModuleValue> OfCall(IInvocationOperation call, MethodBody body, int depth)
    {
        if (Receiver.ModuleGivenBack(call) is { } module)
        {
            return Of(module, body, depth);
        }
        IMethodSymbol method = call.TargetMethod;
        if (program.Torch.IsModule(method.ReturnType) && method.ReturnType is INamedTypeSymbol type
            && TorchSymbols.Same(method.ContainingAssembly, program.Torch.Tensor.ContainingAssembly))
        {
            bool isMade = method.IsStatic && TorchSymbols.Same(method.ContainingType, program.Torch.Module?.ContainingType);
            return isMade || Architecture.IsAppend(call, program.Torch) ? [new ModuleValue(type, call, body)] : [];
        }
        return program.Events.CalleeOf(call, body.Locals) is { } factory && program.Bodies.Of(factory) is { } made
            ? All(Returns.Of(made), returned => Of(returned, made, depth - 1))
            : OfType(method.ReturnType);
    }

    // What a symbol holds is asked for by every path that leads to it: it is answered once for each depth.
    private IReadOnlyList<ModuleValue> OfParameter(IParameterSymbol parameter, int depth) =>
        _held[depth].GetOrAdd(parameter.OriginalDefinition, symbol => FindPassed((IParameterSymbol)symbol, depth));

    private IReadOnlyList<ModuleValue> OfMember(ISymbol member, int depth) =>
        _held[depth].GetOrAdd(member.OriginalDefinition, symbol => FindHeld(symbol, depth));

    private List<ModuleValue> FindPassed(IParameterSymbol parameter, int depth)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol method)
        {
            return [];
        }
        IEnumerable<IOperation> calls = program.References.Of(method).Where(reference => reference is IInvocationOperation or IObjectCreationOperation);
        return calls.SelectMany(call => CallBinding.ArgumentsOf(call)
            .Where(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))
            .SelectMany(argument => program.Bodies.Around(call.Syntax) is { } caller ? Of(argument.Value, caller, depth - 1) : [])).ToList();
    }

    private IReadOnlyList<ModuleValue> FindHeld(ISymbol member, int depth) => ChangedIfAppended(
        All(AssignedTo(member), value => value is not null && program.Bodies.Around(value.Syntax) is { } body ? Of(value, body, depth - 1) : []),
        program.References.Of(member));

    // A static type says which class it is at least.
    private IReadOnlyList<ModuleValue> OfType(ITypeSymbol? type) =>
        type is INamedTypeSymbol { IsAbstract: false } named && program.Torch.IsModule(named)
        && !named.OriginalDefinition.Equals(program.Torch.Module, SymbolEqualityComparer.Default)
            ? [new ModuleValue(named, creation: null, body: null)]
            : [];

    // One value in the dark leaves the whole in the dark.
    private static List<ModuleValue> All(IEnumerable<IOperation?> values, Func<IOperation?, IReadOnlyList<ModuleValue>> of)
    {
        var all = new List<ModuleValue>();
        foreach (IOperation? value in values)
        {
            if (value is { ConstantValue: { HasValue: true, Value: null } })
            {
                continue;
            }
            IReadOnlyList<ModuleValue> one = of(value);
            if (one.Count == 0)
            {
                return [];
            }
            all.AddRange(one);
        }
        return all;
    }

    private static IReadOnlyList<ModuleValue> ChangedIfAppended(IReadOnlyList<ModuleValue> values, IEnumerable<IOperation> mentions) =>
        values.Count > 0 && mentions.Any(mention => mention.Parent is IInvocationOperation { TargetMethod.Name: var name } call && call.Instance == mention
            && name is "append" or "Add" or "Insert" or "add_module" or "register_module" or "RemoveAt" or "Clear")
            ? values.Select(value => value.Changed()).ToList()
            : values;

    private ImmutableArray<IOperation?> FindAssignments(ISymbol member)
    {
        ImmutableArray<IOperation?>.Builder values = ImmutableArray.CreateBuilder<IOperation?>();
        if ((program.Bodies.Initializer(member)?.Root as ISymbolInitializerOperation)?.Value is { } initial)
        {
            values.Add(initial);
        }
        foreach (IOperation reference in program.References.Of(member))
        {
            switch (reference.Parent)
            {
                case IAssignmentOperation assignment when assignment.Target == reference:
                    values.Add(assignment is ISimpleAssignmentOperation or ICoalesceAssignmentOperation ? assignment.Value : null);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref }:
                case ITupleOperation { Parent: IDeconstructionAssignmentOperation deconstruction } tuple when deconstruction.Target == tuple:
                    values.Add(null);
                    break;
            }
        }
        ISymbol? setter = member is IPropertySymbol property ? property.SetMethod : member is IFieldSymbol { IsReadOnly: true } ? null : member;
        if (setter is not null && Visibility.IsOpen(setter, program.Compilation))
        {
            values.Add(null);
        }
        return values.ToImmutable();
    }
}
