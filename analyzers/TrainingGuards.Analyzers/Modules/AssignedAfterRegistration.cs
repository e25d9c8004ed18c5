using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Modules;

/// <summary>TG3003: a component gets its value after RegisterComponents has run, which does so once.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AssignedAfterRegistration() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that says how to cure it, if there is a way: <see cref="Move"/>, or the method that registers by name.</summary>
    internal const string Cure = nameof(Cure);

    /// <summary>The call of RegisterComponents, which stands in the same block, goes behind the assignment.</summary>
    internal const string Move = nameof(Move);

    /// <summary>A Parameter is registered by its name, since the call that came too early is a base's.</summary>
    internal const string ParameterByName = "register_parameter";

    /// <summary>A module likewise.</summary>
    internal const string ModuleByName = "register_module";

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.AssignedAfterRegistration,
        nameof(AssignedAfterRegistration),
        "A component is assigned after the module has registered its components",
        "'{0}' gets a new {1} after RegisterComponents() has run, {2}, so it stays unregistered. {3}.",
        "RegisterComponents reads the fields once: what comes later is in no optimizer and in no checkpoint.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        RegisterOperationAction(
            context,
            operation =>
            {
                var assignment = (IAssignmentOperation)operation.Operation;
                if (assignment is ISimpleAssignmentOperation or ICoalesceAssignmentOperation or IDeconstructionAssignmentOperation && MayAssignComponent(assignment.Target, torch))
                {
                    Analyze(operation, assignment, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.SimpleAssignment,
            OperationKind.DeconstructionAssignment);
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (call.TargetMethod.Name is "Add" or "append" or "Insert" or "extend" && call.Instance is IMemberReferenceOperation { Instance: IInstanceReferenceOperation } list
                    && Layers.IsModuleCollection(call.TargetMethod.ContainingType, torch))
                {
                    AnalyzeAdd(operation, call, list.Member, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);
    }

    private static bool MayAssignComponent(IOperation target, TorchSymbols torch) => target switch
    {
        ITupleOperation tuple => tuple.Elements.Any(element => MayAssignComponent(element, torch)),
        IMemberReferenceOperation { Member: IFieldSymbol { IsStatic: false } or IPropertySymbol { IsStatic: false }, Member.ContainingType: { } owner, Type: { } type } =>
            torch.IsModule(owner) && !TorchSymbols.Same(owner.ContainingAssembly, torch.Tensor.ContainingAssembly) && MayHoldComponent(type, torch),
        _ => false,
    };

    private static bool MayHoldComponent(ITypeSymbol type, TorchSymbols torch) =>
        torch.IsModule(type) || torch.IsTensor(type) || torch.IsParameter(type) || type.TypeKind == TypeKind.Interface || type.SpecialType == SpecialType.System_Object;

    private static void Analyze(OperationContext context, IAssignmentOperation assignment, TorchProgram program)
    {
        // The shared operations, by which steps are told apart.
        if (program.Bodies.Around(assignment.Syntax) is not { } body)
        {
            return;
        }
        foreach ((IMemberReferenceOperation target, IOperation value) in Pairs(assignment.Target, assignment.Value))
        {
            if (target.Member is not IPropertySymbol property || IsAuto(property))
            {
                AnalyzeOne(context, assignment, target, value, body, program);
            }
        }
    }

    private static void AnalyzeOne(
        OperationContext context, IOperation assignment, IMemberReferenceOperation target, IOperation value, MethodBody body, TorchProgram program)
    {
        IOperation shared = program.Bodies.ModelOf(value.Syntax.SyntaxTree).GetOperation(value.Syntax) ?? value;
        if (!NewModule.Learns(shared, body, program) || When(assignment, target, context.ContainingSymbol, program) is not { } when)
        {
            return;
        }
        string? byName = when is not { Call: not null, Cure: null } ? when.Cure
            : program.Torch.IsModule(target.Type) ? ModuleByName
            : program.Torch.IsParameter(target.Type) ? ParameterByName
            : null;
        Report(context, assignment, target.Member, NewModule.Of(shared, body, program)?.Type.Name ?? "Parameter", when, byName);
    }

    private static void AnalyzeAdd(OperationContext context, IInvocationOperation call, ISymbol list, TorchProgram program)
    {
        if (context.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && LateIn(constructor, call.Syntax, program) is { } when)
        {
            Report(context, call, list, "item", when, when.Cure);
        }
    }

    /// <summary>Why it is too late at an assignment, null where that is not certain.</summary>
    private static Lateness? When(IOperation assignment, IMemberReferenceOperation target, ISymbol method, TorchProgram program)
    {
        bool isOwn = target.Instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };
        if (isOwn && method is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor && !constructor.IsStatic)
        {
            return LateIn(constructor, assignment.Syntax, program);
        }
        INamedTypeSymbol owner = target.Member.ContainingType;
        if (isOwn && method is IMethodSymbol { MethodKind: MethodKind.Ordinary } && ConstructorsThrough(assignment.Syntax, owner, program).ToList() is { Count: > 0 } constructors)
        {
            var late = constructors.Select(through => LateIn(through, assignment.Syntax, program)).ToList();
            return late.Contains(null) ? null : late[0]!.WithoutCure();
        }
        bool isAfterConstruction = isOwn
            ? method is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsOverride: false }
            : target.Instance is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IInstanceReferenceOperation;
        return isAfterConstruction && !program.Registrations.IsByHand(owner) && program.Registrations.InConstructor(owner) == Answer.Yes
            && program.Derived.Below(owner).All(type => !program.Registrations.IsByHand(type))
            && WasSet(target.Member, assignment, program)
            ? new Lateness("in the constructor", $"Register it with register_module or register_parameter, or assign it in the constructor of '{owner.Name}'", call: null, cure: null)
            : null;
    }

    // What the constructor leaves null may be made to be switched in later, and registered by a call that is to come.
    private static bool WasSet(ISymbol member, IOperation assignment, TorchProgram program) =>
        program.Values.AssignedTo(member).Any(value => value is not null && !assignment.Syntax.Contains(value.Syntax)
            && value.WithoutConversion() is not { ConstantValue: { HasValue: true, Value: null } });

    /// <summary>The constructors that run an assignment of a method.</summary>
    private static IEnumerable<IMethodSymbol> ConstructorsThrough(SyntaxNode assignment, INamedTypeSymbol owner, TorchProgram program) =>
        program.Derived.Below(owner).Append(owner).SelectMany(type => type.InstanceConstructors)
            .Where(constructor => program.Registrations.Construction(constructor).Any(step => step.Operation?.Syntax == assignment));

    private static Lateness? LateIn(IMethodSymbol constructor, SyntaxNode syntax, TorchProgram program)
    {
        INamedTypeSymbol type = constructor.ContainingType;
        if (program.Registrations.IsByHand(type) || program.Derived.Below(type).Any(program.Registrations.IsByHand))
        {
            return null;
        }
        ImmutableArray<ConstructionStep> steps = program.Registrations.Construction(constructor);
        ConstructionStep? first = steps.FirstOrDefault(step => step is { Kind: ConstructionKind.Register, IsCertain: true });
        int index = steps.ToList().FindIndex(step => step.Operation?.Syntax == syntax);
        if (first is null || index < 0 || index < steps.IndexOf(first) || steps.Any(step => step.Kind == ConstructionKind.ByHand) || first.Operation is not { } call)
        {
            return null;
        }
        bool isInBase = !TorchSymbols.Same(program.Bodies.Around(call.Syntax)?.Owner.ContainingType, type);
        return isInBase
            ? new Lateness("in the base constructor", "Assign it in an initialiser, which runs before the base constructor, or register it by name", call, cure: null)
            : new Lateness("and a second call does nothing", "Call RegisterComponents() once, after the last assignment", call, Move);
    }

    private static IEnumerable<(IMemberReferenceOperation Target, IOperation Value)> Pairs(IOperation target, IOperation value)
    {
        if (target is IMemberReferenceOperation member)
        {
            return [(member, value)];
        }
        return target is ITupleOperation targets && value.WithoutConversion() is ITupleOperation values && targets.Elements.Length == values.Elements.Length
            ? targets.Elements.SelectMany((element, i) => Pairs(element, values.Elements[i]))
            : [];
    }

    private static bool IsAuto(IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => TorchSymbols.Same(field.AssociatedSymbol, property));

    private static void Report(OperationContext context, IOperation operation, ISymbol member, string made, Lateness when, string? cure) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            operation.Syntax.GetLocation(),
            when.Call is { } call ? [call.Syntax.GetLocation()] : [],
            ImmutableDictionary<string, string?>.Empty.Add(Cure, cure),
            member.Name,
            made,
            when.Reason,
            when.Advice));

    private sealed class Lateness(string reason, string advice, IOperation? call, string? cure)
    {
        public string Reason { get; } = reason;

        public string Advice { get; } = advice;

        public IOperation? Call { get; } = call;

        public string? Cure { get; } = cure;

        public Lateness WithoutCure() => new(Reason, Advice, Call, cure: "");
    }
}
