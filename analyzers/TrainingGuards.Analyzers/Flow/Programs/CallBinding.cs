using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What a receiver of the caller is called in the callee, and the other way round.</summary>
internal static class CallBinding
{
    /// <summary>The names under which the callee knows <paramref name="outer"/>; empty where it cannot touch it by name.</summary>
    public static IEnumerable<Receiver> IntoCallee(IOperation call, IMethodSymbol callee, Receiver outer, TorchProgram program, LocalUses locals)
    {
        bool isNested = callee.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction;
        Receiver? instance = InstanceOf(call, locals);
        if (isNested || IsStatic(outer))
        {
            yield return outer;
        }
        else if (instance is not null && outer.StartsWith(instance))
        {
            yield return outer.Rebase(instance, Receiver.This);
        }
        foreach ((ISymbol member, IOperation value) in ConstructorBinding.OfReceiver(call, program, locals))
        {
            if (Receiver.Of(value, locals) is { } bound && outer.StartsWith(bound))
            {
                yield return outer.Rebase(bound, Receiver.This.Then(member));
            }
        }
        foreach (IArgumentOperation argument in ArgumentsOf(call))
        {
            if (argument.Parameter is { } parameter && Receiver.Of(argument.Value, locals) is { } passed && outer.StartsWith(passed))
            {
                yield return outer.Rebase(passed, Receiver.At(parameter.OriginalDefinition));
            }
        }
    }

    /// <summary>What the caller calls <paramref name="inner"/> of the callee, null where it has no name for it.</summary>
    public static Receiver? IntoCaller(IOperation call, IMethodSymbol callee, Receiver inner, TorchProgram program, LocalUses locals)
    {
        if (inner.Root is IParameterSymbol parameter && TorchSymbols.Same(parameter.ContainingSymbol.OriginalDefinition, callee.OriginalDefinition))
        {
            IOperation? value = ArgumentsOf(call)
                .FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.OriginalDefinition, parameter.OriginalDefinition))?.Value;
            return Receiver.Of(value, locals) is { } passed ? inner.Rebase(Receiver.At(parameter), passed) : null;
        }
        if (inner.Root is not null || IsStatic(inner) || callee.MethodKind is MethodKind.LocalFunction or MethodKind.AnonymousFunction)
        {
            return inner;
        }
        foreach ((ISymbol member, IOperation value) in ConstructorBinding.OfReceiver(call, program, locals))
        {
            Receiver held = Receiver.This.Then(member);
            if (inner.StartsWith(held) && Receiver.Of(value, locals) is { } given)
            {
                return inner.Rebase(held, given);
            }
        }
        return InstanceOf(call, locals) is { } instance ? inner.Rebase(Receiver.This, instance) : null;
    }

    public static ImmutableArray<IArgumentOperation> ArgumentsOf(IOperation call) => call switch
    {
        IInvocationOperation invocation => invocation.Arguments,
        IObjectCreationOperation creation => creation.Arguments,
        _ => ImmutableArray<IArgumentOperation>.Empty,
    };

    private static Receiver? InstanceOf(IOperation call, LocalUses locals) =>
        call is IInvocationOperation { Instance: { } instance } ? Receiver.Of(instance, locals) : null;

    private static bool IsStatic(Receiver receiver) => receiver is { Root: null, Path.Length: > 0 } && receiver.Path[0].IsStatic;
}
