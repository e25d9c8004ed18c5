using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Whether each round of a loop may begin training anew, as folds, trials and runs with another seed do.</summary>
internal static class FreshStarts
{
    /// <summary>Whether a loop makes, loads or initialises a model, itself or in what it calls.</summary>
    public static bool MayBeIn(StatementSyntax loop, EventGraph graph, TorchProgram program) =>
        program.Called.In(loop, graph).Any(one => IsStart(one.Step.Operation, program.Torch) || (one.IsOpaque && TakesModel(one.Step.Operation, program.Torch)));

    private static bool IsStart(IOperation operation, TorchSymbols torch) => operation switch
    {
        IInvocationOperation { TargetMethod.Name: "load" or "load_py" or "load_state_dict" or "apply" or "reset_parameters" } call when torch.IsModule(call.Instance?.Type) => true,
        IInvocationOperation call => TorchSymbols.Same(call.TargetMethod.ContainingType, torch.Initialization)
            || (!Receiver.ReturnsItsModule(call) && Learns(call.Type, torch)),
        IObjectCreationOperation creation => Learns(creation.Type, torch),
        _ => false,
    };

    // A loss or an activation that is made in each round has nothing to forget.
    private static bool Learns(ITypeSymbol? type, TorchSymbols torch) => type is not null && torch.IsModule(type) && !torch.IsLossModule(type)
        && (!Layers.IsBuiltIn(type, torch) || Layers.IsContainer(type, torch) || Layers.HasParameters(type, torch));

    private static bool TakesModel(IOperation call, TorchSymbols torch) => torch.IsModule((call as IInvocationOperation)?.Instance?.Type)
        || CallBinding.ArgumentsOf(call).Any(argument => torch.IsModule(argument.Value.WithoutConversion().Type));
}
