using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A pass over what an optimizer remembers of one parameter: reads or replaces each entry in turn.</summary>
internal abstract class StatePass
{
    public virtual void Count(ref long value) { }

    public virtual void Number(ref double value) { }

    public abstract void Tensor(ref Tensor value);

    public virtual void Optional(ref Tensor? value)
    {
        if (value is not null)
        {
            Tensor(ref value);
        }
    }
}

internal sealed class StateMove(Device device) : StatePass
{
    public override void Tensor(ref Tensor value) => value = value.to(device, disposeAfter: true).DetachFromDisposeScope();
}

internal sealed class StateDisposal : StatePass
{
    public override void Tensor(ref Tensor value) => value?.Dispose();
}

internal sealed class StateCopy(OptimizerState source, Device device) : StatePass
{
    private readonly StateEntries entries = StateEntries.Of(source);

    public override void Count(ref long value) => value = entries.Counts.Dequeue();

    public override void Number(ref double value) => value = entries.Numbers.Dequeue();

    public override void Tensor(ref Tensor value)
    {
        value.Dispose();
        value = entries.Tensors.Dequeue()!.to(device, copy: true);
    }

    public override void Optional(ref Tensor? value)
    {
        value?.Dispose();
        value = entries.Tensors.Dequeue()?.to(device, copy: true);
    }
}

internal sealed class StateComparison(OptimizerState other) : StatePass
{
    private readonly StateEntries entries = StateEntries.Of(other);

    public bool IsClose { get; private set; } = true;

    public override void Count(ref long value) => IsClose &= value == entries.Counts.Dequeue();

    public override void Number(ref double value) => IsClose &= value == entries.Numbers.Dequeue();

    public override void Tensor(ref Tensor value) => IsClose &= value.allclose(entries.Tensors.Dequeue()!);

    public override void Optional(ref Tensor? value)
    {
        Tensor? against = entries.Tensors.Dequeue();
        IsClose &= value is null || (against is not null && value.allclose(against));
    }
}

/// <summary>The entries of a state, in the order of the file format.</summary>
internal sealed class StateEntries : StatePass
{
    public Queue<long> Counts { get; } = new();

    public Queue<double> Numbers { get; } = new();

    public Queue<Tensor?> Tensors { get; } = new();

    public static StateEntries Of(OptimizerState state)
    {
        StateEntries entries = new();
        state.Visit(entries);
        return entries;
    }

    public override void Count(ref long value) => Counts.Enqueue(value);

    public override void Number(ref double value) => Numbers.Enqueue(value);

    public override void Tensor(ref Tensor value) => Tensors.Enqueue(value);

    public override void Optional(ref Tensor? value) => Tensors.Enqueue(value);
}
