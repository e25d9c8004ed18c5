using TrainingGuards.Reporting;

namespace TrainingGuards.Decoding;

/// <summary>Reads why augmented targets are not where their inputs are.</summary>
internal static class AugmentationCauses
{
    public static IReadOnlyList<Cause> Of(IReadOnlyList<DrawnAugmentation> draws, double agreement)
    {
        DrawnAugmentation[] wrong = [.. draws.Where(draw => draw.Examples > 0 && !(draw.Kept >= agreement))];
        DrawnAugmentation worst = wrong.MinBy(draw => draw.Kept)!;
        string often = $"{Numbers.Text(wrong.Length)} of {Numbers.Text(draws.Count)} draws";
        string moves = worst.ExplainedBy >= agreement ? $" (inputs are {worst.Explained.Replace("left where they were", "not moved", StringComparison.Ordinal)})" : "";
        if (wrong.All(draw => !draw.TargetsMove))
            return [new($"in {often} the inputs change and the targets are left as they were{moves}", "apply the same transform, with the same draw, to inputs and targets: flip the mask with the image, and x to width − 1 − x of a keypoint")];
        if (wrong.All(draw => !draw.InputsMove))
            return [new($"in {often} the targets change and the inputs are left as they were", "return the transformed inputs, not the original ones", "TG5003")];
        if (wrong.Length < draws.Count(draw => draw.Examples > 0) && draws.Any(draw => draw.Kept >= agreement && (draw.InputsMove || draw.TargetsMove)))
            return [new($"in {often} inputs and targets disagree, in the others they do not: each draws for itself, or one of several transforms leaves the targets out{moves}", "draw once, and give the draw to both")];
        return [new($"in {often} inputs and targets change in different ways{moves}", "apply the same transform to both: the same dimensions, the same direction, the same units of coordinates")];
    }
}
