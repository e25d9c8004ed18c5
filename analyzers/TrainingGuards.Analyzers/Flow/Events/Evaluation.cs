using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A forward pass that certainly only measures: numbers are read out of its result, and nothing is backpropagated from it.</summary>
internal sealed class Evaluation
{
    private const int Depth = 3;

    private Evaluation(IInvocationOperation forward, MethodBody body, EventGraph graph, TorchEvent step, Receiver module, IOperation metric, int loops)
    {
        Forward = forward;
        Body = body;
        Graph = graph;
        Step = step;
        Module = module;
        Metric = metric;
        Loops = loops;
    }

    /// <summary>The call of the model, an operation of the tree.</summary>
    public IInvocationOperation Forward { get; }

    public MethodBody Body { get; }

    public EventGraph Graph { get; }

    /// <summary>The call in its graph.</summary>
    public TorchEvent Step { get; }

    public Receiver Module { get; }

    /// <summary>What reads the first number out.</summary>
    public IOperation Metric { get; }

    /// <summary>How many of the loops around it do nothing but evaluate.</summary>
    public int Loops { get; }

    /// <summary>The outermost of the loops that only evaluate, or the forward pass itself where there is none.</summary>
    public SyntaxNode Extent => Loops == 0 ? Forward.Syntax : Graph.LoopsAround(Step).ElementAt(Loops - 1);

    /// <summary>The evaluation that a forward pass, an operation of the tree, belongs to; null where it is none.</summary>
    public static Evaluation? Of(IInvocationOperation forward, TorchProgram program)
    {
        if (program.Bodies.Around(forward.Syntax) is not { } body || Receiver.Of(forward.Instance, body.Locals) is not { } module)
        {
            return null;
        }
        OutputUse use = OutputUses.Of(forward, body, program);
        if (use is not { ReadOut: { } metric, Backward: null } || (use.Escapes && !GradientMode.IsOff(forward, program.Torch)))
        {
            return null;
        }
        if (program.Events.Of(body) is not { } graph || graph.At(forward.Syntax, EventKind.Forward) is not { } step)
        {
            return null;
        }
        var loops = graph.LoopsAround(step).ToList();
        int evaluating = loops.TakeWhile(loop => !Trains(loop, graph, program)).Count();
        // Where training runs it, a forward pass that is not measured may choose the next example or action.
        bool mayChoose = !use.IsCompared && ((evaluating == 0 && loops.Count > 0) || IsRunByTraining(body, program, Depth));
        return mayChoose ? null : new Evaluation(forward, body, graph, step, module, metric, evaluating);
    }

    private static bool IsRunByTraining(MethodBody body, TorchProgram program, int depth) => depth > 0 && CallSites.Of(body, program).Any(site =>
        site is { Call: { } call, Graph: { } caller } && caller.At(call.Syntax, EventKind.Call) is { } step
        && (caller.LoopsAround(step).Any(loop => Trains(loop, caller, program)) || IsRunByTraining(caller.Body, program, depth - 1)));

    /// <summary>Whether a loop trains something, or may, itself or in what it calls.</summary>
    public static bool Trains(StatementSyntax loop, EventGraph graph, TorchProgram program) => graph.All.Any(step =>
        loop.Span.Contains(step.Syntax.Span) && program.Events.Reaches(step, EventKind.Training, graph.Body.Locals) != Answer.No);
}
