using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Schedule;

/// <summary>TG8001: a learning-rate scheduler is made and never stepped.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SchedulerNeverStepped() : TorchAnalyzer(Descriptor)
{
    // Main → new Trainer(scheduler) → a private field, and one to spare.
    private const int Depth = 4;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.SchedulerNeverStepped,
        nameof(SchedulerNeverStepped),
        "A learning-rate scheduler is never stepped",
        "'{0}' is never stepped, so the learning rate{1} stays where it starts. {2}.",
        "A schedule moves on in step() alone: making a scheduler does not attach it to the optimizer's own steps.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (Scheduler.IsCreation(operation.Operation, torch))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    private static void Analyze(OperationContext context, TorchProgram program)
    {
        if (program.Bodies.Around(context.Operation.Syntax) is not { } body || body.Model.GetOperation(context.Operation.Syntax) is not { } creation
            || !SchedulesTraining(creation, body, program.Torch))
        {
            return;
        }
        string kind = Scheduler.KindOf(creation), step = kind == "ReduceLROnPlateau" ? "step(metric)" : "step()";
        string time = kind is "OneCycleLR" or "CyclicLR" ? "each batch" : "each epoch";
        IOperation? optimizer = Scheduler.ArgumentOf(creation, "optimizer")?.Value;
        string rate = optimizer?.Symbol() is { } scheduled ? $" of '{scheduled.Name}'" : "";
        if (IsDropped(creation) || (Unconverted(creation).Parent is IArgumentOperation && !MayStep(creation, program, Depth)))
        {
            Report(kind, $"Keep it, and call its {step} after {time}");
        }
        else if (OptimizerParameters.HolderOf(creation) is { } holder && MentionsOf(holder, body, program) is { } mentions
            && !mentions.Any(mention => MayStep(mention, program, Depth)) && !IsBeingWritten(body))
        {
            Report(holder.Name, $"Call '{holder.Name}.{step}' after {time}");
        }

        void Report(string name, string cure) => context.ReportDiagnostic(Diagnostic.Create(Descriptor, creation.Syntax.GetLocation(), name, rate, cure));
    }

    /// <summary>Whether there are steps to be scheduled: an optimizer that is made here and used for nothing else has none.</summary>
    private static bool SchedulesTraining(IOperation creation, MethodBody body, TorchSymbols torch) =>
        Scheduler.ArgumentOf(creation, "optimizer")?.Value.WithoutConversion() switch
        {
            ILocalReferenceOperation { Local: var optimizer } => body.Locals.Of(optimizer).Select(Unconverted).Any(mention => mention.Parent switch
            {
                IInvocationOperation call => call.TargetMethod.Name is not ("zero_grad" or "Dispose"),
                IArgumentOperation { Parent: { } call } => !Scheduler.IsCreation(call, torch),
                IAssignmentOperation assignment => assignment.Value == mention,
                IPropertyReferenceOperation => false,
                _ => true,
            }),
            IInvocationOperation or IObjectCreationOperation => false,
            _ => true,
        };

    // A step() that does not bind yet may be its.
    private static bool IsBeingWritten(MethodBody body) => body.Outermost.Root.Descendants().Any(part =>
        part is IInvalidOperation && part.Syntax.DescendantTokens().Any(token => token.ValueText == "step"));

    // An exception that a test waits for is thrown by a lambda that is nothing but the creation.
    private static bool IsDropped(IOperation creation) => Unconverted(creation).Parent switch
    {
        IExpressionStatementOperation { IsImplicit: false, Parent: var around } => around is not IBlockOperation { Parent: IAnonymousFunctionOperation, Operations.Length: 1 },
        ISimpleAssignmentOperation { Target: IDiscardOperation, Parent: IExpressionStatementOperation } => true,
        _ => false,
    };

    /// <summary>Where what holds a scheduler is mentioned, null where code out of sight can mention it too.</summary>
    private static IEnumerable<IOperation>? MentionsOf(ISymbol holder, MethodBody body, TorchProgram program) => holder switch
    {
        ILocalSymbol => body.Locals.Of(holder),
        { DeclaredAccessibility: Accessibility.Private } => program.References.Of(holder),
        // A program's own members are reached by nobody else, by an interface or a derived class perhaps.
        IFieldSymbol or IPropertySymbol { IsVirtual: false, IsOverride: false } when IsProgram(program.Compilation) && holder.ContainingType.AllInterfaces.IsEmpty =>
            program.References.Of(holder),
        _ => null,
    };

    private static bool IsProgram(Compilation compilation) => compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication;

    /// <summary>Whether a mention steps the scheduler, or gives it to something that may.</summary>
    private static bool MayStep(IOperation mention, TorchProgram program, int depth)
    {
        IOperation value = Unconverted(mention);
        switch (value.Parent)
        {
            case IInvocationOperation call when call.Instance == value:
                return !IsRead(call, program.Torch);
            case IConditionalAccessOperation access when access.Operation == value:
                return access.WhenNotNull.DescendantsAndSelf().OfType<IConditionalAccessInstanceOperation>().Any(inner => MayStep(inner, program, depth));
            case ISimpleAssignmentOperation or ICoalesceAssignmentOperation when ((IAssignmentOperation)value.Parent).Target == value:
            case INameOfOperation or IIsPatternOperation or IBinaryOperation:
                return false;
            case ISimpleAssignmentOperation { Target: IDiscardOperation }:
                return false;
            case ISimpleAssignmentOperation { Target: IFieldReferenceOperation { Instance: IInstanceReferenceOperation, Field: { DeclaredAccessibility: Accessibility.Private } field } }:
                return depth == 0 || program.References.Of(field).Any(inner => MayStep(inner, program, depth - 1));
            case IArgumentOperation { Parameter: { } parameter, Parent: { } call } when depth > 0 && program.Bodies.Around(call.Syntax) is { } caller:
                return program.Events.CalleeOf(call, caller.Locals) is not { MethodKind: not MethodKind.DelegateInvoke } callee || program.Bodies.Of(callee) is not { } body
                    || Receiver.At(parameter.OriginalDefinition).Root is null
                    || body.Locals.Of(parameter.OriginalDefinition).Any(inner => MayStep(inner, program, depth - 1));
            default:
                return true;
        }
    }

    private static bool IsRead(IInvocationOperation call, TorchSymbols torch) => call.TargetMethod.Name == "get_last_lr" && torch.Owns(call.TargetMethod);

    private static IOperation Unconverted(IOperation value)
    {
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        return value;
    }
}
