using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>Where a member's layer does something: making, registering, initialising and disposing it left out.</summary>
internal static class LayerUses
{
    public static IEnumerable<IOperation> Of(ISymbol member, TorchProgram program) => program.References.Of(member).Where(mention => IsUse(mention, program.Torch));

    private static bool IsUse(IOperation mention, TorchSymbols torch)
    {
        switch (mention.Parent)
        {
            case IAssignmentOperation assignment when assignment.Target == mention:
            case INameOfOperation:
                return false;
            // register_module("fc", fc)
            case IArgumentOperation { Parent: IInvocationOperation call }:
                return !Registrations.IsByHand(call.TargetMethod, torch);
            case IConversionOperation { Parent: IArgumentOperation { Parent: IInvocationOperation call } }:
                return !Registrations.IsByHand(call.TargetMethod, torch) && !(Receiver.ReturnsItsModule(call) && call.Parent is IExpressionStatementOperation);
            // fc.Dispose(), fc?.Dispose()
            case IInvocationOperation call when call.Instance == mention:
                return call.TargetMethod.Name is not "Dispose";
            case IConditionalAccessOperation { WhenNotNull: IInvocationOperation { TargetMethod.Name: "Dispose" } }:
                return false;
            // init.zeros_(fc.weight)
            case IPropertyReferenceOperation { Property.Name: "weight" or "bias", Parent: var user } when user is IArgumentOperation or IConversionOperation:
                IOperation argument = user is IConversionOperation { Parent: { } outer } ? outer : user;
                return argument is not IArgumentOperation { Parent: IInvocationOperation initialisation } || !TorchSymbols.Same(initialisation.TargetMethod.ContainingType, torch.Initialization);
            default:
                return true;
        }
    }
}
