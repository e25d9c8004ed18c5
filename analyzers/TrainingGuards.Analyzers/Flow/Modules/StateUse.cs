using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A call that reads a kept state: one that loads it into a module, or one that saves it.</summary>
/// <param name="call">The call.</param>
/// <param name="target">The module that it is loaded into, as <paramref name="body"/> names it; null where it is saved, or the module has no name.</param>
/// <param name="body">The body that the state is read in, or handed on in.</param>
internal sealed class StateUse(IInvocationOperation call, Receiver? target, MethodBody body)
{
    public IInvocationOperation Call { get; } = call;

    public Receiver? Target { get; } = target;

    public MethodBody Body { get; } = body;

    public bool IsLoad => Call.TargetMethod.Name == "load_state_dict";
}
