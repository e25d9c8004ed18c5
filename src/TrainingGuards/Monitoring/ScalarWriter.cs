using TorchSharp.Modules;

namespace TrainingGuards.Monitoring;

/// <summary>Writes what the monitor sees as scalars for TensorBoard: of the steps that are looked into, so that the files count to what looking costs.</summary>
internal sealed class ScalarWriter(SummaryWriter writer)
{
    /// <summary>Loss, learning rates, gradients, updates and predictions of a step.</summary>
    public void Write(StepSample sample)
    {
        Add("loss", sample.Loss, sample.Step);
        for (int i = 0; i < sample.LearningRates.Count; i++) Add(sample.LearningRates.Count == 1 ? "learning rate" : $"learning rate/{i}", sample.LearningRates[i], sample.Step);
        if (sample.Parameters is { Count: > 0 } parameters)
        {
            Add("gradient norm", Math.Sqrt(parameters.Where(one => !double.IsNaN(one.GradientRms)).Sum(one => one.GradientRms * one.GradientRms * one.Count)), sample.Step);
            Add("weight rms", Math.Sqrt(parameters.Sum(one => one.WeightRms * one.WeightRms * one.Count) / parameters.Sum(one => one.Count)), sample.Step);
            foreach (ParameterSample one in parameters.Where(one => one.Dimensions >= 2 && one.WeightStd > 0)) Add($"update over weight/{one.Name}", one.UpdateStd / one.WeightStd, sample.Step);
        }
        foreach (PredictionSample one in sample.Predictions ?? [])
        {
            Add($"change of predictions/{one.Output}", one.Change, sample.Step);
            Add($"entropy of predictions/{one.Output}", one.Entropy, sample.Step);
            Add($"right predictions/{one.Output}", one.Right, sample.Step);
        }
    }

    /// <summary>What an evaluation gave.</summary>
    public void Write(ValidationSample sample) => Add("validation", sample.Metric, sample.Step);

    // A number that was not read is none; one that is not finite is what a reader wants to see.
    private void Add(string tag, double value, long step)
    {
        if (!double.IsNaN(value) || tag is "loss" or "validation" or "gradient norm") writer.add_scalar(tag, (float)value, (int)Math.Min(step, int.MaxValue));
    }
}
