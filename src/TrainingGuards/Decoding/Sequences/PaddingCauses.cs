using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>What looks at padding: the first module in which what is said of the tokens is no longer the same, and what it is or calls.</summary>
internal static class PaddingCauses
{
    /// <summary>What can bring padding into what is said of tokens.</summary>
    public static readonly string[] Suspects = ["softmax", "scaled_dot_product_attention", "mean", "sum", "max", "amax", "select", "get_Item", "conv1d"];

    private static readonly string[] Attention = ["TransformerEncoder", "TransformerEncoderLayer", "TransformerDecoder", "TransformerDecoderLayer", "Transformer", "MultiheadAttention"];

    /// <summary>Passes both batches through the model in the mode that it is in.</summary>
    public static (Cause Cause, Place? Where) Of(Trial trial, PaddedBatch pair, Batch padded, double tolerance)
    {
        if (Mixes(trial, pair, tolerance))
        {
            return (
                new(
                    "what is said of a sequence depends on the other sequences of the batch, whatever stands at their padding: examples are mixed, and padding with them",
                    "make ExamplesAreIsolated hold first, which says where: look for a view that stands for a permute, a recurrence without batchFirst: true, and a sum over dimension 0", "TG6001, TG6010"),
                null);
        }
        IReadOnlyList<TraceEvent> bare = ModuleTrace.Copied(trial.Model, () => trial.Forward(pair.Bare.Inputs)), full = ModuleTrace.Copied(trial.Model, () => trial.Forward(padded.Inputs));
        Culprit? culprit = bare.Count != full.Count ? null : Culprit.In(trial.Model, bare, at => Differ(bare[at], full[at], pair, tolerance));
        return (Cause(trial.Model, culprit, pair), culprit is null ? null : OwnCalls.Place(culprit, Suspects));
    }

    // With others in the place of one half of the examples, the other half says the same where each stands alone; either half, since a recurrence over the batch goes one way. Batch statistics in training mix by right.
    private static bool Mixes(Trial trial, PaddedBatch pair, double tolerance)
    {
        int n = (int)pair.Bare.Size, half = n / 2;
        if (trial.Model.training || half == 0) return false;
        Tensors before = trial.Forward(pair.Bare.Inputs).Select(output => output.clone());
        return Changes(0, half, other: 0) || Changes(half, n - half, other: n - 1);

        bool Changes(int from, int count, long other)
        {
            Tensors after = trial.Forward(pair.Bare.At([.. Enumerable.Range(0, n).Select(i => i >= from && i < from + count ? i : other)]).Inputs);
            return before.Zip(after).Any(both => both.First.is_floating_point() && both.First.dim() > 0 && both.First.shape[0] == n && both.First.shape.AsSpan().SequenceEqual(both.Second.shape)
                && RelativeDistance.Of(both.Second.narrow(0, from, count), both.First.narrow(0, from, count), both.First) > tolerance);
        }
    }

    // The last states of a recurrence are those of the padding, which is right where they are not used.
    private static bool? Differ(TraceEvent bare, TraceEvent full, PaddedBatch pair, double tolerance)
    {
        int count = !bare.Entered && IsRecurrent(bare.Module) ? 1 : bare.Tensors.Count;
        double[] apart = [.. Enumerable.Range(0, Math.Min(count, full.Tensors.Count)).Select(k => pair.Apart(bare.Tensors[k], full.Tensors[k])).OfType<Reading>().Select(reading => reading.Value)];
        return apart.Length == 0 ? null : apart.Any(value => !(value <= tolerance));
    }

    private static Cause Cause(nn.Module model, Culprit? culprit, PaddedBatch pair)
    {
        string added = $"{Numbers.Text(pair.Added)} more positions of padding {(pair.OnTheLeft ? "before" : "after")} the tokens change what is said of them";
        if (culprit is null) return new(added, "look for attention without a padding mask, and for reductions over time");
        string type = culprit.Module.GetType().Name, path = culprit.Path;
        IReadOnlyList<string> called = OwnCalls.Of(culprit.Module);
        if (Attention.Contains(type))
            return new($"{added}: `{path}` ({type}) attends to padding", $"pass {(type == "MultiheadAttention" ? "key_padding_mask" : "src_key_padding_mask")}: true, or −∞, where tokens.eq(padding)");
        if (called.Any(name => name is "softmax" or "scaled_dot_product_attention"))
            return new($"{added}: attention in `{path}` sees padding", "add −∞ to the scores of keys that are padding, before softmax");
        if (IsRecurrent(culprit.Module))
            return new($"{added}: `{path}` ({type}) {(IsBidirectional(culprit.Module) ? "reads backwards from the padding on" : "reads the padding before the tokens")}", "pack the sequences with their lengths: rnn.pack_padded_sequence");
        if (culprit.Module is LayerNorm or GroupNorm or InstanceNorm || ModuleKind.IsBatchNorm(culprit.Module))
            return new($"{added}: `{path}` ({type}) takes its mean and variance over padding too{(culprit.Module.training && ModuleKind.IsBatchNorm(culprit.Module) ? ", in training" : "")}", "normalise the features of each position (LayerNorm over the last dimension), or only what is no padding: x[mask]");
        if (culprit.Module is Convolution || called.Contains("conv1d"))
            return new($"{added}: the kernel of `{path}` reaches from tokens into padding, which is not 0 there", "set what stands at padding to 0 before each convolution: x * mask");
        if (type.Contains("Pool", StringComparison.Ordinal) || called.FirstOrDefault(name => name is "mean" or "sum" or "max" or "amax" or "adaptive_avg_pool1d" or "avg_pool1d") is not null)
        {
            string by = called.FirstOrDefault(name => name is "mean" or "sum" or "max" or "amax" or "adaptive_avg_pool1d" or "avg_pool1d") ?? type;
            return new($"{added}: {by} in `{path}` counts padding", "(x * mask).sum(1) / mask.sum(1), with a mask of 1 at tokens; for a maximum masked_fill(padding, −∞)");
        }
        if (called.Any(name => name is "select" or "get_Item" or "narrow") || ModelTensors.Modules(model).Any(part => IsRecurrent(part.Module)))
            return new($"{added}: `{path}` takes the last position or the last state, which is that of the padding", "gather the state of each sequence's last token, or pack the sequences: rnn.pack_padded_sequence");
        return new($"{added}, first in `{path}`", "look for attention without a padding mask, and for reductions over time");
    }

    private static bool IsRecurrent(nn.Module module) => module is LSTM or GRU or RNN;

    private static bool IsBidirectional(nn.Module module) => module.named_parameters(recurse: false).Any(part => part.name.EndsWith("_reverse", StringComparison.Ordinal));
}
