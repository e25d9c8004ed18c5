using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A recorded operation: a function from output gradients to input gradients.</summary>
internal sealed class FunctionNode(string name, Edge[] next, Func<Tensor?[], Tensor?[]> backward) : Node
{
    [ThreadStatic] private static FunctionNode? running;

    private readonly List<Saved> saved = [];

    internal static FunctionNode? Running => running;

    internal override string Name => name;

    internal override IReadOnlyList<Edge> Next => next;

    internal void Owns(Saved tensor) => saved.Add(tensor);

    internal override Tensor?[] Apply(Tensor?[] gradients, bool createGraph)
    {
        FunctionNode? outer = running;
        running = this;
        try
        {
            return backward(gradients);
        }
        finally
        {
            running = outer;
        }
    }

    internal override void Release()
    {
        foreach (Saved tensor in saved) tensor.Free();
        saved.Clear();
    }
}
