using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why an example alone has another output than in a batch: noise, a lost dimension, the number of examples, or the others among them.</summary>
internal sealed class BatchDependence(Trial trial, Batch batch, double tolerance)
{
    private static readonly string[] Counting = ["get_shape", "size", "numel", "view", "reshape", "sum", "div"];

    /// <summary>Passes the batch again, the example with copies of itself, and both once more with what passes between modules.</summary>
    /// <param name="part">The example, or two where one alone cannot be passed.</param>
    /// <param name="whole">The outputs of the batch.</param>
    /// <param name="own">The outputs of the example by itself.</param>
    public (Cause Cause, Place? Where) Of(BatchPart part, Tensors whole, Tensors own)
    {
        if (IsNoisy(whole)) return EvaluationNoise.Of(trial, batch);
        Culprit? culprit = Localise(part);
        if (whole.Zip(own).Where(pair => part.LosesDimension(pair.First, pair.Second) && pair.Second.dim() > 0).Select(pair => (Many: pair.First, One: pair.Second)).FirstOrDefault() is ({ } many, { } one))
        {
            return (
                new($"{Numbers.Text(part.Examples)} examples give {ShapeText.Of(many)}, one alone gives {ShapeText.Of(one)}: squeeze drops the dimension of the batch with the others of size 1", "give squeeze the dimension that is to go", "TG6003"),
                culprit?.Place("squeeze", "squeeze_"));
        }
        string name = part.Count == 1 ? $"example {Numbers.Text(part.First)}" : $"examples {Numbers.Text(part.First)} and {Numbers.Text(part.First + 1)}";
        if (own.Zip(whole).Any(pair => pair.First.isnan().any().ToBoolean() && !pair.Second.isnan().any().ToBoolean()))
        {
            return (
                new($"{name} alone {(part.Count == 1 ? "gives" : "give")} NaN: a statistic over the batch that one example does not have, such as a standard deviation", "take statistics over the dimensions of an example, not over dimension 0", "TG6004"),
                culprit?.Place("std", "var", "std_mean", "var_mean"));
        }
        // Copies of an example are as many as the batch and yet no others.
        string remedy = "take statistics over the dimensions of an example, not over dimension 0";
        if (part.Count > 1) return (new("the output of an example depends on the rest of the batch", remedy, "TG6004, TG6010"), culprit?.Place(BatchPattern.Suspects));
        Batch copies = batch.At([.. Enumerable.Repeat(part.First, (int)part.Examples)]);
        var first = new BatchPart(0, 1, part.Examples);
        double apart = trial.Forward(copies.Inputs).Zip(own).Where(pair => pair.First.is_floating_point()).Select(pair => first.Distance(pair.First, pair.Second) ?? 0).Max();
        if (!(apart <= tolerance))
        {
            return (
                new(
                    $"{name} among {Numbers.Text(part.Examples - 1)} copies of itself gives another output than alone (difference {Numbers.Text(apart)}): the output depends on the number of examples",
                    "look for a sum over dimension 0, a division by shape[0], or a view that counts examples among the features", "TG6002, TG6004"),
                culprit?.Place(Counting));
        }
        string evidence = $"{name} among {Numbers.Text(part.Examples - 1)} copies of itself gives what it gives alone: the output depends on which the other examples are, not on how many";
        return Stateless() is { } norm
            ? (new($"{evidence}; `{norm}` has no running statistics and normalises by the batch in evaluation too", "leave out track_running_stats: false"), culprit?.Place())
            : (new(evidence, $"{remedy}; ExamplesAreIsolated tells who influences whom", "TG6004, TG6010"), culprit?.Place([.. BatchPattern.Suspects, "batch_norm"]));
    }

    private bool IsNoisy(Tensors whole) => trial.Forward(batch.Inputs).Zip(whole)
        .Any(pair => pair.First.is_floating_point() && pair.First.shape.AsSpan().SequenceEqual(pair.Second.shape) && !(RelativeDistance.Of(pair.First, pair.Second, pair.Second) <= tolerance));

    private Culprit? Localise(BatchPart part)
    {
        Batch own = part.Of(batch);
        IReadOnlyList<TraceEvent> together = ModuleTrace.Copied(trial.Model, () => trial.Forward(batch.Inputs)), apart = ModuleTrace.Copied(trial.Model, () => trial.Forward(own.Inputs));
        return together.Count == apart.Count ? Culprit.In(trial.Model, together, i => IsBroken(part, together[i].Tensors, apart[i].Tensors)) : null;
    }

    private bool? IsBroken(BatchPart part, Tensors whole, Tensors own)
    {
        if (whole.Count != own.Count) return null;
        bool told = false;
        for (int k = 0; k < whole.Count; k++)
        {
            if (part.LosesDimension(whole[k], own[k])) return true;
            if (part.Distance(whole[k], own[k]) is not { } distance) continue;
            told = true;
            if (!(distance <= Math.Max(tolerance, Rounding.Of(whole[k])))) return true;
        }
        return told ? false : null;
    }

    private string? Stateless() => ModelTensors.Modules(trial.Model).Where(at => ModuleKind.IsBatchNorm(at.Module) && !at.Module.named_buffers(recurse: false).Any()).Select(at => at.Path).FirstOrDefault();
}
