using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A foreach over the batches of a DataLoader.</summary>
internal sealed class BatchLoop
{
    private readonly Lazy<BatchUse> _use;

    private BatchLoop(IForEachLoopOperation loop, EventGraph graph, TorchEvent enumeration, TorchProgram program)
    {
        Operation = loop;
        Graph = graph;
        Enumeration = enumeration;
        _use = new Lazy<BatchUse>(() => Judge(program));
    }

    public IForEachLoopOperation Operation { get; }

    public StatementSyntax Syntax => (StatementSyntax)Operation.Syntax;

    /// <summary>The events of the body that it stands in.</summary>
    public EventGraph Graph { get; }

    /// <summary>Where an enumeration begins.</summary>
    public TorchEvent Enumeration { get; }

    public BatchUse Use => _use.Value;

    /// <summary>Whether a model may be called on the batches at all, as far as can be seen.</summary>
    public bool MayCallModel(TorchProgram program) => program.Called.In(Syntax, Graph).Any(one => one.IsOpaque || one.Is(EventKind.Forward));

    /// <summary>Reads a loop, null where its body has no control flow to follow.</summary>
    public static BatchLoop? Of(IForEachLoopOperation loop, MethodBody body, TorchProgram program) =>
        loop is { IsAsynchronous: false, Syntax: CommonForEachStatementSyntax { Expression: var collection } } && program.Events.Of(body) is { } graph
        && graph.All.FirstOrDefault(step => step.Syntax == collection && step.Operation is IInvocationOperation { TargetMethod.Name: "GetEnumerator" }) is { } enumeration
            ? new BatchLoop(loop, graph, enumeration, program)
            : null;

    private BatchUse Judge(TorchProgram program)
    {
        var inside = program.Called.In(Syntax, Graph).ToList();
        OutputUse[] uses = [.. Operation.Locals.SelectMany(local => Graph.Body.Locals.Of(local))
            .Where(mention => mention is ILocalReferenceOperation { IsDeclaration: false } && Operation.Body.Syntax.Span.Contains(mention.Syntax.Span))
            .Select(mention => OutputUses.Of(mention, Graph.Body, program))];
        if (uses.Any(use => use.Backward is { } backward && inside.Exists(one => one.Is(EventKind.Backward) && one.Step.Syntax == backward.Syntax && IsCertain(one.Path))))
        {
            return inside.Exists(one => one.Is(EventKind.OptimizerStep)) ? BatchUse.Training : BatchUse.Unknown;
        }
        return inside.Exists(one => one.Is(EventKind.Forward)) && !inside.Exists(one => one.IsOpaque || one.Is(EventKind.Training))
            && uses.Any(use => use is { ReadOut: not null, IsCompared: true }) && uses.All(use => use.Backward is null && !use.Escapes)
                ? BatchUse.Evaluation
                : BatchUse.Unknown;
    }

    // Run(trainLoader, isTraining: true), Run(testLoader, isTraining: false): who shares a loop turns its training off by a flag.
    private bool IsCertain(ImmutableArray<CalledEvent.Link> path) => path.Select((link, i) =>
        !PhaseConditions.MayDecide(link.Step.Syntax, i == 0 ? Syntax : link.Graph.Body.Root.Syntax, link.Graph.Body)).All(certain => certain);
}
