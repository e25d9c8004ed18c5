using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>How a loss makes one number of many: Mean, Sum or None.</summary>
internal static class Reductions
{
    /// <summary>The reduction that a call of a loss certainly has, given to the function or to what made the module; null where it is unknown.</summary>
    public static string? Of(IInvocationOperation loss, MethodBody body, TorchProgram program)
    {
        if (program.Torch.IsLossFunction(loss.TargetMethod))
        {
            return GivenTo(loss, program.Torch);
        }
        string?[] given = [.. program.Values.Of(loss.Instance, body).Select(module => module.Creation is { } creation ? GivenTo(creation, program.Torch) : null)];
        return given.Length > 0 && given.All(one => one == given[0]) ? given[0] : null;
    }

    /// <summary>The reduction that a call of a loss function, or the creation of a loss module, is given; null where it is no constant.</summary>
    public static string? GivenTo(IOperation made, TorchSymbols torch) =>
        ArgumentOf(made, torch)?.Value.ConstantValue is { HasValue: true, Value: { } value }
            ? torch.Reduction?.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(member => value.Equals(member.ConstantValue))?.Name
            : null;

    public static IArgumentOperation? ArgumentOf(IOperation made, TorchSymbols torch) =>
        CallBinding.ArgumentsOf(made).FirstOrDefault(argument => TorchSymbols.Same(argument.Parameter?.Type, torch.Reduction));
}
