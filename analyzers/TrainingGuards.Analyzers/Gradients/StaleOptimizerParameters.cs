using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1008: parameters are replaced after the optimizer was made for them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaleOptimizerParameters() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.StaleOptimizerParameters,
        nameof(StaleOptimizerParameters),
        "Parameters are replaced after the optimizer was made for them",
        "'{0}' was made for the parameters of '{1}' before '{2}' replaces them, so the new ones are not trained. Make the optimizer afterwards.",
        "Moving or converting a module makes new Parameters and disposes of the old ones, and so does a new layer: an optimizer keeps those that it was given.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch)
    {
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (Receiver.ReturnsItsModule(call))
                {
                    Analyze(operation, EventKind.Call, call.TargetMethod.Name + "(…)", TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation);
        RegisterOperationAction(
            context,
            operation =>
            {
                var assignment = (ISimpleAssignmentOperation)operation.Operation;
                if (torch.IsModule(assignment.Target.Type) && IsNew(assignment.Value, torch) && !IsOwnComponent(assignment.Target, torch))
                {
                    Analyze(operation, EventKind.Assign, $"{assignment.Target.Syntax} = …", TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.SimpleAssignment);
    }

    private static void Analyze(OperationContext context, EventKind kind, string name, TorchProgram program)
    {
        SyntaxNode syntax = context.Operation.Syntax;
        if (program.Bodies.Around(syntax) is not { } body || program.Events.Of(body) is not { } graph
            || graph.At(syntax, kind) is not { Receiver: { } replaced } change)
        {
            return;
        }
        foreach (TorchEvent made in graph.Of(EventKind.Assign))
        {
            if (made != change && made.Receiver is { } optimizer && made.Value?.WithoutConversion() is { } value && OptimizerParameters.IsCreation(value, program.Torch)
                && body.Model.GetOperation(value.Syntax) is { } creation
                && OptimizerParameters.Of(creation, body.Locals, program.Torch).Sources.Select(source => source.Module)
                    .FirstOrDefault(module => replaced.StartsWith(module) || (kind == EventKind.Call && module.StartsWith(replaced))) is { } trained
                && graph.AlwaysSetBefore(change, step => step == made, step => Remakes(step, optimizer)) == Answer.Yes
                && StepsAfter(change, optimizer, graph, program)
                && (kind == EventKind.Assign || IsMove(change, trained, made, graph, program)))
            {
                string what = kind == EventKind.Assign ? name : $"{replaced}.{name}";
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, syntax.GetLocation(), [creation.Syntax.GetLocation()], optimizer, trained, what));
                return;
            }
        }
    }

    private static bool StepsAfter(TorchEvent change, Receiver optimizer, EventGraph graph, TorchProgram program) => graph.All.Any(step =>
        program.Called.Of(step, graph).Any(one => one.Is(EventKind.OptimizerStep) && optimizer.Equals(one.Receiver))
        && graph.CanReach(change, step, other => Remakes(other, optimizer)));

    private static bool Remakes(TorchEvent step, Receiver optimizer) => step.Is(EventKind.Assign) && optimizer.Equals(step.Receiver);

    /// <summary>Whether a call certainly gives the module another device or type: it was made here, where none was said, and has not been moved since.</summary>
    private static bool IsMove(TorchEvent change, Receiver module, TorchEvent made, EventGraph graph, TorchProgram program) =>
        change.Operation is IInvocationOperation call && graph.Body.Model.GetOperation(call.Syntax) is IInvocationOperation move
        && !StaysOnHost(move, graph.Body.Locals)
        && !program.References.Mentions("set_default_device") && !program.References.Mentions("set_default_dtype")
        && graph.All.Any(step => step.Is(EventKind.Assign) && module.Equals(step.Receiver) && step.Value?.WithoutConversion() is { } value && IsNew(value, program.Torch)
            && !SaysWhere(value, program.Torch) && !BuildsElsewhere(value, graph, program)
            && graph.AlwaysSetBefore(made, other => other == step, other => other.Is(EventKind.Assign) && module.Equals(other.Receiver)) == Answer.Yes)
        && !graph.All.Any(step => step != change && program.Called.Of(step, graph).Any(one => one.Step.Operation is IInvocationOperation other
            && Receiver.ReturnsItsModule(other)) && graph.CanReach(step, change, _ => false));

    // A module is made on the host, of 32-bit numbers, where nothing else is said.
    private static bool StaysOnHost(IInvocationOperation move, LocalUses locals)
    {
        if (move.TargetMethod.Name is "cpu" or "float")
        {
            return true;
        }
        IOperation? where = move.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 1)?.Value;
        IOperation? value = where?.WithoutConversion() is ILocalReferenceOperation { Local: var local } ? locals.OnlyValueOf(local) ?? where : where;
        return move.TargetMethod.Name == "to" && (value is null || value.DescendantsAndSelf().All(part => part switch
        {
            IMemberReferenceOperation { Member.Name: var name } => name is "CPU" or "Float32" or "float32",
            ILiteralOperation { ConstantValue: { HasValue: true, Value: string device } } => device == "cpu",
            IConversionOperation or ILiteralOperation or IArgumentOperation => true,
            IInvocationOperation { TargetMethod.Name: "device" } => true,
            _ => false,
        }));
    }

    private static bool SaysWhere(IOperation creation, TorchSymbols torch) => CallBinding.ArgumentsOf(creation).Any(argument =>
        argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value.ConstantValue is not { HasValue: true, Value: null }
        && (argument.Parameter is { Type.Name: "Device" or "DeviceType" or "ScalarType" } or { Name: "device" or "dtype" } || torch.IsModule(argument.Value.Type)));

    /// <summary>Whether a constructor or a field initialiser says where, or of which type, the layers are made.</summary>
    private static bool BuildsElsewhere(IOperation creation, EventGraph graph, TorchProgram program) =>
        (graph.At(creation.Syntax, EventKind.Call) is { } made && program.Called.Of(made, graph).Any(one => SaysWhere(one.Step.Operation, program.Torch) || one.IsOpaque))
        || (creation.Type is INamedTypeSymbol type && ModuleTypes.Components(type, program.Torch).Any(component =>
            program.Bodies.Initializer(component)?.Root.Descendants().Any(part => SaysWhere(part, program.Torch) && part is not IObjectCreationOperation) == true));

    // A module that makes its layers has no optimizer yet: most assignments of layers are these.
    private static bool IsOwnComponent(IOperation target, TorchSymbols torch) =>
        target is IMemberReferenceOperation { Instance: IInstanceReferenceOperation { Type: var whole } } && torch.IsModule(whole);

    private static bool IsNew(IOperation value, TorchSymbols torch) => value.WithoutConversion() switch
    {
        IObjectCreationOperation => true,
        IInvocationOperation { TargetMethod: { IsStatic: true } factory } => TorchSymbols.Same(factory.ContainingType, torch.Module?.ContainingType),
        _ => false,
    };
}
