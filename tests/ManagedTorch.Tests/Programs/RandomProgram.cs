using static TorchSharp.torch;

namespace ManagedTorch.Tests.Programs;

/// <summary>Leaves and steps; its loss weighs the elements of every value that no step reads.</summary>
internal sealed class RandomProgram
{
    // Beyond this, differences of the loss lose the digits that they are compared by.
    private const double Largest = 20;
    private const long MostElements = 200;

    private readonly IReadOnlyList<Tensor> leaves;
    private readonly IReadOnlyList<Step> steps;

    internal RandomProgram(IReadOnlyList<Tensor> leaves, IReadOnlyList<Step> steps) => (this.leaves, this.steps) = (leaves, steps);

    public IReadOnlyList<Step> Steps => steps;

    public static RandomProgram Draw(Random random, int length)
    {
        var given = new List<Tensor>();
        long[] sizes = [random.Next(1, 4), random.Next(1, 4), random.Next(1, 5)];
        for (int i = random.Next(1, 4); i > 0; i--) given.Add(Leaf(random, sizes[random.Next(3)..]));
        var values = new List<Tensor>(given);
        var lines = new List<Step>();
        for (int attempt = 0; lines.Count < length && attempt < 40 * length; attempt++)
        {
            if (Operations.Draw(random, values) is not { } step) continue;
            Tensor value = step.Evaluate(values);
            if (value.numel() is 0 or > MostElements || !(value.abs().max().item<double>() < Largest)) continue;
            lines.Add(step);
            values.Add(value);
        }
        return new(given, lines);
    }

    /// <summary>What is wrong with the gradients; null where they agree with differences of the loss.</summary>
    public string? Fault()
    {
        Tensor[] tracked = [.. leaves.Select(leaf => leaf.clone().requires_grad_())];
        Tensor loss = Loss(tracked);
        if (!loss.requires_grad) return null;
        IList<Tensor> gradients = autograd.grad([loss], tracked, allow_unused: true);
        double scale = Math.Max(1, Math.Abs(loss.item<double>()));
        for (int leaf = 0; leaf < tracked.Length; leaf++)
        {
            bool unused = gradients[leaf] is null || gradients[leaf].IsInvalid;
            for (int at = 0; at < leaves[leaf].numel(); at++)
            {
                double analytic = unused ? 0 : gradients[leaf].reshape(-1)[at].item<double>(), numeric = Slope(leaf, at);
                if (!(Math.Abs(analytic - numeric) <= 1e-7 * Math.Max(scale, Math.Abs(numeric))))
                    return $"the gradient at element {at} of v{leaf} is {analytic:g10}, by differences {numeric:g10}";
            }
        }
        return null;
    }

    /// <summary>The shortest beginning that still fails, without what its last step does not need.</summary>
    public RandomProgram Shrunk()
    {
        int length = Enumerable.Range(1, steps.Count).First(count => new RandomProgram(leaves, [.. steps.Take(count)]).Fault() is not null);
        var shorter = new RandomProgram(leaves, [.. steps.Take(length)]);
        for (int i = length - 2; i >= 0; i--)
        {
            if (shorter.Without(i) is { } candidate && candidate.Fault() is not null) shorter = candidate;
        }
        return shorter;
    }

    public override string ToString()
    {
        IEnumerable<string> given = leaves.Select((leaf, i) => $"v{i} = {leaf.ToString(TorchSharp.TensorStringStyle.Numpy)};");
        return string.Join('\n', given.Concat(steps.Select((step, i) => step.Line(leaves.Count + i))));
    }

    private static Tensor Leaf(Random random, long[] sizes)
    {
        double[] elements = [.. Enumerable.Range(0, (int)sizes.Aggregate(1L, (a, b) => a * b)).Select(_ => (random.NextDouble() * 3) - 1.5)];
        return tensor(elements, sizes);
    }

    // A step that nothing later reads.
    private RandomProgram? Without(int index)
    {
        int position = leaves.Count + index;
        if (steps.Skip(index + 1).Any(step => step.Operands.Contains(position))) return null;
        IEnumerable<Step> later = steps.Skip(index + 1).Select(step => step with { Operands = Array.ConvertAll(step.Operands, o => o > position ? o - 1 : o) });
        return new(leaves, [.. steps.Take(index), .. later]);
    }

    private Tensor Loss(IReadOnlyList<Tensor> given)
    {
        var values = new List<Tensor>(given);
        foreach (Step step in steps) values.Add(step.Evaluate(values));
        Tensor loss = zeros(1, float64);
        for (int i = leaves.Count; i < values.Count; i++)
        {
            if (steps.Any(step => step.Operands.Contains(i))) continue;
            Tensor weights = (arange(values[i].numel(), dtype: float64).reshape(values[i].shape) * 0.37).cos();
            loss += (values[i] * weights).sum();
        }
        return loss.sum();
    }

    // Central differences of fourth order.
    private double Slope(int leaf, int at)
    {
        const double Distance = 2e-4;
        return ((8 * (Moved(Distance) - Moved(-Distance))) - (Moved(2 * Distance) - Moved(-2 * Distance))) / (12 * Distance);

        double Moved(double by)
        {
            using var _ = no_grad();
            Tensor moved = leaves[leaf].clone();
            moved.view(-1)[at] += by;
            return Loss([.. leaves.Select((other, i) => i == leaf ? moved : other)]).item<double>();
        }
    }
}
