using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Gradients;

/// <summary>TG1004: backward() starts from a tensor that has no history.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LossCutFromGraph() : TorchAnalyzer(Descriptor)
{
    private static readonly DiagnosticDescriptor Descriptor = Rule.Warning(
        RuleIds.LossCutFromGraph,
        nameof(LossCutFromGraph),
        "A loss is backpropagated that has been cut from its graph",
        "'{0}' is cut from the graph by '{1}', so its backward() reaches no parameter and nothing is learned. Backpropagate the loss as it was computed.",
        "A number read out of a tensor, a rounded value, a comparison and detach() have no derivative: requires_grad on the result begins a new graph, of one tensor.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterCallAction(context, torch, call => call.TargetMethod.Name == "backward" && TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Tensor), Analyze);

    private static void Analyze(OperationContext context, IInvocationOperation call, TorchProgram program)
    {
        if (program.Bodies.Around(call.Syntax) is not { } body || body.Model.GetOperation(call.Syntax) is not IInvocationOperation { Instance: { } loss })
        {
            return;
        }
        var cuts = new GraphCuts(program);
        if (cuts.Of(loss, body) == Answer.Yes && cuts.Cut is { } cut)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Descriptor, call.Syntax.GetLocation(), [cut.Syntax.GetLocation()], Begin(loss, program.Torch).Name(), NameOf(cut)));
        }
    }

    /// <summary>What a chain of calls starts with: the loss in <c>loss.detach().requires_grad_()</c>.</summary>
    private static IOperation Begin(IOperation loss, TorchSymbols torch) =>
        loss.WithoutConversion() is IInvocationOperation { Instance: { } input } && torch.IsTensor(input.Type) ? Begin(input, torch) : loss;

    private static string NameOf(IOperation cut) => cut is IInvocationOperation { TargetMethod.Name: var name } ? name : cut.Name();
}
