using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Mode;

/// <summary>TG2008: a training loop leaves the tensors of each step to the garbage collector.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TensorsOutliveStep() : TorchAnalyzer(Descriptor)
{
    /// <summary>The property that is there if a scope can hold for the body of the loop: nothing that is made in it is needed outside.</summary>
    internal const string StaysInside = nameof(StaysInside);

    private const int Few = 10;

    private static readonly DiagnosticDescriptor Descriptor = Rule.Info(
        RuleIds.TensorsOutliveStep,
        nameof(TensorsOutliveStep),
        "Tensors outlive the step that made them",
        "Each round of this loop leaves the tensors of '{0}' to the garbage collector, which does not see their memory. Begin the round with 'using var scope = NewDisposeScope();'.",
        "A tensor is a few bytes to .NET and megabytes outside of it: without a dispose scope memory grows until a collection happens by chance.");

    private protected override void Register(CompilationStartAnalysisContext context, TorchSymbols torch) =>
        RegisterOperationAction(
            context,
            operation =>
            {
                TorchProgram program = TorchProgram.Of(operation.Compilation, torch);
                if (program.References.Mentions("backward") && operation.Operation.Syntax is StatementSyntax loop && MayBackpropagate(operation.Operation, program))
                {
                    Analyze(operation, loop, program);
                }
            },
            OperationKind.Loop);

    // A loop that runs nothing but what libraries hold, as one that reads a file does, is told without its control flow.
    private static bool MayBackpropagate(IOperation loop, TorchProgram program) => loop.DescendantsAndSelf().Any(part => part switch
    {
        { Type.TypeKind: TypeKind.Delegate } => true,
        IInvocationOperation { TargetMethod: var method } => method.Name == "backward" || program.IsOwn(method),
        IObjectCreationOperation { Constructor: { } constructor } => program.IsOwn(constructor),
        IForEachLoopOperation { Collection: var enumerated } => enumerated.WithoutConversion().Type is { } type && program.IsOwn(type),
        _ => false,
    });

    private static void Analyze(OperationContext context, StatementSyntax loop, TorchProgram program)
    {
        if (program.Bodies.Around(loop) is not { } body || program.Events.Of(body) is not { } graph
            || BackwardOf(loop, graph, program) is not { } backward
            || !graph.All.Any(step => graph.LoopsAround(step).Any(outer => outer.Span.Contains(loop.Span))
                && program.Events.Reaches(step, EventKind.OptimizerStep, body.Locals) == Answer.Yes)
            || body.Model.GetOperation(loop) is not ILoopOperation operation || (IsShort(operation) && !Loops.Around(loop, body.Root.Syntax).Any())
            || TensorDisposal.IsScoped(operation, body, program) || TensorDisposal.MayHappenIn(loop, graph, program))
        {
            return;
        }
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor,
            loop.GetFirstToken().GetLocation(),
            [backward.Step.Syntax.GetLocation()],
            ImmutableDictionary<string, string?>.Empty.Add(StaysInside, LoopTensors.StayInside(operation, graph, program) ? "true" : null),
            backward.Step.Syntax.ToString()));
    }

    // A constant few rounds have no time to pile anything up.
    private static bool IsShort(ILoopOperation loop) => loop is IForLoopOperation
    {
        Condition: IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual, RightOperand: var bound },
    } && bound.Number() is <= Few;

    /// <summary>The backward() that this loop repeats and no other loop in it does, itself or in what it calls.</summary>
    private static CalledEvent? BackwardOf(StatementSyntax loop, EventGraph graph, TorchProgram program) => graph.All
        .Where(step => graph.LoopsAround(step).FirstOrDefault() == loop && program.Events.Reaches(step, EventKind.Backward, graph.Body.Locals) == Answer.Yes)
        .SelectMany(step => program.Called.Of(step, graph))
        .FirstOrDefault(one => one.Is(EventKind.Backward) && !one.Path.Skip(1).Any(link => link.IsRepeated)
            && graph.CanReachNormally(one.Outer, one.Outer, step => !loop.Span.Contains(step.Syntax.Span)));
}
