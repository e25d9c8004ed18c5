using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads from the pattern of who influences whom what mixed the examples of a batch.</summary>
internal static class BatchPattern
{
    /// <summary>What combines numbers along a dimension.</summary>
    public static readonly string[] Suspects = ["mean", "sum", "softmax", "log_softmax", "cumsum", "std", "var", "norm", "max", "amax", "roll", "flip", "sort", "normalize"];

    /// <summary>The cause where whole examples have changed places; null elsewhere.</summary>
    public static Cause? Reordered(ExampleLeaks leaks)
    {
        int n = leaks.Examples;
        return Enumerable.Range(0, n).All(i => leaks[i, i] == 0 && Enumerable.Range(0, n).Count(j => !(leaks[i, j] == 0)) == 1)
            ? new(
                "each output follows exactly one example, and not its own: the examples are reordered as a whole",
                "look for roll, flip, sort or an index along dimension 0 between input and output")
            : null;
    }

    /// <summary>The likely cause; where the pattern fits none, who influences whom.</summary>
    public static Cause Of(ExampleLeaks leaks, Tensors outputs)
    {
        int n = leaks.Examples;
        bool Leak(int i, int j) => !(leaks[i, j] == 0);
        (int I, int J)[] pairs = [.. from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, n) where i != j select (i, j)];
        (int I, int J)[] leaking = [.. pairs.Where(pair => Leak(pair.I, pair.J))];
        string Share() => $"{Numbers.Text(leaking.Length)} of {Numbers.Text(pairs.Length)} pairs";

        if (leaking.Select(pair => pair.J).Distinct().Count() == 1 && leaking.Length == n - 1)
        {
            return new(
                $"every output depends on example {Numbers.Text(leaking[0].J)} and on no other but its own: one example is broadcast over the batch",
                "look for an index or select that takes one row, x[0], where the whole batch was meant");
        }
        if (leaking.Length == pairs.Length) return Dense(outputs, Share());
        if (pairs.All(pair => Leak(pair.I, pair.J) == pair.J < pair.I)) return Triangle("earlier", Share());
        if (pairs.All(pair => Leak(pair.I, pair.J) == pair.J > pair.I)) return Triangle("later", Share());
        int width = leaking.Max(pair => Math.Abs(pair.I - pair.J));
        if (width < n - 1 && pairs.All(pair => Leak(pair.I, pair.J) == Math.Abs(pair.I - pair.J) <= width))
        {
            return new(
                $"each output depends on its {Numbers.Text(width)} neighbours in the batch on either side ({Share()}): a convolution or a pooling runs over the batch",
                "put the batch in dimension 0 and the channels in dimension 1 before the convolution");
        }
        return new(
            $"the output of example {Numbers.Text(leaking[0].I)} depends on example {Numbers.Text(leaking[0].J)}, and so do {Share()}, in no order of a reduction, a recurrence or neighbours: numbers of different examples change places, or some are picked out",
            "look for view and reshape where a permute was meant, for an index along dimension 0, and for what is kept from one example for the next", "TG6001");
    }

    private static Cause Dense(Tensors outputs, string share)
    {
        foreach (Tensor output in outputs)
        {
            if (!output.is_floating_point() || output.dim() < 2) continue;
            Tensor values = output.detach().to(ScalarType.Float64);
            double largest = values.abs().max().ToDouble();
            if (largest > 0 && values.ge(0).all().ToBoolean() && (values.sum(dim: 0) - 1).abs().max().ToDouble() < 1e-4)
                return new("the outputs of all examples sum to 1 in every column: a softmax runs over the batch", "give softmax the dimension of the classes, dim: -1", "TG6004");
            if (largest > 0 && (values - values.narrow(0, 0, 1)).abs().max().ToDouble() <= 1e-6 * largest)
                return new("all examples have the same output: a mean, sum or max runs over the batch", "reduce over the dimensions of an example, not over dimension 0", "TG6004");
        }
        return new(
            $"every output depends on every example ({share}): a statistic, a softmax or attention runs over the batch",
            "look for a reduction over dimension 0, attention fed [batch, time, features] where it expects [time, batch, features], or normalisation by the batch in evaluation",
            "TG6004, TG6010");
    }

    private static Cause Triangle(string side, string share) => new(
        $"each output depends on all {side} examples of the batch and on no others ({share}): a recurrence, a cumulative sum or causal attention runs over the batch",
        "give LSTM, GRU and RNN batchFirst: true, or put time in dimension 0 for attention",
        "TG6010");
}
