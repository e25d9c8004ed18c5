using TorchSharp.Modules;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Reads from the pattern of which output changes with which later input, and from the module that began it, what looks ahead.</summary>
internal static class TimePattern
{
    /// <summary>What combines positions, or puts them elsewhere.</summary>
    public static readonly string[] Suspects =
        ["softmax", "scaled_dot_product_attention", "triu", "tril", "masked_fill", "flip", "roll", "mean", "sum", "std", "var", "conv1d", "layer_norm", "view", "reshape"];

    private static readonly string[] Torch = ["TransformerEncoder", "TransformerEncoderLayer", "TransformerDecoder", "TransformerDecoderLayer", "Transformer", "MultiheadAttention"];

    /// <summary>The likely causes.</summary>
    /// <param name="leaks">What changes with what.</param>
    /// <param name="what">What the inputs are: tokens.</param>
    /// <param name="culprit">The first module that looks ahead; null where it was not found.</param>
    /// <param name="ahead">How many positions ahead it looks, as far as its own output tells.</param>
    public static IReadOnlyList<Cause> Of(TimeLeaks leaks, string what, Culprit? culprit, int ahead)
    {
        (int Output, int Input)[] future = [.. leaks.Pairs(future: true)], leaking = leaks.FromTheFuture();
        if (leaking.Length == 0)
        {
            return [new(
                $"with all later {what} replaced earlier outputs change, and with one of them alone no output: what looks ahead answers only to several together, as a maximum or rounding of a sum does",
                "look for a maximum, a sort, a quantile or a count over time")];
        }
        string share = $"{Numbers.Text(leaking.Length)} of {Numbers.Text(future.Length)} pairs";
        (int Output, int Input) first = leaking.FirstOrDefault(pair => pair.Output > 0, leaking[0]);
        string example = $"output {Numbers.Text(first.Output)} changes with {what[..^1]} {Numbers.Text(first.Input)} (Δ {Numbers.Text(leaks[first.Output, first.Input])})";

        IReadOnlyList<string> called = OwnCalls.Of(culprit?.Module);
        int past = leaks.Pairs(future: false).Count(pair => leaks[pair.Output, pair.Input] != 0);
        bool Leaks((int Output, int Input) pair) => leaks[pair.Output, pair.Input] != 0;
        if (leaks.Pairs(future: false).Concat(future).All(pair => Leaks(pair) == pair.Output + pair.Input >= leaks.Length - 1)) return [Flipped(example)];
        if (past == 0) return [Reversed(example, share, called)];
        if (culprit is not null && Known(culprit.Module, culprit.Path, example) is { } known) return [known];

        int far = leaking.Max(pair => pair.Input - pair.Output);
        if (Block(leaks, future) is { } block)
        {
            return [new(
                $"{example}: each output changes with the {what} of its own block of {Numbers.Text(block)} and of no later one ({share}): the mask has the wrong shape, or repeats itself in blocks",
                "give the mask the shape [time, time] (or [batch · heads, time, time]) and no view or repeat after triu(1)")];
        }
        if (far < leaks.Length - 1 && future.All(pair => Leaks(pair) == pair.Input - pair.Output <= far)) return [Band(leaks, example, what, first.Output, far, culprit, called, ahead)];
        if (leaking.Length == future.Length) return [Dense(example, what, share, culprit, called)];
        return [new(
            $"{example}: {share} of an output and a later {what[..^1]} are coupled, in no order of a causal mask: positions are sorted, rolled or put elsewhere",
            "look for roll and sort along time, view or reshape where a transpose was meant, and a mask that is random or made for another length", called.Any(name => name is "view" or "reshape") ? "TG6001" : null)];
    }

    private static Cause Flipped(string example) => new(
        $"{example}: output t changes with what comes from position T − 1 − t on, as if it was read backwards: time is reversed",
        "take out the flip along time, or flip the output back and do not predict what follows with it");

    private static Cause Reversed(string example, string share, IReadOnlyList<string> called)
    {
        string evidence = $"{example}, and no output with anything earlier ({share}): each sees what comes after it and not what came before";
        return called.Contains("flip")
            ? new(evidence + ", since time is reversed by flip", "take out the flip along time: what is read backwards knows what follows")
            : new(evidence + ": the mask is the wrong way round, or time is reversed", "hide what is above the diagonal: full(−∞).triu(1), or ones().tril() where true lets a position be seen");
    }

    private static Cause? Known(nn.Module module, string path, string example)
    {
        if (module.named_parameters(recurse: false).Any(part => part.name.EndsWith("_reverse", StringComparison.Ordinal)))
            return new($"{example}: `{path}` is a bidirectional {module.GetType().Name}: half of its states come from the end of the sequence", "leave out bidirectional: true; a model that predicts what follows reads forward only");
        if (module is Convolution)
            return new($"{example}: the kernel of `{path}` ({module.GetType().Name}) is centred on its position: padded on both sides, as by padding: same, it covers what follows", "pad on the left alone, by dilation · (kernel size − 1): pad(x, (k − 1, 0)) before a convolution without padding");
        if (module is LayerNorm or GroupNorm or InstanceNorm || (ModuleKind.IsBatchNorm(module) && !module.named_buffers(recurse: false).Any()))
            return new($"{example}: `{path}` ({module.GetType().Name}) takes its mean over all positions", "normalise the features of each position: LayerNorm over the last dimension of [batch, time, features]", "TG6004");
        return null;
    }

    // In a mask of one diagonal too many each layer looks one ahead, and those behind it two, three, …
    private static Cause Band(TimeLeaks leaks, string example, string what, int output, int far, Culprit? culprit, IReadOnlyList<string> called, int ahead)
    {
        string free = output + far + 1 < leaks.Length ? $", not with {Numbers.Text(output + far + 1)}" : "";
        if (called.Contains("conv1d"))
            return new($"{example}{free}: the kernel of conv1d is centred on its position and covers what follows", "pad on the left alone: pad(x, (k − 1, 0)) before a convolution without padding");
        int layers = culprit is not null && Torch.Contains(culprit.Module.GetType().Name)
            ? Math.Max(1, culprit.Module.named_parameters().Count(part => part.name.EndsWith("in_proj_weight", StringComparison.Ordinal)))
            : 1;
        int each = layers > 1 && far % layers == 0 ? far / layers : ahead > 0 && ahead < far ? ahead : far;
        string by = each == 1 ? "the mask is off by one" : $"the mask is off by {Numbers.Text(each)}";
        string why = each < far ? $"{by} in each of {Numbers.Text(far / each)} layers" : by;
        return new($"{example}{free}: {why}", $"use triu(diagonal: 1) for what is hidden, tril() for what is seen: position t sees the {what} up to t");
    }

    private static Cause Dense(string example, string what, string share, Culprit? culprit, IReadOnlyList<string> called)
    {
        string all = $"{example}; every output changes with every later {what[..^1]} ({share})";
        string type = culprit?.Module.GetType().Name ?? "";
        if (Torch.Contains(type))
            return new($"{all}: `{culprit!.Path}` ({type}) is given no mask, or one that hides nothing", "pass a mask: full(time, time, −∞).triu(1); is_causal and the mask of another layer do nothing here");
        if (called.Any(name => name is "softmax" or "scaled_dot_product_attention"))
            return new($"{all}: attention in `{culprit!.Path}` has no mask, or one that hides nothing", "add full(time, time, −∞).triu(1) to the scores before softmax, or pass is_casual: true to scaled_dot_product_attention");
        if (called.FirstOrDefault(name => name is "mean" or "sum" or "std" or "var" or "layer_norm" or "amax" or "max") is { } reduction)
            return new($"{all}: {reduction} in `{culprit!.Path}` runs over time", "reduce over the features, or up to each position only: cumsum in place of sum", "TG6004");
        return called.FirstOrDefault(name => name is "view" or "reshape") is { } view
            ? new($"{all}: positions change places by {view} in `{culprit!.Path}`", "use transpose or permute where dimensions are to change places", "TG6001")
            : new($"{all}: something runs over the whole sequence", "look for attention without a mask, a reduction over time, or a recurrence that reads backwards");
    }

    private static int? Block(TimeLeaks leaks, (int Output, int Input)[] future)
    {
        for (int block = 2; block <= leaks.Length / 2; block++)
            if (future.All(pair => leaks[pair.Output, pair.Input] != 0 == (pair.Output / block == pair.Input / block))) return block;
        return null;
    }
}
