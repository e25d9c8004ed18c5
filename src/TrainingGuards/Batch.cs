using static TorchSharp.torch;

namespace TrainingGuards;

/// <summary>One batch of examples: inputs and targets whose first dimension counts the examples.</summary>
/// <param name="Inputs">What the model is given; each tensor of shape <c>[batch, …]</c>, or without a batch dimension where all examples share it.</param>
/// <param name="Targets">What its output is compared with; each tensor of shape <c>[batch, …]</c>.</param>
public sealed record Batch(Tensors Inputs, Tensors Targets)
{
    /// <summary>The number of examples: the first dimension of the first input.</summary>
    public long Size => Inputs.Count > 0 && Inputs[0].dim() > 0 ? Inputs[0].shape[0] : 0;

    /// <summary>One input and one target.</summary>
    public static implicit operator Batch((Tensor Input, Tensor Target) pair) => new(pair.Input, pair.Target);

    /// <summary>Two inputs and one target.</summary>
    public static implicit operator Batch(((Tensor First, Tensor Second) Inputs, Tensor Target) batch) => new(batch.Inputs, batch.Target);

    /// <summary>One input and two targets.</summary>
    public static implicit operator Batch((Tensor Input, (Tensor First, Tensor Second) Targets) batch) => new(batch.Input, batch.Targets);

    /// <summary>The first <paramref name="count"/> examples, or all where there are fewer.</summary>
    internal Batch First(long count) => count >= Size ? this : Change(tensor => tensor.narrow(0, 0, count));

    /// <summary>The examples at <paramref name="positions"/>, in that order.</summary>
    internal Batch At(params long[] positions)
    {
        using Tensor index = tensor(positions, device: Inputs[0].device);
        return Change(item => item.index_select(0, index));
    }

    /// <summary>Several batches as one; null where their tensors do not fit together. What all examples share is taken from the first.</summary>
    internal static Batch? Join(IReadOnlyList<Batch> batches)
    {
        bool fit = batches.All(batch => batch.Inputs.Count == batches[0].Inputs.Count && batch.Targets.Count == batches[0].Targets.Count);
        return fit && Tensors(batch => batch.Inputs) is { } inputs && Tensors(batch => batch.Targets) is { } targets ? new(inputs, targets) : null;

        Tensors? Tensors(Func<Batch, Tensors> of)
        {
            var joined = new List<Tensor>();
            for (int i = 0; i < of(batches[0]).Count; i++)
            {
                Tensor[] parts = [.. batches.Select(batch => of(batch)[i])];
                bool perExample = batches.Zip(parts).All(pair => pair.Second.dim() > 0 && pair.Second.shape[0] == pair.First.Size);
                if (perExample && parts.Any(part => !part.shape.AsSpan()[1..].SequenceEqual(parts[0].shape.AsSpan()[1..]))) return null;
                joined.Add(perExample ? cat(parts, 0) : parts[0].alias());
            }
            return of(batches[0]).With([.. joined]);
        }
    }

    private Batch Change(Func<Tensor, Tensor> examples)
    {
        long size = Size;
        Tensor PerExample(Tensor tensor) => tensor.dim() > 0 && tensor.shape[0] == size ? examples(tensor) : tensor;
        return new(Inputs.Select(PerExample), Targets.Select(PerExample));
    }

    /// <summary>Copies that share nothing with the user's tensors, on <paramref name="device"/>.</summary>
    internal Batch CopyTo(Device device)
    {
        Tensor Copy(Tensor tensor)
        {
            using Tensor values = tensor.detach();
            return values.to(device, copy: true);
        }
        return new(Inputs.Select(Copy), Targets.Select(Copy));
    }
}
