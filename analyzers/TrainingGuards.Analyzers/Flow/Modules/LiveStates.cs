using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where the result of state_dict() is kept as it is, with no tensor copied: through locals, tuples, copied dictionaries and helper methods.</summary>
internal sealed class LiveStates(TorchProgram program)
{
    private const int Depth = 3;

    private readonly ConcurrentDictionary<IOperation, List<LiveState>> _kept = new();

    /// <summary>Whether a call gives the live tensors of a module.</summary>
    public bool IsTaken(IInvocationOperation call) => call is { TargetMethod.Name: "state_dict", Instance: { } module } && program.Torch.IsModule(module.Type)
        && call.Arguments.All(argument => argument.ArgumentKind == ArgumentKind.DefaultValue)
        && TorchSymbols.Same(call.TargetMethod.ContainingAssembly, program.Torch.Tensor.ContainingAssembly) && !program.Derived.Overrides(call.TargetMethod);

    /// <summary>Every place that keeps what a call takes, in whatever method that is.</summary>
    public IReadOnlyList<LiveState> KeptBy(IInvocationOperation call) => _kept.GetOrAdd(call, key => Find((IInvocationOperation)key));

    /// <summary>All that is kept in the place that one is kept in.</summary>
    public IReadOnlyList<LiveState> KeptWith(LiveState one) => [.. program.References.Named<IInvocationOperation>("state_dict").Where(IsTaken)
        .SelectMany(KeptBy).Where(one.IsWith)];

    private List<LiveState> Find(IInvocationOperation call)
    {
        var found = new List<LiveState>();
        if (program.Bodies.Around(call.Syntax) is { } body && Receiver.Of(call.Instance, body.Locals) is { } module)
        {
            Follow(call, new Taking(call, module, call, body), Depth, found);
        }
        return found;
    }

    private void Follow(IOperation value, Taking taking, int depth, List<LiveState> found)
    {
        switch (value.Parent)
        {
            case IConversionOperation { OperatorMethod: null } or IParenthesizedOperation:
                Follow(value.Parent, taking, depth, found);
                break;
            case ICoalesceOperation:
            case IConditionalOperation { Type: not null } choice when choice.Condition != value:
                Follow(value.Parent, taking.Or(value), depth, found);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                found.Add(taking.By(local, element: null, value));
                break;
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation when value.Parent is IAssignmentOperation assignment && assignment.Value == value:
                Keep(assignment.Target, value, taking, found);
                break;
            case ITupleOperation tuple:
                FollowTuple(tuple, value, taking, found);
                break;
            case IForEachLoopOperation loop when loop.Collection == value:
                FollowEntries(loop, taking, found);
                break;
            case IArgumentOperation { Parameter: { } parameter } argument:
                FollowArgument(argument, parameter, taking, depth, found);
                break;
            case IReturnOperation when depth > 0 && program.Bodies.Around(value.Syntax) is { } helper:
                FollowReturn(helper, taking, depth, found);
                break;
        }
    }

    private static void Keep(IOperation target, IOperation value, Taking taking, List<LiveState> found)
    {
        switch (target.WithoutConversion())
        {
            case IFieldReferenceOperation { Instance: { Type: INamedTypeSymbol { IsTupleType: true } tuple } whole, Field: var field } when HolderOf(whole) is { } holder:
                found.Add(taking.By(holder, tuple.TupleElements.IndexOf(field, SymbolEqualityComparer.Default), value));
                break;
            case var place when HolderOf(place) is { } holder:
                found.Add(taking.By(holder, element: null, value));
                break;
        }
    }

    private static void FollowTuple(ITupleOperation tuple, IOperation value, Taking taking, List<LiveState> found)
    {
        int index = tuple.Elements.IndexOf(value);
        IOperation whole = tuple;
        while (whole.Parent is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            whole = whole.Parent;
        }
        switch (whole.Parent)
        {
            case IDeconstructionAssignmentOperation { Target: ITupleOperation targets } deconstruction when deconstruction.Value == whole && index < targets.Elements.Length:
                Keep(targets.Elements[index], value, taking, found);
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } }:
                found.Add(taking.By(local, index, value));
                break;
            case ISimpleAssignmentOperation assignment when assignment.Value == whole && HolderOf(assignment.Target) is { } holder:
                found.Add(taking.By(holder, index, value));
                break;
        }
    }

    // foreach (var entry in model.state_dict()) best[entry.Key] = entry.Value;
    private static void FollowEntries(IForEachLoopOperation loop, Taking taking, List<LiveState> found)
    {
        foreach (ISimpleAssignmentOperation assignment in loop.Body.Descendants().OfType<ISimpleAssignmentOperation>())
        {
            if (assignment.Target is IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } dictionary } && HolderOf(dictionary) is { } holder
                && IsUncopied(assignment.Value, loop.Locals))
            {
                found.Add(taking.Sharing(assignment.Value).By(holder, element: null, assignment.Value));
            }
        }
    }

    private void FollowArgument(IArgumentOperation argument, IParameterSymbol parameter, Taking taking, int depth, List<LiveState> found)
    {
        switch (argument.Parent)
        {
            case IInvocationOperation { TargetMethod: { Name: "ToDictionary", IsExtensionMethod: true } method } copy when parameter.Ordinal == 0 && Visibility.IsOfFramework(method):
                IOperation? entry = copy.Arguments.Where(given => given.Parameter?.Name == "elementSelector").Select(given => ReturnedBy(given.Value)).FirstOrDefault();
                bool isWhole = copy.Arguments.All(given => given.Parameter?.Ordinal == 0 || given.ArgumentKind == ArgumentKind.DefaultValue);
                if (isWhole || (entry is not null && IsUncopied(entry, ParametersAround(entry))))
                {
                    Follow(copy, entry is null ? taking : taking.Sharing(entry), depth, found);
                }
                break;
            case IObjectCreationOperation { Constructor: { } constructor } copy when parameter.Ordinal == 0 && copy.Type?.Name.EndsWith("Dictionary", StringComparison.Ordinal) == true && Visibility.IsOfFramework(constructor):
                Follow(copy, taking, depth, found);
                break;
            case IObjectCreationOperation { Type: INamedTypeSymbol { IsRecord: true } record } when PositionalProperty(record, parameter) is { } property:
                found.Add(taking.By(property, element: null, argument.Value));
                break;
            case IInvocationOperation call when depth > 0 && program.Events.CalleeOf(call, taking.Body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner:
                foreach (IOperation mention in inner.Locals.Of(parameter.OriginalDefinition))
                {
                    Follow(mention, taking, depth - 1, found);
                }
                break;
        }
    }

    private void FollowReturn(MethodBody helper, Taking taking, int depth, List<LiveState> found)
    {
        if (helper != taking.Body)
        {
            return;
        }
        foreach (CallSite site in CallSites.Of(helper, program))
        {
            if (site is { Call: { } call, Graph.Body: { } caller } && CallBinding.IntoCaller(call, site.Callee, taking.Module, program, caller.Locals) is { } module)
            {
                Follow(call, new Taking(taking.Shared, module, call, caller), depth - 1, found);
            }
        }
    }

    /// <summary>Whether an expression is the value of a dictionary's entry itself: detached at most, which shares its numbers.</summary>
    private static bool IsUncopied(IOperation value, IEnumerable<ISymbol> entries) => value.WithoutConversion() switch
    {
        IInvocationOperation { TargetMethod.Name: "detach" or "alias" or "DetachFromDisposeScope" or "MoveToOuterDisposeScope", Instance: { } tensor } => IsUncopied(tensor, entries),
        IPropertyReferenceOperation { Property: { Name: "Value", ContainingType.Name: "KeyValuePair" }, Instance: { } entry } => IsUncopied(entry, entries),
        ILocalReferenceOperation { Local: var local } => entries.Contains(local, SymbolEqualityComparer.Default),
        IParameterReferenceOperation { Parameter: var parameter } => entries.Contains(parameter, SymbolEqualityComparer.Default),
        _ => false,
    };

    private static IOperation? ReturnedBy(IOperation selector) => selector.WithoutConversion() is IDelegateCreationOperation { Target: IAnonymousFunctionOperation { Body.Operations: { Length: 1 } body } }
        && body[0] is IReturnOperation { ReturnedValue: { } value } ? value : null;

    private static ImmutableArray<IParameterSymbol> ParametersAround(IOperation entry) =>
        entry.Parent?.Parent?.Parent is IAnonymousFunctionOperation { Symbol.Parameters: var parameters } ? parameters : ImmutableArray<IParameterSymbol>.Empty;

    private static ISymbol? HolderOf(IOperation place) => place.WithoutConversion() switch
    {
        ILocalReferenceOperation local => local.Local,
        IFieldReferenceOperation { Instance.Type.IsTupleType: not true } field => field.Field.OriginalDefinition,
        IPropertyReferenceOperation { Property.IsIndexer: false } property => property.Property.OriginalDefinition,
        _ => null,
    };

    private static ISymbol? PositionalProperty(INamedTypeSymbol record, IParameterSymbol parameter) => record.OriginalDefinition.GetMembers(parameter.Name).OfType<IPropertySymbol>()
        .FirstOrDefault(property => property.DeclaringSyntaxReferences.Any(declared => declared.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.ParameterSyntax));

    /// <summary>What has been taken, on its way to where it is kept.</summary>
    private sealed class Taking(IOperation shared, Receiver module, IOperation taken, MethodBody body, IOperation? alternative = null)
    {
        public IOperation Shared { get; } = shared;

        public Receiver Module { get; } = module;

        public MethodBody Body { get; } = body;

        public Taking Sharing(IOperation entry) => new(entry, Module, taken, Body, alternative);

        /// <summary>The same as one of several values that may be kept.</summary>
        public Taking Or(IOperation value) => new(Shared, Module, taken, Body, alternative ?? value);

        public LiveState By(ISymbol holder, int? element, IOperation value) => new(holder, element, Shared, alternative ?? value, Module, taken, Body);
    }
}
