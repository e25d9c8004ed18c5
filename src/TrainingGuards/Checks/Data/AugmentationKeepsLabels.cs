using System.Reflection;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>What an augmentation does to inputs it does to their targets: a mirrored image has a mirrored mask, box or keypoint.</summary>
/// <remarks>
/// The targets of a batch are drawn as inputs, once before and once after: the batch of drawn inputs and true targets is augmented, as in training, and the augmented drawing must correlate with a drawing of the augmented targets, by
/// 0.8 or more on average in each of eight draws. Correlation does not mind brightness and contrast. The control: some draw moves something, so that targets that stayed where they were would be seen. It cannot see an
/// augmentation that keeps places and changes the class, a 6 turned into a 9. Cost: no pass of the model; one batch.
/// </remarks>
/// <param name="augment">The augmentation of a batch, as training applies it: inputs and targets of another batch.</param>
/// <param name="drawing">Draws the targets of a batch as inputs, of the shape of its inputs: a mask itself, boxes filled, keypoints as discs.</param>
/// <param name="times">How often the batch is augmented.</param>
/// <param name="agreement">The least correlation of the augmented drawing and the drawing of the augmented targets.</param>
public sealed class AugmentationKeepsLabels(Func<Batch, Batch> augment, Func<Batch, Tensors> drawing, int times = 8, double agreement = 0.8) : Check
{
    private const long MostExamples = 32;

    /// <summary>The augmentation of a batch, as training applies it.</summary>
    public Func<Batch, Batch> Augment { get; } = augment ?? throw new ArgumentNullException(nameof(augment));

    /// <summary>Draws the targets of a batch as inputs, of the shape of its inputs.</summary>
    public Func<Batch, Tensors> Drawing { get; } = drawing ?? throw new ArgumentNullException(nameof(drawing));

    /// <summary>How often the batch is augmented.</summary>
    public int Times { get; } = times > 0 ? times : throw new ArgumentOutOfRangeException(nameof(times), times, "An augmentation is tried at least once.");

    /// <summary>The least correlation of the augmented drawing and the drawing of the augmented targets.</summary>
    public double Agreement { get; } = agreement is > 0 and < 1 ? agreement : throw new ArgumentOutOfRangeException(nameof(agreement), agreement, "A correlation lies between 0 and 1.");

    /// <inheritdoc/>
    public override string Claim => "What augmentation does to inputs it does to their targets as well.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Batch batch = trial.Batch.First(MostExamples);
        DrawnAugmentation[] draws = [.. Enumerable.Range(0, Times).Select(_ => DrawnAugmentation.Of(trial, batch, Augment, Drawing))];
        Reading[] readings = [.. draws.Select((draw, k) => new Reading(draw.Kept, $"in draw {Numbers.Text(k)}")).Where((_, k) => draws[k].Examples > 0)];
        if (readings.Length == 0)
            return Findings.Inconclusive("targets whose drawing is not the same everywhere; in all examples of the batch it is");
        double least = Agreement;
        bool broken = readings.Any(reading => !(reading.Value >= least));
        return new()
        {
            Claims = [new("correlation of augmented drawing and drawing of augmented targets", Bound.AtLeast(Agreement), readings)],
            Controls = [new($"draws of {Numbers.Text(Times)} that would show targets left where they were", Bound.AtLeast(1), draws.Count(draw => draw.Examples > 0 && !(draw.Unmoved >= least)))],
            Causes = broken ? AugmentationCauses.Of(draws, Agreement) : [],
            Where = broken ? PlaceOf(Augment.Method) : null,
        };
    }

    private static Place PlaceOf(MethodInfo method) =>
        new(method.Name.Contains('<', StringComparison.Ordinal) ? "augment" : $"{method.DeclaringType?.Name}.{method.Name}", MethodLines.Of(method) is { } lines ? lines.Text(lines.First, lines.Last) : null);
}
