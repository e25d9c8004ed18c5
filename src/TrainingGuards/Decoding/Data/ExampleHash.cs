using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Two 64-bit hashes of each example, of the numbers at even and at odd positions, computed where the tensors are.</summary>
/// <remarks>
/// Σ bits(x_j)·w_j modulo 2^64, with odd random weights: integer sums are the same in whatever order they are made. TorchSharp cannot see a float's bits; two fixed-point
/// numbers stand for them, which tell floats of 24 bits apart from 1e-11 to 1e11. Examples that differ have equal hashes with a probability below 2^-100.
/// </remarks>
/// <param name="padding">The token that fills sequences up: it counts for nothing, so that a sequence has one hash whatever its length in a batch.</param>
internal sealed class ExampleHash(long? padding = null) : IDisposable
{
    // As many numbers at once as keep what is computed on the way below some hundred megabytes.
    private const long Block = 1 << 22;
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly Dictionary<(int Tensor, long Count, string Device), Tensor> _weights = [];

    /// <summary>How many numbers an example had at last.</summary>
    public long Features { get; private set; }

    /// <summary>Both hashes of each example, [2, size]; tensors that do not count the examples are left out.</summary>
    public Tensor Of(Tensors tensors, long size)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor hashes = zeros(2, size, dtype: ScalarType.Int64, device: tensors[0].device);
        Features = 0;
        for (int at = 0; at < tensors.Count; at++)
        {
            Tensor tensor = tensors[at];
            if (tensor.dim() == 0 || tensor.shape[0] != size || tensor.numel() == 0) continue;
            Tensor rows = tensor.detach().reshape(size, -1);
            long features = rows.shape[1], step = Math.Max(1, Block / features);
            Tensor weights = Weights(at, features, rows.device);
            for (long from = 0; from < size; from += step)
            {
                using var block = NewDisposeScope();
                long count = Math.Min(step, size - from);
                Tensor part = rows.narrow(0, from, count), product = Bits(part) * weights;
                if (padding is { } filler && !part.is_floating_point()) product = product * part.ne(filler);
                Tensor all = product.sum(1), odd = features < 2 ? zeros_like(all) : product.slice(1, 1, features, 2).sum(1);
                // Tensors of one number each take turns, so that a table of columns has two halves too.
                hashes[at % 2].narrow(0, from, count).add_(all - odd);
                hashes[1 - (at % 2)].narrow(0, from, count).add_(odd);
            }
            Features += features;
        }
        return hashes.MoveToOuterDisposeScope();
    }

    /// <summary>One hash of the inputs of each example, on the host.</summary>
    public long[] OfInputs(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        Tensor both = Of(batch.Inputs, batch.Size);
        return HostNumbers.Integers(Joined(both[0], both[1]));
    }

    /// <summary>One hash of two.</summary>
    public static Tensor Joined(Tensor one, Tensor other) => (one * 0x2545F4914F6CDD1D) + other;

    public void Dispose()
    {
        foreach (Tensor weights in _weights.Values) weights.Dispose();
    }

    private static Tensor Bits(Tensor values)
    {
        if (!values.is_floating_point()) return values.to(ScalarType.Int64) + 1;
        Tensor exact = values.to(ScalarType.Float64);
        Tensor Fixed(double scale) => (exact * scale).clamp(-4e18, 4e18).to(ScalarType.Int64);
        return Fixed(Math.PI * Math.ScaleB(1, 58)) + (Fixed(Math.E * Math.ScaleB(1, 22)) * unchecked((long)Golden));
    }

    private Tensor Weights(int at, long count, Device device)
    {
        var key = (at, count, device.ToString());
        if (_weights.TryGetValue(key, out Tensor? known)) return known;
        long[] weights = new long[count];
        for (long j = 0; j < count; j++) weights[j] = (long)(Mixed(unchecked(((ulong)j * 1_000_003) + ((ulong)at << 40) + 1)) | 1);
        return _weights[key] = tensor(weights, device: device).DetachFromDisposeScope();
    }

    // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
    private static ulong Mixed(ulong state) => unchecked(Finished(Finished((state * Golden) + Golden, 30, 0xBF58476D1CE4E5B9), 27, 0x94D049BB133111EB));

    private static ulong Finished(ulong value, int shift, ulong factor) => unchecked((value ^ (value >> shift)) * factor);
}
