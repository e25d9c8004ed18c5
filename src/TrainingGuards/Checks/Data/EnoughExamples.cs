using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Data;

/// <summary>There are examples enough that every class is more than a few of them, and that validation tells models apart.</summary>
/// <remarks>
/// Advice with a limit: each class has at least <c>perClass</c> training examples (of 10 the mean is known to a third of their spread), and validation so many that its accuracy is known to ± <c>resolution</c> with 95 %, 1.96²/(4·resolution²). How many
/// are enough to learn from no number tells beforehand: what rules of thumb say is noted. It is for classes, single or several. Cost: no pass of the model; up to 10,000 training examples.
/// </remarks>
/// <param name="perClass">The fewest training examples of a class.</param>
/// <param name="resolution">How closely, as a share, the accuracy of validation is to be known: 0.1 for ten points.</param>
public sealed class EnoughExamples(int perClass = 10, double resolution = 0.1) : Check
{
    private const int MostRead = 10_000;
    private const double TwoSided95 = 1.96;

    /// <summary>The fewest training examples of a class.</summary>
    public int PerClass { get; } = perClass > 0 ? perClass : throw new ArgumentOutOfRangeException(nameof(perClass), perClass, "A class has at least one example.");

    /// <summary>How closely, as a share, the accuracy of validation is to be known.</summary>
    public double Resolution { get; } = resolution is > 0 and < 0.5 ? resolution : throw new ArgumentOutOfRangeException(nameof(resolution), resolution, "Accuracy is known within less than half.");

    /// <inheritdoc/>
    public override string Claim => "Every class has more than a few training examples, and validation has enough to tell models apart.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Training is not { } training) return Findings.NotApplicable("the setup gives no Training, whose examples are counted; set Training = Examples.From(…)");
        ClassCounts classes = ClassCounts.Of(trial, training, PerClass, MostRead);
        if (classes.Counts.Count == 0) return Findings.NotApplicable("the targets are no classes: how many examples are enough depends on their noise");
        var claims = new List<Measurement> { new("training examples", Bound.AtLeast(PerClass), [.. classes.Counts.Select(count => new Reading(Math.Round(count.Count), $"of {count.Name}"))]) };
        var causes = new List<Cause>();
        (string rarest, double fewest) = classes.Counts[0];
        if (fewest < PerClass)
        {
            causes.Add(new(
                $"{rarest} has {Numbers.Text(Math.Round(fewest))} of {(classes.Total is { } all ? $"{Numbers.Text(all)} " : "")}training examples: their mean is known to 1/√{Numbers.Text(Math.Round(fewest))} = {Numbers.Text(100 / Math.Sqrt(Math.Max(1, fewest)))} % of their spread, and what is learnt of it are these examples",
                "collect more of it, or join it with a class that it resembles"));
        }
        if (trial.Setup.Validation is { } validation) OfValidation(trial, validation, claims, causes);
        double parameters = trial.Model.parameters().Where(parameter => parameter.requires_grad).Sum(parameter => (double)parameter.numel());
        return new()
        {
            Claims = claims,
            Causes = causes,
            Notes =
            [
                $"{rarest} has {Numbers.Text(Math.Round(fewest))} training examples, the fewest; rules of thumb begin at 1,000 a class, and call 5,000 acceptable for training from scratch (Goodfellow et al., 2016)",
                .. classes.Total is { } total ? [$"{Numbers.Text(parameters)} parameters learn from {Numbers.Text(total)} examples, {Numbers.Text(parameters / total)} each"] : Array.Empty<string>(),
            ],
        };
    }

    private void OfValidation(Trial trial, Examples validation, List<Measurement> claims, List<Cause> causes)
    {
        double needed = Needed(Resolution);
        long count = validation.Count ?? CountOf(trial, validation, needed);
        claims.Add(new("validation examples", Bound.AtLeast(needed).Meaning($"accuracy known to ± {Numbers.Text(100 * Resolution)} points with 95 %"), count));
        if (count >= needed) return;
        causes.Add(new(
            $"accuracy on {Numbers.Text(count)} validation examples is known to ± {Numbers.Text(100 * TwoSided95 * 0.5 / Math.Sqrt(Math.Max(1, count)))} points with 95 %: models that differ by less are told apart by luck",
            $"hold out more, {Numbers.Text(needed)} for {Numbers.Text(100 * Resolution)} points and {Numbers.Text(Needed(Resolution / 2))} for {Numbers.Text(50 * Resolution)}, or validate across folds, where each example is held out once"));
    }

    private static double Needed(double resolution) => Math.Ceiling(TwoSided95 * TwoSided95 / (4 * resolution * resolution));

    private static long CountOf(Trial trial, Examples validation, double enough)
    {
        long count = 0;
        foreach (Batch batch in trial.Epoch(validation))
            if ((count += batch.Size) >= enough) break;
        return count;
    }
}
