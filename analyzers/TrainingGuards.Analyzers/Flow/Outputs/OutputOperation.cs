using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The last operation of a model's forward that makes values: a layer, or a function called in forward.</summary>
/// <param name="operation">The layer's creation in a Sequential, the layer's call in a forward, or the function's call.</param>
/// <param name="activation">What it is where it is an activation, else null.</param>
/// <param name="layer">The layer, null for a function.</param>
/// <param name="model">The model whose output it is: its class, or what holds it where that is a Sequential; null where there is none.</param>
/// <param name="previous">What the input of a softmax was made by, null where that is unknown or not the only one.</param>
internal sealed class OutputOperation(
    IOperation operation, Activation? activation, Layer? layer, string? model = null, OutputOperation? previous = null)
{
    public IOperation Operation { get; } = operation;

    public Activation? Activation { get; } = activation;

    public Layer? Layer { get; } = layer;

    public string? Model { get; } = model;

    public OutputOperation? Previous { get; } = previous;

    /// <summary>The activation or layer as it is written: the function's name, or the layer's type.</summary>
    public string Name => Layer is not null ? Layer.Type.Name
        : Operation is IInvocationOperation function ? function.TargetMethod.Name
        : Activation?.Name ?? "";

    /// <summary>Whether it is a layer of weighted sums, whose outputs have no bounds.</summary>
    public bool IsWeightedSum(TorchSymbols torch) => Layer is { Type: var type } && (Layers.IsLinear(type, torch) || Layers.IsConvolution(type, torch));

    /// <summary>Whether it normalises over the one unit of a Linear layer, which makes it a constant.</summary>
    public bool IsOverOneUnit(TorchSymbols torch)
    {
        object? dimension = Layer is not null ? Layer.Constant("dim") : Dimension();
        return dimension is 1 or 1L or -1 or -1L && Previous?.Layer is { } linear && Layers.IsLinear(linear.Type, torch) && linear.Number("outputSize") is 1;
    }

    /// <summary>The same as the output of a model.</summary>
    public OutputOperation Of(string owner) => new(Operation, Activation, Layer, owner, Previous);

    /// <summary>The same layer at the place where a forward calls it.</summary>
    public OutputOperation At(IOperation call) => new(call, Activation, Layer);

    /// <summary>The same after another.</summary>
    public OutputOperation After(OutputOperation earlier) => new(Operation, Activation, Layer, Model, earlier);

    private object? Dimension() => CallBinding.ArgumentsOf(Operation)
        .FirstOrDefault(argument => argument.Parameter?.Name == "dim")?.Value is { ConstantValue: { HasValue: true, Value: var dimension } } ? dimension : null;
}
