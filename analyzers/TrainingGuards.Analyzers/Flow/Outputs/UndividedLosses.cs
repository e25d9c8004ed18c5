using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The losses of the compilation that are backpropagated as they were computed, seen through locals and helper methods.</summary>
internal sealed class UndividedLosses
{
    private const int Depth = 6;

    private readonly TorchProgram _program;
    private readonly Lazy<ILookup<SyntaxNode, UndividedLoss>> _byOrigin;

    public UndividedLosses(TorchProgram program)
    {
        _program = program;
        _byOrigin = new(() => Find().SelectMany(loss => OriginsOf(loss), (loss, origin) => (loss, origin)).ToLookup(pair => pair.origin, pair => pair.loss));
    }

    /// <summary>Those that come from a call of a loss function, from the creation of a loss module, or from a sum.</summary>
    public IEnumerable<UndividedLoss> Of(IOperation made) => _byOrigin.Value[made.Syntax];

    private IEnumerable<UndividedLoss> Find()
    {
        foreach (IInvocationOperation backward in _program.References.Named<IInvocationOperation>("backward"))
        {
            if (_program.Torch.IsTensor(backward.TargetMethod.ContainingType) && backward is { Instance: { } value } && _program.Bodies.Around(backward.Syntax) is { } body
                && backward.Arguments.All(argument => argument.ArgumentKind == ArgumentKind.DefaultValue)
                && Source(value, sum: null, body, Depth) is ({ } loss, var sum))
            {
                yield return new UndividedLoss(loss, sum, backward, body);
            }
        }
    }

    private (LossCall Loss, IInvocationOperation? Sum)? Source(IOperation value, IInvocationOperation? sum, MethodBody body, int depth)
    {
        if (depth == 0 || IsChangedInPlace(value, body) || body.Provenance?.Trace(value).Single is not IInvocationOperation made)
        {
            return null;
        }
        if (_program.Torch.IsLossCall(made) || made.TargetMethod.Name is "call" or "forward")
        {
            return LossCall.Of(made, _program) is { } loss ? (loss, sum) : null;
        }
        if (TensorCall.From(made, _program.Torch) is { } call)
        {
            return call.Name == "sum" && call.Argument("dim", "dim0") is null ? Source(call.Input, sum ?? made, body, depth - 1)
                : call.Name is "squeeze" or "to" or "cpu" or "clone" or "alias" or "contiguous" or "MoveToOuterDisposeScope" or "MoveToOtherDisposeScope" or "DetachFromDisposeScope"
                    ? Source(call.Input, sum, body, depth - 1)
                : null;
        }
        return _program.Events.CalleeOf(made, body.Locals) is { } callee && _program.Bodies.Of(callee) is { } inner && Returns.Of(inner).ToList() is { Count: 1 } returned
            ? Source(returned[0], sum, inner, depth - 1)
            : null;
    }

    private IEnumerable<SyntaxNode> OriginsOf(UndividedLoss loss) => loss.Sum is { } sum ? [sum.Syntax]
        : loss.Loss.IsFunction ? [loss.Loss.Call.Syntax]
        : _program.Values.Of(loss.Loss.Call.Instance, loss.Loss.Body).Select(module => module.Creation?.Syntax).OfType<SyntaxNode>().Distinct();

    private bool IsChangedInPlace(IOperation value, MethodBody body) => value.Symbol() is { } symbol && body.Locals.Of(symbol).Any(mention =>
        TensorCall.From(mention.Parent, _program.Torch) is { IsInPlace: true } change && change.Input == mention);
}
