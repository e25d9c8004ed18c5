using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Fitting;

/// <summary>
/// What no causal model can know of a few token sequences: where the same beginning goes on in different ways, as every first token does. It is what a perfect
/// prediction costs, and how often it is right.
/// </summary>
/// <param name="Entropy">The mean entropy of the target given the tokens so far, in nats a position.</param>
/// <param name="BestAccuracy">The share of positions that the likeliest target of each beginning gets right.</param>
internal sealed record Ambiguity(double Entropy, double BestAccuracy)
{
    private static readonly Ambiguity None = new(0, 1);

    /// <summary>Of integer inputs [batch, time] with a class a position; none for anything else.</summary>
    public static Ambiguity Of(Setup setup, Batch batch)
    {
        if (batch.Inputs.Count != 1 || batch.Targets.Count != 1) return None;
        Tensor input = batch.Inputs[0], target = batch.Targets[0];
        if (input.is_floating_point() || input.dim() != 2 || target.is_floating_point() || !target.shape.AsSpan().SequenceEqual(input.shape)) return None;
        using var scope = NewDisposeScope();
        long[] tokens = HostNumbers.Integers(input), targets = HostNumbers.Integers(target);
        int time = (int)input.shape[1];

        var children = new Dictionary<(int Beginning, long Token), int>();
        var seen = new Dictionary<int, Dictionary<long, int>>();
        for (int i = 0; i < tokens.Length; i += time)
        {
            int beginning = 0;
            for (int t = i; t < i + time; t++)
            {
                if (!children.TryGetValue((beginning, tokens[t]), out int next)) children.Add((beginning, tokens[t]), next = children.Count + 1);
                beginning = next;
                if (targets[t] == setup.IgnoreIndex) continue;
                if (!seen.TryGetValue(beginning, out Dictionary<long, int>? counts)) seen.Add(beginning, counts = []);
                counts[targets[t]] = counts.GetValueOrDefault(targets[t]) + 1;
            }
        }
        double positions = seen.Values.Sum(counts => counts.Values.Sum());
        if (positions == 0) return None;
        double entropy = seen.Values.Sum(counts => counts.Values.Sum(count => -count * Math.Log((double)count / counts.Values.Sum())));
        return new(entropy / positions, seen.Values.Sum(counts => counts.Values.Max()) / positions);
    }
}
