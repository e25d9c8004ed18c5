using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A call of one of TorchSharp's losses, as a function or as a module.</summary>
internal sealed class LossCall(IInvocationOperation call, LossKind kind, string name, IOperation input, IOperation target, MethodBody body)
{
    private static readonly Dictionary<string, LossKind> ByFunction = new(StringComparer.Ordinal)
    {
        ["mse_loss"] = LossKind.Elementwise,
        ["l1_loss"] = LossKind.Elementwise,
        ["smooth_l1_loss"] = LossKind.Elementwise,
        ["huber_loss"] = LossKind.Elementwise,
        ["cross_entropy"] = LossKind.CrossEntropy,
        ["binary_cross_entropy_with_logits"] = LossKind.BinaryWithLogits,
        ["binary_cross_entropy"] = LossKind.BinaryProbabilities,
        ["nll_loss"] = LossKind.LogProbabilities,
        ["kl_div"] = LossKind.Divergence,
    };

    private static readonly Dictionary<string, LossKind> ByModule = new(StringComparer.Ordinal)
    {
        ["MSELoss"] = LossKind.Elementwise,
        ["L1Loss"] = LossKind.Elementwise,
        ["SmoothL1Loss"] = LossKind.Elementwise,
        ["HuberLoss"] = LossKind.Elementwise,
        ["CrossEntropyLoss"] = LossKind.CrossEntropy,
        ["BCEWithLogitsLoss"] = LossKind.BinaryWithLogits,
        ["BCELoss"] = LossKind.BinaryProbabilities,
        ["NLLLoss"] = LossKind.LogProbabilities,
        ["KLDivLoss"] = LossKind.Divergence,
    };

    public IInvocationOperation Call { get; } = call;

    public LossKind Kind { get; } = kind;

    /// <summary>The function's name, or the module's.</summary>
    public string Name { get; } = name;

    /// <summary>The prediction.</summary>
    public IOperation Input { get; } = input;

    public IOperation Target { get; } = target;

    public MethodBody Body { get; } = body;

    /// <summary>Whether it is a function's call; else a module's.</summary>
    public bool IsFunction => Call.TargetMethod.IsStatic;

    /// <summary>Whether a call may be a loss, as far as can be told without looking further.</summary>
    public static bool MayBe(IInvocationOperation call, TorchSymbols torch) =>
        torch.IsLossFunction(call.TargetMethod) || (call is { TargetMethod.Name: "call" or "forward", Arguments.Length: 2, Instance: not null });

    /// <summary>Reads a call of a loss, null for any other.</summary>
    public static LossCall? Of(IInvocationOperation call, TorchProgram program)
    {
        if (TorchSymbols.Same(call.TargetMethod.ContainingType, program.Torch.Functional))
        {
            return ByFunction.TryGetValue(call.TargetMethod.Name, out LossKind kind) ? Of(call, kind, call.TargetMethod.Name, program) : null;
        }
        return call is { TargetMethod.Name: "call" or "forward", Arguments.Length: 2, Instance: not null } && ModuleOf(call, program) is { } module
            && ByModule.TryGetValue(module.Name, out LossKind computed) ? Of(call, computed, module.Name, program) : null;
    }

    /// <summary>Every loss of the compilation.</summary>
    public static IEnumerable<LossCall> AllIn(TorchProgram program)
    {
        foreach (string function in ByFunction.Keys)
        {
            foreach (IInvocationOperation call in program.References.Named<IInvocationOperation>(function))
            {
                if (TorchSymbols.Same(call.TargetMethod.ContainingType, program.Torch.Functional) && Of(call, program) is { } loss)
                {
                    yield return loss;
                }
            }
        }
        // Without the name of a loss module there is none: its constructor and its factory share it.
        if (!ByModule.Keys.Any(program.References.Mentions))
        {
            yield break;
        }
        foreach (IInvocationOperation call in new[] { "call", "forward" }.SelectMany(name => program.References.Named<IInvocationOperation>(name, arguments: 2)))
        {
            if (Of(call, program) is { } loss)
            {
                yield return loss;
            }
        }
    }

    private static INamedTypeSymbol? ModuleOf(IInvocationOperation call, TorchProgram program)
    {
        if (call.Instance?.Type is not { } declared || (!program.Torch.IsModule(declared) && declared.TypeKind != TypeKind.Interface))
        {
            return null;
        }
        if (Layers.IsBuiltIn(declared, program.Torch))
        {
            return (INamedTypeSymbol)declared;
        }
        // A field of type Module<Tensor, Tensor, Tensor> or Loss<…> holds what it was given.
        return program.Bodies.Around(call.Syntax) is { } body && program.Values.Of(call.Instance, body) is { IsEmpty: false } values
            && values.All(value => TorchSymbols.Same(value.Type, values[0].Type)) && Layers.IsBuiltIn(values[0].Type, program.Torch) ? values[0].Type : null;
    }

    private static LossCall? Of(IInvocationOperation call, LossKind kind, string name, TorchProgram program)
    {
        IOperation? Argument(int ordinal) => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == ordinal)?.Value;
        return Argument(0) is { } input && Argument(1) is { } target && program.Bodies.Around(call.Syntax) is { } body
            ? new LossCall(call, kind, name, input, target, body)
            : null;
    }
}
