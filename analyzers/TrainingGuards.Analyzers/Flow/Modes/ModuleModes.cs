using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether a module trains or evaluates at a point: what train(), eval() and construction on the way there, callees included, leave it in.</summary>
internal sealed class ModuleModes(TorchProgram program)
{
    // Main → Fit → RunEpoch → Evaluate, and one to spare.
    private const int Depth = 5;

    private static readonly ImmutableHashSet<ModeFact> Inherited = ImmutableHashSet.Create(new ModeFact(ModuleMode.Inherited));
    private static readonly ImmutableHashSet<ModeFact> Unknown = ImmutableHashSet.Create(new ModeFact(ModuleMode.Unknown));

    private static readonly ImmutableHashSet<ModeFact> None = ImmutableHashSet<ModeFact>.Empty;

    private readonly ConcurrentDictionary<(MethodBody, Receiver, int), ImmutableHashSet<ModeFact>> _exits = new();

    /// <summary>The modes that <paramref name="module"/> may be in before <paramref name="point"/>, as far as its own body and its callees show.</summary>
    public ImmutableHashSet<ModeFact> Before(EventGraph graph, TorchEvent? point, Receiver module) => Before(graph, point, module, Depth);

    /// <summary>
    /// The same, where what the body inherits is looked up in its callers, and in how the field that holds the module is used. Inherited is
    /// what is left where nothing in sight sets the mode.
    /// </summary>
    public ImmutableHashSet<ModeFact> BeforeInProgram(EventGraph graph, TorchEvent point, Receiver module) =>
        Resolve(graph.Body, Before(graph, point, module), module, Depth, areLambdasLeftOut: false);

    /// <summary>The same, where lambdas that run out of sight are left out: a caller in sight that leaves the wrong mode does so whatever they do.</summary>
    public ImmutableHashSet<ModeFact> BeforeInSight(EventGraph graph, TorchEvent point, Receiver module) =>
        Resolve(graph.Body, Before(graph, point, module), module, Depth, areLambdasLeftOut: true);

    /// <summary>The mode of a module right after it was made by <paramref name="value"/>.</summary>
    public ImmutableHashSet<ModeFact> OfNew(IOperation value) => OfNew(value, Depth, new ModeFact(ModuleMode.Training));

    private ImmutableHashSet<ModeFact> Before(EventGraph graph, TorchEvent? point, Receiver module, int depth) =>
        ModuleEscapes.Has(module, graph.Body.Locals, program) ? Unknown : graph.Before(point, Inherited, (step, facts) => After(step, facts, graph, module, depth)) ?? Unknown;

    private ImmutableHashSet<ModeFact> After(TorchEvent step, ImmutableHashSet<ModeFact> facts, EventGraph graph, Receiver module, int depth) => step.Kind switch
    {
        EventKind.Train or EventKind.Eval or EventKind.SetMode => AfterSwitch(step, facts, graph, module),
        EventKind.Assign => AfterAssignment(step, facts, graph, module, depth),
        EventKind.Load => AfterLoad(step, facts, graph, module),
        EventKind.Call => AfterCall(step, facts, graph, module, depth),
        _ => facts,
    };

    private ImmutableHashSet<ModeFact> AfterSwitch(TorchEvent step, ImmutableHashSet<ModeFact> facts, EventGraph graph, Receiver module)
    {
        if (step.Receiver is not { } target || !IsOneObject(target, graph.Body.Locals))
        {
            // foreach (var part in model.modules()) part.eval();
            return Unknown;
        }
        if (!module.StartsWith(target))
        {
            return target.StartsWith(module) ? Unknown : facts;
        }
        bool isOverridden = step.Operation is IInvocationOperation call && program.Bodies.Of(call.TargetMethod) is not null;
        return isOverridden || step.Is(EventKind.SetMode)
            ? Unknown
            : ImmutableHashSet.Create(new ModeFact(step.Is(EventKind.Train) ? ModuleMode.Training : ModuleMode.Evaluating, graph, step));
    }

    // What is loaded is weights and statistics; the mode stays.
    private ImmutableHashSet<ModeFact> AfterLoad(TorchEvent step, ImmutableHashSet<ModeFact> facts, EventGraph graph, Receiver module)
    {
        if (program.Events.CalleeOf(step.Operation, graph.Body.Locals) is null)
        {
            return IsHandedOver(step.Operation, module, graph.Body.Locals) ? Unknown : facts;
        }
        return step.Receiver is { } target && module.StartsWith(target) ? Loaded(facts, step.Syntax) : facts;
    }

    private ImmutableHashSet<ModeFact> AfterAssignment(TorchEvent step, ImmutableHashSet<ModeFact> facts, EventGraph graph, Receiver module, int depth)
    {
        if (step.Receiver is not { } target || !module.StartsWith(target))
        {
            return facts;
        }
        if (Receiver.Of(step.Value, graph.Body.Locals) is { } source && source.Equals(target))
        {
            // model = model.to(device);
            return facts;
        }
        return target.Equals(module) && step.Value is { } value
            ? OfNew(value, depth, new ModeFact(ModuleMode.Training, graph, step))
            : Unknown;
    }

    private ImmutableHashSet<ModeFact> AfterCall(TorchEvent step, ImmutableHashSet<ModeFact> facts, EventGraph graph, Receiver module, int depth)
    {
        LocalUses locals = graph.Body.Locals;
        if (program.Events.CalleeOf(step.Operation, locals) is not { } callee)
        {
            return IsHandedOver(step.Operation, module, locals) || IsUnknownDelegate(step.Operation, module) ? Unknown : facts;
        }
        if (program.Events.Of(callee) is not { } inner)
        {
            return IsHandedOver(step.Operation, module, locals) && !IsHarmless(callee) ? Unknown : facts;
        }
        if (program.Events.Reaches(callee, EventKind.Mode | EventKind.Assign | EventKind.Load) == Answer.No)
        {
            bool isHandedOver = IsHandedOver(step.Operation, module, locals);
            if (isHandedOver && program.Torch.IsModule(callee.ContainingType) && callee.MethodKind == MethodKind.Constructor)
            {
                return Unknown;
            }
            // What sets no mode may still give the module away.
            if (!isHandedOver)
            {
                return facts;
            }
        }
        foreach (Receiver name in CallBinding.IntoCallee(step.Operation, callee, module, program, locals))
        {
            facts = With(depth == 0 ? Unknown : AtExit(inner, name, depth - 1), facts);
        }
        return facts;
    }

    // The depth is part of the key: near its end an unknown may only mean that the search stopped.
    private ImmutableHashSet<ModeFact> AtExit(EventGraph graph, Receiver module, int depth) =>
        _exits.GetOrAdd((graph.Body, module, depth), key => Before(graph, point: null, key.Item2, key.Item3));

    private ImmutableHashSet<ModeFact> OfNew(IOperation value, int depth, ModeFact training)
    {
        if (depth == 0)
        {
            return Unknown;
        }
        switch (value)
        {
            case IConversionOperation conversion:
                return OfNew(conversion.Operand, depth, training);
            case ILiteralOperation { ConstantValue: { HasValue: true, Value: null } }:
                return None;
            case IInvocationOperation call when Receiver.ModuleGivenBack(call) is { } module:
                return EventVocabulary.KindOf(call, program.Torch) == EventKind.Load ? Loaded(OfNew(module, depth, training), call.Syntax) : OfNew(module, depth, training);
            case IObjectCreationOperation { Constructor: { } constructor }:
                return AfterConstructor(constructor, depth, training);
            case IInvocationOperation { Instance: { } chain } append when Architecture.IsAppend(append, program.Torch):
                return OfNew(chain, depth, training);
            case IParameterReferenceOperation:
                return Inherited;
            case IInvocationOperation { TargetMethod: { IsStatic: true } factory } when TorchSymbols.Same(factory.ContainingType, program.Torch.Module?.ContainingType):
                return ImmutableHashSet.Create(training);
            case IInvocationOperation call when program.Events.CalleeOf(call, new LocalUses(call)) is { } factory && program.Bodies.Of(factory) is { } body:
                return OfReturned(body, depth - 1, training);
            default:
                return Unknown;
        }
    }

    private ImmutableHashSet<ModeFact> AfterConstructor(IMethodSymbol constructor, int depth, ModeFact training)
    {
        if (TorchSymbols.Same(constructor.ContainingAssembly, program.Torch.Tensor.ContainingAssembly))
        {
            return ImmutableHashSet.Create(training);
        }
        if (!TorchSymbols.Same(constructor.ContainingAssembly, program.Compilation.Assembly))
        {
            return Unknown;
        }
        if (program.Events.Reaches(constructor, EventKind.Mode | EventKind.Load) == Answer.No || program.Events.Of(constructor) is not { } graph)
        {
            return ImmutableHashSet.Create(training);
        }
        return With(AtExit(graph, Receiver.This, depth - 1), ImmutableHashSet.Create(training));
    }

    private ImmutableHashSet<ModeFact> OfReturned(MethodBody body, int depth, ModeFact training)
    {
        ImmutableHashSet<ModeFact> all = None;
        foreach (IOperation returned in Returns.Of(body))
        {
            all = all.Union(
                Receiver.Of(returned, body.Locals) is { } named && program.Events.Of(body) is { } graph
                    ? Before(graph, point: null, named, depth).Select(fact => IsInherited(fact) ? new ModeFact(ModuleMode.Unknown) : fact)
                    : OfNew(returned, depth, training));
        }
        return all.IsEmpty ? Unknown : all;
    }

    private ImmutableHashSet<ModeFact> Resolve(MethodBody body, ImmutableHashSet<ModeFact> facts, Receiver module, int depth, bool areLambdasLeftOut)
    {
        if (!facts.Any(IsInherited))
        {
            return facts;
        }
        ImmutableHashSet<ModeFact> outer = depth == 0 ? Unknown : FromCallers(body, module, depth - 1, areLambdasLeftOut);
        return With(facts, outer);
    }

    private ImmutableHashSet<ModeFact> FromCallers(MethodBody body, Receiver module, int depth, bool areLambdasLeftOut)
    {
        ImmutableHashSet<ModeFact>[] callers = [.. CallSites.Of(body, program).Select(site => (Site: site, Facts: FromCaller(site, module, depth, areLambdasLeftOut)))
            .Where(caller => !areLambdasLeftOut || !IsInLambda(caller.Site) || !caller.Facts.Any(fact => fact.Mode == ModuleMode.Unknown)).Select(caller => caller.Facts)];
        if (callers.Length == 0)
        {
            return HeldByType(body, module, depth);
        }
        // A caller that certainly trains is wrong whatever one out of sight does. Where another evaluates, whoever wrote both knew of modes;
        // and a call that is dispatched may lead to another body.
        bool isDispatched = body.Owner is { IsVirtual: true } or { IsOverride: true } or { IsAbstract: true };
        var training = callers.Where(facts => !facts.IsEmpty && facts.All(fact => fact.Mode == ModuleMode.Training)).ToList();
        bool isEvaluated = callers.Any(facts => facts.Any(fact => fact.Mode == ModuleMode.Evaluating));
        ImmutableHashSet<ModeFact> all = (training.Count > 0 && !isEvaluated && !isDispatched ? training : (IEnumerable<ImmutableHashSet<ModeFact>>)callers)
            .Aggregate(None, (some, more) => some.Union(more));
        // Whatever a caller out of sight does, it cannot reach a private field but by methods of the type.
        bool isField = module is { Root: null, Path: { Length: > 0 } path } && path[0] is IFieldSymbol or IPropertySymbol;
        return all.IsEmpty || (isField && all.Any(fact => fact.Mode is ModuleMode.Unknown or ModuleMode.Inherited)) ? HeldByType(body, module, depth) : all;
    }

    private ImmutableHashSet<ModeFact> FromCaller(CallSite site, Receiver module, int depth, bool areLambdasLeftOut) =>
        site.Call is { } call && site.Graph is { } graph && graph.At(call.Syntax, EventKind.Call) is { } step
            && CallBinding.IntoCaller(step.Operation, site.Callee, module, program, graph.Body.Locals) is { } outer
            ? Resolve(graph.Body, Before(graph, step, outer), outer, depth, areLambdasLeftOut)
            : Unknown;

    private static bool IsInLambda(CallSite site) => site.Graph?.Body.Owner is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction };

    // A private field that is made in training mode, and that no method of its type leaves in another.
    private ImmutableHashSet<ModeFact> HeldByType(MethodBody body, Receiver module, int depth)
    {
        if (module is not { Root: null, Path.Length: > 0 } || module.Path[0] is not ({ Kind: SymbolKind.Field or SymbolKind.Property } and var member))
        {
            return Inherited;
        }
        // Whoever holds the whole sets the mode of its components.
        if (program.Torch.IsModule(member.ContainingType) || !IsPrivateTo(member, member.ContainingType))
        {
            return Unknown;
        }
        ImmutableHashSet<ModeFact> made = None;
        foreach (IOperation? value in program.Values.AssignedTo(member))
        {
            made = made.Union(value is null || module.Path.Length > 1 ? Unknown : OfNew(value, depth, new ModeFact(ModuleMode.Training)));
        }
        IEnumerable<EventGraph> methods = member.ContainingType.GetMembers().OfType<IMethodSymbol>()
            .Where(method => !TorchSymbols.Same(method, body.Owner)).Select(program.Events.Of).OfType<EventGraph>();
        ImmutableHashSet<ModeFact> exits = None;
        foreach (EventGraph method in methods)
        {
            exits = exits.Union(AtExit(method, module, depth));
        }
        made = made.Union(With(exits, made));
        return made.IsEmpty ? Unknown : made;
    }

    private bool IsPrivateTo(ISymbol member, INamedTypeSymbol type) => program.References.Of(member).All(reference =>
        program.Bodies.Around(reference.Syntax)?.Outermost.Owner.ContainingType is { } user && TorchSymbols.Same(user.OriginalDefinition, type.OriginalDefinition)
            && !IsGivenAway(reference))
        && !Visibility.IsOpen(member, program.Compilation);

    // public Net Model => _net;
    private static bool IsGivenAway(IOperation mention)
    {
        IOperation? outer = mention.Parent;
        while (outer is IConversionOperation or IParenthesizedOperation or IConditionalOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation)
        {
            outer = outer.Parent;
        }
        return outer is IReturnOperation;
    }

    private static bool IsOneObject(Receiver target, LocalUses locals) => target.Root is not ILocalSymbol local
        || locals.WritesOf(local).All(value => value is not null && IsFresh(value));

    private static bool IsFresh(IOperation value) => value switch
    {
        IConversionOperation conversion => IsFresh(conversion.Operand),
        IInvocationOperation call => Receiver.ReturnsItsModule(call) || call.TargetMethod.IsStatic || call.Instance is IInstanceReferenceOperation,
        IObjectCreationOperation or ILiteralOperation => true,
        _ => false,
    };

    private static bool IsHandedOver(IOperation call, Receiver module, LocalUses locals) =>
        CallBinding.ArgumentsOf(call).SelectMany(argument => Elements(argument.Value)).Append((call as IInvocationOperation)?.Instance)
            .Any(value => Receiver.Of(value, locals) is { } passed && (module.StartsWith(passed) || passed.StartsWith(module)));

    // params: Sequential(model, head).
    private static IEnumerable<IOperation> Elements(IOperation value) => value switch
    {
        IConversionOperation conversion => Elements(conversion.Operand),
        IArrayCreationOperation { Initializer: { } list } => list.ElementValues.SelectMany(Elements),
        ITupleOperation tuple => tuple.Elements.SelectMany(Elements),
        _ => [value],
    };

    // A callback can reach whatever its maker could; a local that is never handed over is not among that.
    private static bool IsUnknownDelegate(IOperation call, Receiver module) =>
        call is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } && module.Root is not ILocalSymbol;

    private bool IsHarmless(IMethodSymbol callee)
    {
        bool isTorch = TorchSymbols.Same(callee.ContainingAssembly, program.Torch.Tensor.ContainingAssembly);
        return isTorch
            ? !program.Torch.IsModule(callee.ReturnType) || Receiver.ReturnsItsModule(callee)
            : Visibility.IsOfFramework(callee) && callee.ContainingType.Name is "Console" or "Debug" or "Trace" or "Object" or "GC" or "ArgumentNullException";
    }

    /// <summary>What holds at the end of a body that began with <paramref name="before"/>.</summary>
    private static ImmutableHashSet<ModeFact> With(ImmutableHashSet<ModeFact> exit, ImmutableHashSet<ModeFact> before) => exit.Aggregate(None, (all, fact) =>
        !IsInherited(fact) ? all.Add(fact) : all.Union(fact.Load is { } load ? Loaded(before, load) : before));

    private static ImmutableHashSet<ModeFact> Loaded(ImmutableHashSet<ModeFact> facts, SyntaxNode load) =>
        facts.Select(fact => fact.Mode == ModuleMode.Unknown ? fact : fact.After(load)).ToImmutableHashSet();

    private static bool IsInherited(ModeFact fact) => fact.Mode == ModuleMode.Inherited;
}
