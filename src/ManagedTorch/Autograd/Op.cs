using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Records operations in the autograd graph.</summary>
internal static class Op
{
    /// <summary>Whether an operation on these inputs is to be recorded.</summary>
    internal static bool Records(ReadOnlySpan<Tensor?> inputs)
    {
        if (!GradMode.Enabled) return false;
        foreach (Tensor? input in inputs)
        {
            if (input is not null && Graph.RequiresGrad(input.Impl)) return true;
        }
        return false;
    }

    /// <summary>
    /// Records <paramref name="output"/> as computed from <paramref name="inputs"/>, if grad mode is on and an input requires grad.
    /// </summary>
    /// <param name="backward">Gradient of the output to gradients of the inputs, in order; null for none.</param>
    internal static Tensor Record(string name, Tensor output, Tensor?[] inputs, Func<Tensor, Tensor?[]> backward)
    {
        if (IsRecorded(inputs)) Place(new(name, Graph.Edges(inputs), g => g[0] is { } gradient ? backward(gradient) : new Tensor?[inputs.Length]), output);
        return output;
    }

    /// <summary>The same for several outputs; the gradient of one that nobody used is null.</summary>
    internal static Tensor[] Record(string name, Tensor[] outputs, Tensor?[] inputs, Func<Tensor?[], Tensor?[]> backward)
    {
        if (IsRecorded(inputs)) Place(new(name, Graph.Edges(inputs), backward), outputs);
        return outputs;
    }

    /// <summary>An operation made of others: what they make on the way is neither counted nor left behind.</summary>
    internal static Tensor Composed(Func<Tensor> body)
    {
        using Temporaries temporaries = Temporaries.Enter();
        return temporaries.Keep(body());
    }

    /// <summary>
    /// The same of inputs. Where they are of float16 or bfloat16 the whole is computed in float32 and rounded at its end: once, as in torch, and not after
    /// each of the operations that it is made of here.
    /// </summary>
    internal static Tensor Composed(Tensor x, Func<Tensor, Tensor> body) =>
        ScalarTypes.IsNarrow(x.dtype) ? Composed(() => body(x.to(ScalarType.Float32)).to(x.dtype)) : Composed(() => body(x));

    internal static Tensor Composed(Tensor x, Tensor y, Func<Tensor, Tensor, Tensor> body) => Composed(x, y, null, (a, b, _) => body(a, b!));

    internal static Tensor Composed(Tensor x, Tensor? y, Tensor? z, Func<Tensor, Tensor?, Tensor?, Tensor> body)
    {
        ScalarType type = x.dtype;
        // Of several types the operations themselves say what becomes, or that it is an error.
        if (!ScalarTypes.IsNarrow(type) || !Agrees(y) || !Agrees(z)) return Composed(() => body(x, y, z));
        return Composed(() => body(x.to(ScalarType.Float32), Widened(y), Widened(z)).to(type));

        bool Agrees(Tensor? other) => other is null || !other.IsFloating || other.dtype == type;

        static Tensor? Widened(Tensor? other) => other is { IsFloating: true } ? other.to(ScalarType.Float32) : other;
    }

    /// <summary>The same for two results.</summary>
    internal static (Tensor, Tensor) Composed(Func<(Tensor, Tensor)> body)
    {
        using Temporaries temporaries = Temporaries.Enter();
        (Tensor first, Tensor second) = body();
        return (temporaries.Keep(first), temporaries.Keep(second));
    }

    /// <summary>The same for an array of results.</summary>
    internal static Tensor[] Composed(Func<Tensor[]> body)
    {
        using Temporaries temporaries = Temporaries.Enter();
        Tensor[] results = body();
        foreach (Tensor result in results) temporaries.Keep(result);
        return results;
    }

    private static bool IsRecorded(Tensor?[] inputs)
    {
        Devices.RequireOne(inputs);
        bool records = Records(inputs);
        if (!records) Saved.HandOver(null);
        return records;
    }

    private static void Place(FunctionNode node, params ReadOnlySpan<Tensor> outputs)
    {
        Saved.HandOver(node);
        foreach (Tensor output in outputs) Attach(output, node);
    }

    /// <summary>Gives <paramref name="output"/>, fresh from a kernel or a view, its grad_fn.</summary>
    internal static void Attach(Tensor output, Node node)
    {
        TensorImpl impl = output.Impl;
        int number = node.AddOutput(impl);
        if (!ScalarTypes.IsFloating(impl.Dtype)) return;
        AutogradMeta meta = impl.Autograd ??= new();
        if (meta.GradFn is not null || meta.RequiresGrad)
            throw new InvalidOperationException($"{node.Name} would give a tensor that is in the graph already a second grad_fn: record a fresh tensor.");
        meta.GradFn = node;
        meta.OutputNr = number;
    }
}
