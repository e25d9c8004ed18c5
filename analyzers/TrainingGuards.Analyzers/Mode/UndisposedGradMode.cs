using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2003: gradients are turned off by a guard that nobody disposes of, so they stay off.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UndisposedGradMode() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.UndisposedGradMode,
        nameof(UndisposedGradMode),
        "Gradients are turned off and never on again",
        "'{0}' is never disposed of, so gradients stay off for the rest of the thread. Hold it in a using.",
        "The guard sets the thread's mode when it is made and restores it in Dispose alone: it has no finalizer.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (TurnsOff(call, torch) && IsDropped(call, TorchProgram.Of(operation.Compilation, torch)))
                {
                    operation.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), $"{call.TargetMethod.Name}()"));
                }
            },
            OperationKind.Invocation);

    // Turning gradients on and leaving them on is what a thread begins with.
    private static bool TurnsOff(IInvocationOperation call, TorchSymbols torch) => EventVocabulary.KindOf(call, torch) == EventKind.GradModeBegin
        && call.TargetMethod.Name switch
        {
            "no_grad" => true,
            "inference_mode" => call.Arguments.All(argument => argument.Value.ConstantValue is { HasValue: true, Value: true }),
            "set_grad_enabled" or "enable_grad" => call.Arguments.All(argument => argument.Value.ConstantValue is { HasValue: true, Value: false }),
            _ => false,
        };

    private static bool IsDropped(IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || IsTurnedOnAgain(call, body, program.Torch))
        {
            return false;
        }
        IOperation value = body.Model.GetOperation(call.Syntax) ?? call;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
        {
            value = value.Parent;
        }
        return value.Parent switch
        {
            IExpressionStatementOperation => true,
            ISimpleAssignmentOperation { Target: IDiscardOperation } => true,
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } declarator } =>
                !IsUsing(declarator) && body.Locals.Of(local).Count == 0,
            _ => false,
        };
    }

    private static bool IsUsing(IOperation declarator)
    {
        IOperation? outer = declarator.Parent;
        while (outer is IVariableDeclarationOperation or IVariableDeclarationGroupOperation)
        {
            outer = outer.Parent;
        }
        return outer is IUsingDeclarationOperation or IUsingOperation;
    }

    // set_grad_enabled(false); …; set_grad_enabled(true); says what it means.
    private static bool IsTurnedOnAgain(IInvocationOperation call, MethodBody body, TorchSymbols torch) => body.Outermost.Root.Descendants().OfType<IInvocationOperation>().Any(later =>
        later.Syntax.SpanStart > call.Syntax.SpanStart && EventVocabulary.KindOf(later, torch) == EventKind.GradModeBegin
        && later.Parent is IExpressionStatementOperation && !TurnsOff(later, torch));
}
