using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>A way to come to a number from the batches of a set.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Is">What is done with it, after "is": <c>the accuracy of the last batch alone</c>.</param>
/// <param name="Value">What it comes to.</param>
/// <param name="IsWhole">Whether it is the metric over the whole set.</param>
/// <param name="Remedy">What to do where Evaluate returns it.</param>
/// <param name="Rule">The rule that sees it in the source; null for none.</param>
internal sealed record MetricHypothesis(string Metric, string Is, double Value, bool IsWhole, string Remedy, string? Rule = null)
{
    private const string Weigh = "sum over all examples, and divide once, by their number";

    /// <summary>All that a metric function of the user's own may be.</summary>
    /// <param name="validation">The batches of the validation set.</param>
    /// <param name="training">Those of the training set; null where they were not asked for.</param>
    public static IEnumerable<MetricHypothesis> Of(IReadOnlyList<MetricParts> validation, IReadOnlyList<MetricParts>? training)
    {
        foreach (string metric in validation[0].Sums.Keys)
        {
            (double Sum, double Count)[] parts = [.. validation.Select(part => part.Sums[metric]).Where(part => part.Count > 0)];
            if (parts.Length == 0) continue;
            yield return new(metric, $"the {metric} over the whole set", Mean(parts), true, "");
            if (metric == "loss") yield return new(metric, "the exponential of the mean loss", Math.Exp(Mean(parts)), true, "");
            if (metric == "mean squared error") yield return new(metric, "the root of the mean squared error", Math.Sqrt(Mean(parts)), true, "");
            if (parts.Length > 1)
            {
                string sizes = $"{Numbers.Text(parts.Length)} batches, the last of {Numbers.Text(validation[^1].Examples)} examples";
                yield return new(metric, $"the {metric} of the last batch alone ({sizes})", Mean(parts[^1..]), false, "add up over the batches; assign only before the loop");
                yield return new(metric, $"the {metric} of the first batch alone ({sizes})", Mean(parts[..1]), false, "go through all batches: look for a break or return in the loop");
                yield return new(metric, $"the {metric} without the last batch ({sizes})", Mean(parts[..^1]), false, "evaluate with drop_last: false");
                yield return new(metric, $"the mean over the batches of their {metric} ({sizes}, which weighs as much as the others)", parts.Average(part => part.Sum / part.Count), false, Weigh);
                yield return new(metric, $"the sum over the batches of their {metric}, not divided ({sizes})", parts.Sum(part => part.Sum / part.Count), false, Weigh);
                yield return new(metric, $"the sum over the batches of their {metric}, divided by the number of examples ({sizes})", parts.Sum(part => part.Sum / part.Count) / parts.Sum(part => part.Count), false, "multiply each batch's mean by its number of examples before dividing");
            }
            yield return new(metric, $"the sum of the {metric} over the examples, not divided", parts.Sum(part => part.Sum), false, "divide by the number of examples");
            if (training is { Count: > 0 })
                yield return new(metric, $"the {metric} of the training set", Mean([.. training.Select(part => part.Sums[metric])]), false, "evaluate what Validation yields", "TG5004");
        }
    }

    private static double Mean((double Sum, double Count)[] parts) => parts.Sum(part => part.Sum) / parts.Sum(part => part.Count);
}
