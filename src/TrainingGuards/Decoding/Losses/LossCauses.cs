using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why a loss is not the mean over its examples: each cause has a signature that no sound loss has.</summary>
internal static class LossCauses
{
    /// <summary>A sum, alone or beside a mean; null where the loss does not grow like one.</summary>
    public static Cause? Growth(LossStructure loss)
    {
        string n = Numbers.Text(loss.Examples);
        if (loss.SumPart() is { } part)
        {
            bool whole = Math.Abs(part - loss.Once) <= LossStructure.Tolerance * loss.Scale;
            string[] terms = [.. loss.Terms.Zip(loss.TermsTwice).Where(pair => pair.First.Name.Length > 0 && Math.Abs(pair.Second.Value - pair.First.Value) > LossStructure.Tolerance * loss.Scale).Select(pair => $"`{pair.First.Name}`")];
            string what = terms.Length > 0 ? $"{Words.List(terms)} {(terms.Length == 1 ? "is a sum" : "are sums")} over examples" : whole ? "it is a sum over examples, not a mean" : $"{Numbers.Text(part)} of it is a sum over examples, beside a mean";
            return new(
                $"the loss of {n} examples is {Numbers.Text(loss.Once)}, and {Numbers.Text(loss.Twice)} where each is given twice: {what}",
                "leave out reduction: Reduction.Sum, or divide by the number of examples; then choose the learning rate again", "TG4008");
        }
        if (loss.IsDividedTwice())
            return new(
                $"the loss of {n} examples is {Numbers.Text(loss.Once)}, and half of it, {Numbers.Text(loss.Twice)}, where each is given twice: a mean is divided by the number of examples again",
                "divide by the number of batches where losses are averaged over an epoch, and nowhere where the loss is a mean already", "TG1009");
        if (loss.IsSoftmaxOverExamples())
            return new(
                $"the loss of {n} examples grows by log 2 = 0.693, from {Numbers.Text(loss.Once)} to {Numbers.Text(loss.Twice)}, where each is given twice, and does not see what is added to a column of the outputs: a softmax runs over the batch",
                "give softmax or log_softmax the dimension of the classes, dim: -1", "TG6004");
        return null;
    }

    /// <summary>Every output against every target.</summary>
    public static Cause AllPairs(LossStructure loss, Tensors outputs, Tensors targets)
    {
        long n = loss.Examples;
        bool shapes = outputs.Count == 1 && targets.Count == 1 && outputs[0].numel() == targets[0].numel() && !outputs[0].shape.AsSpan().SequenceEqual(targets[0].shape);
        string seen = $"the loss is the same with each other's targets ({Numbers.Text(loss.Once)} and {Numbers.Text(loss.Exchanged!.Value)}), and that of a few examples, {Numbers.Text(loss.Some)}, is the mean over all pairs of an output and a target";
        return shapes
            ? new($"outputs {outputs.Shapes} and targets {targets.Shapes} are broadcast to all pairs: {seen}", $"bring both to one shape: output.squeeze(-1) or target.unsqueeze(-1); {n} × {n} numbers become {n}", "TG4006")
            : new($"every output is compared with every target: {seen}", "give both the same shape before they are compared", "TG4006");
    }

    /// <summary>Outputs against other examples' targets.</summary>
    public static Cause Mispaired(LossStructure loss, IReadOnlyList<(long Example, long Other)> pairs)
    {
        (long example, long other) = pairs[0];
        return new(
            $"the outputs of example {Numbers.Text(example)} are compared with the target of example {Numbers.Text(other)}, and so are {Numbers.Text(pairs.Select(pair => pair.Example).Distinct().Count())} of the first {Numbers.Text(Math.Min(loss.Examples, 8))} with others': outputs and targets are flattened in different orders",
            "bring both to [batch, time, …] by permute, not by view or reshape, before they are flattened", "TG6001, TG6010");
    }
}
