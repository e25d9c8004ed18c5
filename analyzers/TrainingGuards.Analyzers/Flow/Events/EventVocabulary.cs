using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Which event a call is, by the symbol of what is called.</summary>
internal static class EventVocabulary
{
    public static EventKind KindOf(IInvocationOperation call, TorchSymbols torch)
    {
        IMethodSymbol method = call.TargetMethod;
        INamedTypeSymbol type = method.ContainingType;
        if (type is null)
        {
            return EventKind.Call;
        }
        return method.Name switch
        {
            "eval" when torch.IsModule(type) && method.Parameters.IsEmpty => EventKind.Eval,
            "train" when torch.IsModule(type) && IsModeSwitch(method) => Mode(call),
            "call" or "forward" when IsForward(call, torch) => EventKind.Forward,
            "zero_grad" when torch.IsModule(type) || torch.IsOptimizer(type) => EventKind.ZeroGrad,
            "step" when torch.IsOptimizer(type) => EventKind.OptimizerStep,
            "step" when TorchSymbols.DerivesFrom(type, torch.LRScheduler) => EventKind.SchedulerStep,
            "backward" when torch.IsTensor(type) || TorchSymbols.Same(type, torch.Autograd) => EventKind.Backward,
            "clip_grad_norm_" or "clip_grad_value_" when TorchSymbols.Same(type, torch.GradientUtils) => EventKind.ClipGradients,
            "no_grad" or "enable_grad" or "inference_mode" or "set_grad_enabled" when TorchSymbols.Same(type, torch.Torch) =>
                EventKind.GradModeBegin,
            var name when WeightsLoad.IsNamed(name) && IsLoad(method, torch) => EventKind.Load,
            _ => EventKind.Call,
        };
    }

    /// <summary>Whether a call is the forward pass of a module, one that computes a loss left out.</summary>
    public static bool IsForward(IInvocationOperation call, TorchSymbols torch) =>
        call.TargetMethod is { Name: "call" or "forward", IsStatic: false } && call.Instance?.Type is { } type
        && IsModuleOrItsInterface(type, torch) && !torch.IsLossModule(type) && !torch.IsLossModule(call.TargetMethod.ContainingType);

    /// <summary>Whether a step may run code of the user's own optimizer, which may backpropagate and zero as it likes.</summary>
    public static bool IsOwnStep(IInvocationOperation step, TorchProgram program) =>
        program.Bodies.Of(step.TargetMethod) is not null || (step.IsVirtual && program.Derived.Overrides(step.TargetMethod));

    // What a user's module overrides load with is followed like any other method.
    private static bool IsLoad(IMethodSymbol method, TorchSymbols torch) => TorchSymbols.Same(method.ContainingType, torch.Module) || Receiver.IsOfPyBridge(method);

    // IModule<…> lies beside Module.
    private static bool IsModuleOrItsInterface(ITypeSymbol type, TorchSymbols torch) => torch.IsModule(type)
        || (type is INamedTypeSymbol { TypeKind: TypeKind.Interface, Name: "IModule" }
            && TorchSymbols.Same(type.OriginalDefinition.ContainingType, torch.Module?.ContainingType));

    private static bool IsModeSwitch(IMethodSymbol method) => method.Parameters is { Length: 1 } parameters && parameters[0].Type.SpecialType == SpecialType.System_Boolean;

    private static EventKind Mode(IInvocationOperation call) => call.Arguments[0].Value.ConstantValue switch
    {
        { HasValue: true, Value: true } => EventKind.Train,
        { HasValue: true, Value: false } => EventKind.Eval,
        _ => EventKind.SetMode,
    };
}
