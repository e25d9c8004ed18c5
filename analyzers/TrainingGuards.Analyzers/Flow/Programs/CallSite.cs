using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>One place that runs a body.</summary>
/// <param name="callee">What is run.</param>
/// <param name="call">The call, null where the body is used in a way that does not show when it runs: a delegate, an interface.</param>
/// <param name="graph">The events of the caller, null where there are none.</param>
internal sealed class CallSite(IMethodSymbol callee, IOperation? call, EventGraph? graph)
{
    public IMethodSymbol Callee { get; } = callee;

    public IOperation? Call { get; } = call;

    public EventGraph? Graph { get; } = graph;
}
