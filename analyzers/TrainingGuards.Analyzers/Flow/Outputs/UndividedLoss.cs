using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A loss that is backpropagated as it was computed: nothing is added to it, and it is multiplied by nothing.</summary>
internal sealed class UndividedLoss(LossCall loss, IInvocationOperation? sum, IInvocationOperation backward, MethodBody body)
{
    public LossCall Loss { get; } = loss;

    /// <summary>The sum that is taken of it where it has no reduction of its own, else null.</summary>
    public IInvocationOperation? Sum { get; } = sum;

    public IInvocationOperation Backward { get; } = backward;

    /// <summary>The body that <see cref="Backward"/> stands in.</summary>
    public MethodBody Body { get; } = body;
}
