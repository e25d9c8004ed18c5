using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One application of a custom function: from its arguments to outputs that stand in the graph.</summary>
internal sealed class CustomCall
{
    private readonly string name;
    private readonly bool[] isTensor;
    private readonly Tensor[] inputs;
    private readonly Func<autograd.AutogradContext, List<Tensor>, List<Tensor?>> backward;
    private readonly FunctionNode? node;

    internal CustomCall(string name, object[] arguments, Func<autograd.AutogradContext, List<Tensor>, List<Tensor?>> backward)
    {
        this.name = name;
        this.backward = backward;
        isTensor = Array.ConvertAll(arguments, argument => argument is Tensor { IsInvalid: false });
        inputs = [.. arguments.OfType<Tensor>().Where(tensor => !tensor.IsInvalid)];
        // Before the forward, which may write to its inputs.
        if (Op.Records(inputs)) node = new(name, Graph.Edges(inputs), Backward);
    }

    internal autograd.AutogradContext Context { get; } = new();

    internal List<Tensor> Record(List<Tensor> outputs)
    {
        int differentiable = node is null ? 0 : outputs.Count(IsDifferentiable);
        List<Tensor> placed = outputs.ConvertAll(output => Place(output, outputs.Count, differentiable));
        if (node is not null) Context.Save(node);
        return placed;
    }

    private static bool IsAmong(List<Tensor> marked, Tensor tensor) => marked.Exists(other => ReferenceEquals(other.Impl, tensor.Impl));

    private bool IsDifferentiable(Tensor output) => output.IsFloating && !IsAmong(Context.NonDifferentiable, output);

    private Tensor Place(Tensor output, int outputs, int differentiable)
    {
        TensorImpl impl = output.Impl;
        bool isInput = Array.Exists(inputs, input => ReferenceEquals(input.Impl, impl));
        bool isWritten = IsAmong(Context.Dirty, output);
        int number = node?.AddOutput(impl) ?? 0;
        if (node is null || !IsDifferentiable(output)) return Apart(output, isInput, isWritten);
        if (isWritten)
        {
            RequireWritable(impl, outputs);
            output.Rebase(new(node, number));
            return new Tensor(impl);
        }
        // An input that comes out unchanged keeps its own place: the output is another view of it.
        Tensor result = isInput ? Alias(output) : new Tensor(impl);
        AutogradMeta meta = result.Impl.Autograd ??= new();
        (meta.GradFn, meta.OutputNr) = (node, number);
        if (meta.View is { } view) view.Origin = differentiable > 1 ? ViewOrigin.OneOfSeveral : ViewOrigin.InCustomFunction;
        return result;
    }

    /// <summary>An output without a gradient: never the input itself, whose own place in the graph must stay.</summary>
    private static Tensor Apart(Tensor output, bool isInput, bool isWritten)
    {
        if (!Graph.RequiresGrad(output.Impl)) return isInput && !isWritten ? Alias(output) : new Tensor(output.Impl);
        if (isInput || output.Impl.Autograd is not { View: null }) return output.detach();
        return new Tensor(output.detach_().Impl);
    }

    private static Tensor Alias(Tensor output)
    {
        using var _ = no_grad();
        return output.alias();
    }

    private static void RequireWritable(TensorImpl written, int outputs)
    {
        if (Graph.RequiresGrad(written) && Graph.GradFn(written) is null)
            throw TorchError.Of("A custom function wrote in place to a leaf Variable that requires grad.");
        if (written.Autograd?.View is not null && outputs > 1)
            throw TorchError.Of("A custom function that writes to a view of another tensor may have this one output alone.");
    }

    private Tensor?[] Backward(Tensor?[] gradients)
    {
        // The user's own code makes the user's own tensors: the operation around it must not dispose of them.
        using IDisposable _ = Temporaries.Leave();
        List<Tensor> arrived = [.. gradients.Select((gradient, i) => gradient is not null ? new Tensor(gradient.Impl) : Missing(i))];
        List<Tensor?> results = backward(Context, arrived);
        int given = results.Count;
        while (given > isTensor.Length && results[given - 1] is null or { IsInvalid: true }) given--;
        if (given != isTensor.Length)
            throw new NotImplementedException($"The backward of {name} returned {given} gradients for {isTensor.Length} arguments of its forward.");
        for (int i = 0; i < given; i++)
        {
            if (!isTensor[i] && results[i] is { IsInvalid: false })
                throw new NotImplementedException($"The backward of {name} returned a gradient for argument {i + 1}, which was no tensor.");
        }
        return [.. results.Take(given).Where((_, i) => isTensor[i]).Select(gradient => gradient is { IsInvalid: false } ? gradient : null)];
    }

    private Tensor Missing(int output)
    {
        if (!Context.MaterializeGrads) return Tensor.Undefined;
        OutputMeta made = node!.Outputs[output];
        return zeros(made.Sizes, made.Dtype, made.Device);
    }
}
