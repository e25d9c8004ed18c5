using static TorchSharp.torch;

namespace TrainingGuards.Localisation;

/// <summary>What passed into and out of every module in one forward pass, in order.</summary>
internal static class ModuleTrace
{
    /// <summary>Copies of what passed, which later in-place operations do not reach.</summary>
    public static IReadOnlyList<TraceEvent> Copied(nn.Module model, Action forward) =>
        Record(model, forward, keep: tensors => tensors.Select(tensor => tensor.detach().clone()), view: null);

    /// <summary>What passed itself, in the graph, for gradients from one to another.</summary>
    /// <remarks>
    /// Sequential disposes of what passes between its modules. So each tensor is kept as a view, and a view of that is passed on: the kept one lies on the path of the
    /// gradient and is nobody else's to dispose of.
    /// </remarks>
    public static IReadOnlyList<TraceEvent> Live(nn.Module model, Action forward) =>
        Record(model, forward, keep: tensors => tensors, view: tensor => tensor.alias());

    private static List<TraceEvent> Record(nn.Module model, Action forward, Func<Tensors, Tensors> keep, Func<Tensor, Tensor>? view)
    {
        var events = new List<TraceEvent>();
        var open = new Stack<CallSite?>();
        using var hooks = new ModuleHooks(
            model,
            entered: (path, module, inputs) =>
            {
                open.Push(CallSite.Here());
                events.Add(new(path, module, Entered: true, Keep(inputs), open.Peek()));
            },
            left: (path, module, output) => events.Add(new(path, module, Entered: false, Keep(output), open.TryPop(out CallSite? site) ? site : null)),
            view);
        forward();
        using DisposeScope handover = NewDisposeScope();
        foreach (TraceEvent passed in events) handover.MoveToOuter(handover.Attach(passed.Tensors));
        return events;

        // A forward of the user's may have a dispose scope of its own: what is kept belongs to the scope of who asked.
        Tensors Keep(Tensors tensors) => keep(tensors).Select(tensor => tensor.DetachFromDisposeScope());
    }
}
