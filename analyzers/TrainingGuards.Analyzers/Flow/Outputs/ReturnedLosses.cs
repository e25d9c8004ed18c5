using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a loss that a method returns is backpropagated: in its callers.</summary>
internal static class ReturnedLosses
{
    private const int Depth = 3;

    /// <summary>The first backward() of a caller that what <paramref name="body"/> returns certainly reaches, null where there is none.</summary>
    /// <param name="body">The body of the method.</param>
    /// <param name="isReturned">Whether a returned value is the one that is asked about.</param>
    /// <param name="program">The compilation.</param>
    public static IInvocationOperation? BackwardOf(MethodBody body, Func<IOperation, bool> isReturned, TorchProgram program) =>
        BackwardOf(body, isReturned, program, Depth);

    private static IInvocationOperation? BackwardOf(MethodBody body, Func<IOperation, bool> isReturned, TorchProgram program, int depth)
    {
        if (depth == 0 || !Returns.Of(body).Any(isReturned))
        {
            return null;
        }
        foreach (IOperation call in CallSites.Of(body, program).Select(site => site.Call).OfType<IInvocationOperation>())
        {
            if (program.Bodies.Around(call.Syntax) is { Outermost.Graph: { } graph } caller)
            {
                var losses = new LossValues(graph, program.Torch);
                if ((losses.BackwardOf(call) ?? BackwardOf(caller, returned => losses.IsReturned(call, returned), program, depth - 1)) is { } backward)
                {
                    return backward;
                }
            }
        }
        return null;
    }
}
