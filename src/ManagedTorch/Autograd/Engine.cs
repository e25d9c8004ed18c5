using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Runs recorded functions backwards.</summary>
internal static class Engine
{
    /// <summary>
    /// Propagates <paramref name="gradients"/> of <paramref name="roots"/>. Without <paramref name="inputs"/> every leaf accumulates; with them only these do,
    /// or, where <paramref name="capture"/> says so, their gradients are returned instead and no leaf changes.
    /// </summary>
    internal static Tensor?[] Run(IList<Tensor> roots, IList<Tensor?> gradients, IList<Tensor>? inputs, bool capture, bool retainGraph, bool createGraph)
    {
        using Temporaries temporaries = Temporaries.Enter();
        using var mode = new GradMode(createGraph);
        var pending = new Dictionary<Node, Tensor?[]>();
        var incoming = Array.ConvertAll<Tensor, Edge>([.. roots], root => Root(root));
        Dictionary<Node, int> dependencies = Dependencies(incoming);
        Edge[] targets = inputs is null ? [] : Array.ConvertAll<Tensor, Edge>([.. inputs], Target);
        HashSet<Node>? needed = inputs is null ? null : Leading(dependencies.Keys, targets);
        var captured = new Tensor?[targets.Length];

        for (int i = 0; i < incoming.Length; i++) Deliver(pending, incoming[i], Seed(roots[i], gradients[i]), createGraph);
        var ready = new PriorityQueue<Node, long>(dependencies.Keys.Where(n => dependencies[n] == 0).Select(n => (n, -n.Sequence)));
        while (ready.TryDequeue(out Node? node, out _))
        {
            pending.Remove(node, out Tensor?[]? arrived);
            if (arrived is not null)
            {
                for (int i = 0; i < targets.Length; i++)
                {
                    if (capture && ReferenceEquals(targets[i].Node, node)) captured[i] = arrived[targets[i].OutputNr] is { } g ? new Tensor(g.Impl) : null;
                }
                Retain(node, arrived, createGraph);
            }
            bool runs = arrived is not null && (needed is null || needed.Contains(node)) && !(capture && node is AccumulateGrad);
            if (runs) Step(node, arrived!, pending, createGraph);
            if (runs && !retainGraph) node.Release();
            foreach (Tensor? gradient in arrived ?? []) gradient?.Dispose();
            foreach (Edge next in node.Next)
            {
                if (next.Node is not null && --dependencies[next.Node] == 0) ready.Enqueue(next.Node, -next.Node.Sequence);
            }
        }
        return Array.ConvertAll(captured, g => g is null ? null : temporaries.Keep(g));
    }

    private static void Step(Node node, Tensor?[] arrived, Dictionary<Node, Tensor?[]> pending, bool createGraph)
    {
        using Temporaries own = Temporaries.Enter();
        Tensor?[] results = node.Apply(arrived, createGraph);
        if (node is AccumulateGrad) return;
        if (results.Length != node.Next.Count)
            throw new InvalidOperationException($"Function {node.Name} returned {results.Length} gradients for {node.Next.Count} inputs.");
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is not { } gradient || node.Next[i].Node is not { } next) continue;
            OutputMeta expected = next.Outputs[node.Next[i].OutputNr];
            if (AnomalyMode.IsEnabled && AnomalyMode.ShouldCheckNaN && gradient.isnan().any().item<bool>())
                throw TorchError.Of($"{node.Name} gave a gradient with nan, its number {i}.");
            own.Keep(Deliver(pending, node.Next[i], Fit(node, i, gradient, expected), createGraph));
        }
    }

    // A new handle each time: one gradient may go to several places, and each is let go of on its own.
    private static Tensor Deliver(Dictionary<Node, Tensor?[]> pending, Edge to, Tensor gradient, bool createGraph)
    {
        if (!pending.TryGetValue(to.Node!, out Tensor?[]? slots)) pending[to.Node!] = slots = new Tensor?[to.Node!.Outputs.Count];
        return slots[to.OutputNr] = slots[to.OutputNr] is { } before ? before.add(gradient) : new Tensor(gradient.Impl);
    }

    private static Tensor Fit(Node node, int index, Tensor gradient, OutputMeta expected)
    {
        if (!gradient.Sizes.AsSpan().SequenceEqual(expected.Sizes))
        {
            if (!Shapes.CanBroadcast(expected.Sizes, gradient.Sizes))
            {
                throw TorchError.Of($"{node.Name} gave a gradient of {Shapes.Text(gradient.Sizes)}, its number {index}, for a tensor of {Shapes.Text(expected.Sizes)}.");
            }
            gradient = gradient.SumTo(expected.Sizes);
        }
        return gradient.dtype == expected.Dtype ? gradient : gradient.to(expected.Dtype);
    }

    private static void Retain(Node node, Tensor?[] arrived, bool createGraph)
    {
        foreach ((int number, TensorImpl tensor) in node.Retained)
        {
            if (arrived[number] is not { } gradient) continue;
            Tensor kept = createGraph ? gradient.clone() : gradient.detach().clone();
            tensor.Autograd!.SetGrad(tensor.Autograd.Grad is { } before ? new Tensor(before).add(kept).Impl : kept.Impl);
        }
    }

    private static Edge Root(Tensor root)
    {
        Edge edge = Graph.EdgeOf(root.Impl);
        return edge.Node is not null ? edge : throw TorchError.Of("Backward starts from a tensor that was recorded: this one does not require grad. Nothing it was made of does, or it was made in no_grad or detached.");
    }

    private static Edge Target(Tensor input)
    {
        Edge edge = Graph.EdgeOf(input.Impl);
        return edge.Node is not null ? edge : throw TorchError.Of("A gradient is asked for by a tensor that does not require grad.");
    }

    private static Tensor Seed(Tensor root, Tensor? gradient)
    {
        if (gradient is null)
        {
            if (root.numel() != 1) throw TorchError.Of($"Only scalar outputs start a backward by themselves: this one is of {Shapes.Text(root.Sizes)}. Reduce it first, or give its gradient.");
            return root.ones_like();
        }
        if (!gradient.Sizes.AsSpan().SequenceEqual(root.Sizes))
            throw TorchError.Of($"An output of {Shapes.Text(root.Sizes)} has a gradient of that shape, not of {Shapes.Text(gradient.Sizes)}.");
        return gradient.dtype == root.dtype ? gradient : gradient.to(root.dtype);
    }

    private static Dictionary<Node, int> Dependencies(Edge[] roots)
    {
        var counts = new Dictionary<Node, int>();
        var stack = new Stack<Node>();
        foreach (Edge root in roots)
        {
            if (counts.TryAdd(root.Node!, 0)) stack.Push(root.Node!);
        }
        while (stack.TryPop(out Node? node))
        {
            foreach (Edge edge in node.Next)
            {
                if (edge.Node is null) continue;
                if (counts.TryAdd(edge.Node, 0)) stack.Push(edge.Node);
                counts[edge.Node]++;
            }
        }
        return counts;
    }

    // Nodes from which a target is reached: in order of creation each one's successors are decided before it.
    private static HashSet<Node> Leading(IEnumerable<Node> nodes, Edge[] targets)
    {
        var needed = new HashSet<Node>();
        HashSet<Node> ends = [.. targets.Select(t => t.Node!)];
        foreach (Node node in nodes.OrderBy(n => n is AccumulateGrad ? 0 : n.Sequence))
        {
            bool leads = node.Next.Any(edge => edge.Node is not null && (ends.Contains(edge.Node) || needed.Contains(edge.Node)));
            if (leads || (node is AccumulateGrad && ends.Contains(node))) needed.Add(node);
        }
        return needed;
    }
}
