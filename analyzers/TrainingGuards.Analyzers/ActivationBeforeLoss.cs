using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers;

/// <summary>A rule on an activation whose output a loss takes as its input.</summary>
/// <remarks>
/// The loss is often in another file than the activation. What is looked at is the activation, and the losses of the compilation are
/// searched for one that it reaches: so the diagnostic lies in the file that is analysed, and shows and goes as that file is edited.
/// </remarks>
public abstract class ActivationBeforeLoss : TorchAnalyzer
{
    /// <summary>The property that says where the input of a call stands; a layer in a list of layers has none.</summary>
    internal const string Input = nameof(Input);

    /// <summary>Before the dot: <c>x.relu()</c>. Anything else is the first argument.</summary>
    internal const string Receiver = nameof(Receiver);

    private readonly DiagnosticDescriptor _rule;

    private protected ActivationBeforeLoss(DiagnosticDescriptor rule)
        : base(rule) => _rule = rule;

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                if (IsActivation(operation.Operation, torch))
                {
                    Analyze(operation, TorchProgram.Of(operation.Compilation, torch));
                }
            },
            OperationKind.Invocation,
            OperationKind.ObjectCreation);

    /// <summary>The arguments of the message where an activation is wrong before a loss, null where it is not certainly so.</summary>
    private protected abstract object?[]? Message(OutputOperation output, Activation activation, LossCall loss, TorchProgram program);

    private void Analyze(OperationContext context, TorchProgram program)
    {
        foreach (LossInput input in program.LossInputs.MadeBy(context.Operation))
        {
            if (input.Output is { Activation: { } activation } output && Message(output, activation, input.Loss, program) is { } message)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    _rule,
                    context.Operation.Syntax.GetLocation(),
                    [input.Loss.Call.Syntax.GetLocation()],
                    Facts(context.Operation, program.Torch),
                    message));
                return;
            }
        }
    }

    private static bool IsActivation(IOperation operation, TorchSymbols torch) => operation switch
    {
        IObjectCreationOperation { Type: { } type } => Activation.Of(type, torch) is not null,
        IInvocationOperation call when TensorCall.From(call, torch) is { } function => Activation.Of(function) is not null,
        IInvocationOperation { TargetMethod: { IsStatic: true, ReturnType: var type } } => Activation.Of(type, torch) is not null,
        // relu.call(x), where relu may be declared as any module.
        IInvocationOperation forward => EventVocabulary.IsForward(forward, torch),
        _ => false,
    };

    /// <summary>What the fix has to know of an activation.</summary>
    private protected virtual ImmutableDictionary<string, string?> Facts(IOperation activation, TorchSymbols torch)
    {
        ImmutableDictionary<string, string?> none = ImmutableDictionary<string, string?>.Empty;
        return TensorCall.From(activation, torch) is { } function
            ? none.Add(Input, function.Method is { IsStatic: false } || function.Method.MethodKind == MethodKind.ReducedExtension ? Receiver : "Argument")
            : activation is IInvocationOperation forward && EventVocabulary.IsForward(forward, torch) ? none.Add(Input, "Argument") : none;
    }
}
