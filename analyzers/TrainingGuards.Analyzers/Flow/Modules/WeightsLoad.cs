using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A call that fills a module with weights: <c>load</c>, <c>load_state_dict</c>, or one of TorchSharp.PyBridge.</summary>
internal readonly struct WeightsLoad
{
    private WeightsLoad(IInvocationOperation call, IOperation module)
    {
        Call = call;
        Module = module;
    }

    public IInvocationOperation Call { get; }

    /// <summary>The module that is filled.</summary>
    public IOperation Module { get; }

    public string Name => Call.TargetMethod.Name;

    /// <summary>What these calls are named.</summary>
    public static ImmutableArray<string> Names { get; } = ImmutableArray.Create("load", "load_state_dict", "load_py", "load_safetensors", "load_checkpoint");

    /// <summary>Whether a name may be one of these: what can be told without a symbol.</summary>
    public static bool IsNamed(string name) => Names.Contains(name);

    /// <summary>Reads a call, null for anything else, and for what the compilation itself may do otherwise.</summary>
    public static WeightsLoad? From(IOperation? operation, TorchProgram program)
    {
        if (operation is not IInvocationOperation { TargetMethod: var method } call || !IsNamed(method.Name))
        {
            return null;
        }
        TorchSymbols torch = program.Torch;
        if (call.Instance is { } instance)
        {
            return torch.IsModule(instance.Type) && TorchSymbols.Same(method.ContainingAssembly, torch.Tensor.ContainingAssembly) && !program.Derived.Overrides(method)
                ? new WeightsLoad(call, instance)
                : null;
        }
        return method is { IsExtensionMethod: true, ContainingNamespace: { Name: "PyBridge", ContainingNamespace: { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true } } }
            && call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value is { } module && torch.IsModule(module.WithoutConversion().Type)
            ? new WeightsLoad(call, module)
            : null;
    }

    /// <summary>What is given for a parameter, null where it is left out or null.</summary>
    public IOperation? Argument(string parameter) => Call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter
        && argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value.WithoutConversion().ConstantValue is not { HasValue: true, Value: null })?.Value;
}
