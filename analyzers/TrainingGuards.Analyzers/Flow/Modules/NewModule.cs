using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>A module that is made where it is mentioned, so that nothing else can hold it already.</summary>
internal static class NewModule
{
    private const int Depth = 3;

    /// <summary>The module that an expression makes, null where it is not certain that it makes one.</summary>
    public static ModuleValue? Of(IOperation? value, MethodBody body, TorchProgram program) => Of(value, body, program, Depth);

    /// <summary>Whether an expression makes a module that learns, or a Parameter.</summary>
    public static bool Learns(IOperation? value, MethodBody body, TorchProgram program) =>
        IsNewParameter(value, program.Torch) || (Of(value, body, program) is { } made && Learns(made, program));

    /// <summary>Whether a module certainly has weights somewhere inside.</summary>
    public static bool Learns(ModuleValue module, TorchProgram program) =>
        program.Types.LayersOf(module).Certain.Any(layer => Layers.HasParameters(layer.Type, program.Torch))
        || (!module.Type.DeclaringSyntaxReferences.IsEmpty && ModuleTypes.Fields(module.Type)
            .Any(field => program.Torch.IsParameter(field.Type) && program.Values.AssignedTo(field.AssociatedSymbol ?? field).Any(value => IsNewParameter(value, program.Torch))));

    /// <summary>Whether an expression makes a Parameter, by its constructor or by nn.Parameter.</summary>
    public static bool IsNewParameter(IOperation? value, TorchSymbols torch) => value?.WithoutConversion() switch
    {
        IObjectCreationOperation creation => torch.IsParameter(creation.Type),
        IInvocationOperation { TargetMethod: { IsStatic: true, Name: "Parameter" } method } =>
            torch.IsParameter(method.ReturnType) && TorchSymbols.Same(method.ContainingType, torch.Module?.ContainingType),
        _ => false,
    };

    private static ModuleValue? Of(IOperation? value, MethodBody body, TorchProgram program, int depth)
    {
        IOperation? made = value?.WithoutConversion();
        switch (made)
        {
            case IInvocationOperation chain when Receiver.ModuleGivenBack(chain) is { } module:
                return Of(module, body, program, depth);
            case IObjectCreationOperation:
            case IInvocationOperation { TargetMethod.IsStatic: true } factory when TorchSymbols.Same(factory.TargetMethod.ContainingAssembly, program.Torch.Tensor.ContainingAssembly):
                ImmutableArray<ModuleValue> values = program.Values.Of(made, body);
                return values.Length == 1 && values[0].Creation == made ? values[0] : null;
            case IInvocationOperation helper when depth > 0 && program.Events.CalleeOf(helper, body.Locals) is { } callee && program.Bodies.Of(callee) is { } inner:
                var returned = Returns.Of(inner).Select(result => Of(result, inner, program, depth - 1)).ToList();
                return returned.Count == 1 ? returned[0] : null;
            default:
                return null;
        }
    }
}
