using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>The hashes of all examples of a set, in the order of one epoch, where the data is: 40 bytes an example.</summary>
/// <param name="Even">The hash of the numbers at even positions.</param>
/// <param name="Odd">The hash of the numbers at odd positions.</param>
/// <param name="Whole">The hash of the inputs.</param>
/// <param name="Targets">The hash of the targets.</param>
/// <param name="Blank">1 where all numbers of the first input are one number.</param>
/// <param name="Combinations">In how many ways the values that the numbers take can be combined; ∞ where an example has more than 24 numbers.</param>
/// <param name="Groups">The group of each example, as the user numbers them; null where they are not.</param>
internal sealed record ExampleHashes(Tensor Even, Tensor Odd, Tensor Whole, Tensor Targets, Tensor Blank, double Combinations, Tensor? Groups) : IDisposable
{
    private const long Few = 24, Sample = 4096;

    /// <summary>How many examples there are.</summary>
    public long Count => Whole.numel();

    /// <summary>Reads an epoch; null where it has no examples.</summary>
    public static ExampleHashes? Of(Trial trial, Examples examples, Func<Batch, Tensor>? groups = null)
    {
        var numbers = new List<Tensor>();
        var parts = new List<Tensor>();
        var sample = new List<Tensor>();
        long sampled = 0;
        using var inputs = new ExampleHash(trial.Setup.PaddingIndex);
        using var targets = new ExampleHash(trial.Setup.PaddingIndex);
        try
        {
            foreach (Batch batch in trial.Epoch(examples))
            {
                if (batch.Size == 0) continue;
                using var scope = NewDisposeScope();
                using var grad = no_grad();
                Tensor flat = batch.Inputs[0].detach().reshape(batch.Size, -1);
                Tensor blank = flat.shape[1] < 2 ? zeros(batch.Size, dtype: ScalarType.Int64, device: flat.device) : flat.amin([1L]).eq(flat.amax([1L])).to(ScalarType.Int64);
                if (groups is not null)
                {
                    Tensor own = groups(batch).detach().flatten().to(ScalarType.Int64);
                    if (own.numel() != batch.Size)
                        throw new SetupException(given: $"groups of shape {Reporting.ShapeText.Of(own)} for a batch of {batch.Size}", expected: "the number of a group for each example", remedy: "return an integer tensor [batch]");
                    numbers.Add(own.clone().DetachFromDisposeScope());
                }
                Tensor hashes = inputs.Of(batch.Inputs, batch.Size);
                if (inputs.Features <= Few && sampled < Sample)
                {
                    sample.Add(cat([.. batch.Inputs.Where(input => input.dim() > 0 && input.shape[0] == batch.Size).Select(input => input.detach().reshape(batch.Size, -1).to(ScalarType.Float64))], 1).DetachFromDisposeScope());
                    sampled += batch.Size;
                }
                Tensor target = targets.Of(batch.Targets, batch.Size).to(flat.device);
                parts.Add(cat([hashes, ExampleHash.Joined(target[0], target[1]).unsqueeze(0), blank.unsqueeze(0)], 0).DetachFromDisposeScope());
            }
            if (parts.Count == 0) return null;
            using var whole = NewDisposeScope();
            Tensor all = cat(parts, 1);
            Tensor Row(int at) => all[at].clone().DetachFromDisposeScope();
            return new(Row(0), Row(1), ExampleHash.Joined(all[0], all[1]).DetachFromDisposeScope(), Row(2), Row(3), Combined(sample), groups is null ? null : cat(numbers, 0).DetachFromDisposeScope());
        }
        finally
        {
            foreach (Tensor part in parts.Concat(sample).Concat(numbers)) part.Dispose();
        }
    }

    /// <summary>Those of two sets, one after the other, as one; groups are left out.</summary>
    public ExampleHashes With(ExampleHashes other)
    {
        using var scope = NewDisposeScope();
        Tensor Joined(Func<ExampleHashes, Tensor> of) => cat([of(this), of(other).to(of(this).device)], 0).DetachFromDisposeScope();
        return new(Joined(one => one.Even), Joined(one => one.Odd), Joined(one => one.Whole), Joined(one => one.Targets), Joined(one => one.Blank), Math.Max(Combinations, other.Combinations), Groups: null);
    }

    private static double Combined(List<Tensor> sample)
    {
        if (sample.Count == 0 || sample.Any(part => part.shape[1] != sample[0].shape[1])) return double.PositiveInfinity;
        Tensor all = cat(sample, 0);
        return Enumerable.Range(0, (int)all.shape[1]).Aggregate(1.0, (product, j) => product * all.select(1, j).unique().output.numel());
    }

    public void Dispose()
    {
        foreach (Tensor tensor in new[] { Even, Odd, Whole, Targets, Blank }) tensor.Dispose();
        Groups?.Dispose();
    }
}
