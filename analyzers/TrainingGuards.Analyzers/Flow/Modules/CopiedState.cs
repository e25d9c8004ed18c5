using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Copies of all the tensors of a module's state, as they are at one moment.</summary>
/// <param name="module">The module, as the body names it that takes them.</param>
/// <param name="taken">What takes them: state_dict(), or a call of a method that does.</param>
internal sealed class CopiedState(Receiver module, IOperation taken)
{
    public Receiver Module { get; } = module;

    public IOperation Taken { get; } = taken;

    /// <summary><c>model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone())</c>, also by a method of one's own; null for anything else.</summary>
    public static CopiedState? Of(IOperation? value, MethodBody body, TorchProgram program) => value?.WithoutConversion() switch
    {
        IInvocationOperation { TargetMethod: { Name: "ToDictionary", IsExtensionMethod: true } method, Arguments: { Length: > 0 } arguments } made when Visibility.IsOfFramework(method) =>
            arguments[0].Value.WithoutConversion() is IInvocationOperation state && program.States.IsTaken(state) && IsCopied(made) && Receiver.Of(state.Instance, body.Locals) is { } module
                ? new CopiedState(module, state)
                : null,
        IInvocationOperation call when program.Events.CalleeOf(call, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner
            && Returns.Of(inner).ToImmutableArray() is { Length: 1 } returned && returned[0].WithoutConversion() is IInvocationOperation { TargetMethod.IsExtensionMethod: true } =>
            Of(returned[0], inner, program) is { } copied && CallBinding.IntoCaller(call, callee, copied.Module, program, body.Locals) is { } outer
                ? new CopiedState(outer, call)
                : null,
        _ => null,
    };

    // Somewhere between an entry's value and what is kept of it there is a clone; a key is left as it is.
    private static bool IsCopied(IInvocationOperation made) => made.Arguments.Any(argument => argument.Parameter?.Name == "elementSelector"
        && argument.Value.Descendants().OfType<IInvocationOperation>().Any(call => call.TargetMethod.Name is "clone" or "copy" && call.Instance is not null));
}
