using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>By which way an untrained model comes to know the labels.</summary>
internal static class LabelKnowledge
{
    private const double Gone = 0.5;

    /// <param name="trial">The model.</param>
    /// <param name="batches">The examples.</param>
    /// <param name="predictions">What it predicts for them.</param>
    /// <param name="loaded">Whether builds from different seeds are the same; null where that is not known.</param>
    /// <param name="evidence">What was seen.</param>
    public static (IReadOnlyList<Cause> Causes, Place? Where) Of(Trial trial, IReadOnlyList<Batch> batches, FirstPredictions predictions, bool? loaded, string evidence)
    {
        var causes = new List<Cause>();
        IReadOnlyList<string> features = LabelFeatures.In(batches[0], predictions);
        if (Input(trial, batches[0]) is { } input)
            causes.Add(new($"{evidence}, and no longer when the examples of {input} are shuffled: it tells the label, and the model hands it on", $"take the label out of {input}"));
        if (features.Count > 0)
            causes.Add(new($"{evidence}, and {Words.List([.. features])} {(features.Count == 1 ? "is" : "are")} one number within each class and another in each: the label under another name", "take it out of the inputs"));
        if (loaded == true)
            causes.Add(new($"{evidence}, and builds from two seeds give the same outputs: the weights are loaded or kept, from a training that has seen such labels", "build the model untrained, or leave this check out where a trained one is what you mean to train on", "TG7002"));
        if (causes.Count == 0)
            causes.Add(new($"{evidence}: what the model computes with its inputs finds the class, whatever its weights are", "look for the label among the inputs, in a field that Batch fills, or in Forward"));
        return (causes, loaded == true || MethodLines.Forward(trial.Model) is not { } lines ? new(trial.Model.GetType().Name, null) : new(trial.Model.GetType().Name, lines.Text(lines.First, lines.Last)));
    }

    // Of several inputs the one without whose order the labels are no longer known.
    private static string? Input(Trial trial, Batch batch)
    {
        if (batch.Inputs.Count < 2) return null;
        double known = LabelAlignment.Of(FirstPredictions.Of(trial, [batch])).Gap;
        for (int k = 0; k < batch.Inputs.Count; k++)
        {
            if (batch.Inputs[k].dim() == 0 || batch.Inputs[k].shape[0] != batch.Size) continue;
            Tensor of = batch.Inputs[k], order = randperm(batch.Size, device: of.device);
            Batch shuffled = batch with { Inputs = batch.Inputs.Select(tensor => ReferenceEquals(tensor, of) ? tensor.index_select(0, order) : tensor) };
            if (LabelAlignment.Of(FirstPredictions.Of(trial, [shuffled])).Gap < Gone * known) return batch.Inputs.NameOf(k, "input");
        }
        return null;
    }
}
