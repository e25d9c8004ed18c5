using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Fit;

/// <summary>A wider model fits the same training examples no worse in as many steps.</summary>
/// <remarks>
/// The user's model at 1, 2 and 4 times its width, three seeds each, on the same batches. Broken where the training loss of the best seed of a wider one lies above the mean of the narrowest by 5 deviations between its seeds, taken as at least a fiftieth of what there is to win, and
/// does so too at a learning rate divided by the width, since the highest rate that is stable falls with it. The control: a wider model has more parameters. Cost: 9 trainings of <c>steps</c> S; where the loss rises, 3 or 6 more a width.
/// </remarks>
/// <param name="width">Builds the model at a factor of its width: <c>width => new MyModel(hidden: (int)(128 * width))</c>.</param>
/// <param name="steps">How many training steps each is given.</param>
/// <param name="examples">How many examples they are trained on, over and over.</param>
public sealed class CapacityHelps(Func<double, nn.Module> width, int steps = 200, int examples = 512) : Check
{
    private const int Seeds = 3;
    private const double Certain = 5, LeastNoise = 0.02;

    private static readonly double[] Widths = [1, 2, 4];

    /// <summary>Builds the model at a factor of its width.</summary>
    public Func<double, nn.Module> Width { get; } = width ?? throw new ArgumentNullException(nameof(width));

    /// <summary>How many training steps each is given.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Learning takes at least one step.");

    /// <summary>How many examples they are trained on, over and over.</summary>
    public int Examples { get; } = examples >= 2 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "There are at least 2 examples.");

    /// <inheritdoc/>
    public override string Claim => "A wider model fits the training examples no worse.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Deep;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        IReadOnlyList<Batch> batches = InitialLoss.Draw(trial, Examples);
        WidthRuns Train(double factor, Func<Setup, Setup>? change = null) => WidthRuns.Of(trial, Width, factor, batches, Steps, Seeds, change);
        WidthRuns[] runs = [.. Widths.Select(factor => Train(factor))];
        if (!double.IsFinite(runs[0].Mean))
            return Findings.Inconclusive($"a training that stays finite at the width itself; its losses are {string.Join(", ", runs[0].Losses.Select(Numbers.Text))}");

        double span = Span(trial, batches[0]);
        double[] rises = new double[Widths.Length - 1];
        var notes = new List<string> { $"mean training loss at {string.Join("; ", runs.Select(run => $"{Numbers.Text(run.Width)} times the width, {Numbers.Text(run.Parameters)} parameters: {Numbers.Text(run.Mean)}"))}" };
        for (int k = 1; k < runs.Length; k++)
        {
            if (!Rises(runs[0], runs[k], span)) continue;
            double factor = Widths[k];
            WidthRuns slower = Train(factor, setup => WidthRuns.WithRate(setup, 1 / factor));
            if (Rises(runs[0], slower, span))
            {
                // The better of the two rates, where either is finite.
                if (!double.IsFinite(runs[k].Mean) || slower.Mean < runs[k].Mean) runs[k] = slower;
                rises[k - 1] = double.IsFinite(runs[k].Mean) ? Z(runs[0], runs[k], span) : double.NaN;
            }
            else
            {
                notes.Add($"at {Numbers.Text(factor)} times the width the loss is {Numbers.Text(runs[k].Mean)}, and {Numbers.Text(slower.Mean)} at a learning rate divided by as much: lower the rate with the width");
            }
        }
        var findings = new Findings
        {
            Claims = [new("rise of the training loss, of the best seed, in deviations between seeds", Bound.AtMost(Certain).Meaning($"{Numbers.Text(Seeds)} seeds each"), [.. rises.Select((rise, k) => new Reading(rise, $"at {Numbers.Text(Widths[k + 1])} times the width"))])],
            Controls = [new("parameters over those of the width before", Bound.MoreThan(1), [.. Enumerable.Range(1, Widths.Length - 1).Select(k => new Reading(runs[k].Parameters / runs[k - 1].Parameters, $"at {Numbers.Text(Widths[k])} times the width"))])],
            Notes = notes,
        };
        if (findings.Claims[0].Holds) return findings;
        int worst = Array.FindLastIndex(rises, rise => !(rise <= Certain)) + 1;
        WidthRuns? free = trial.Setup.Penalty is null ? null : Train(Widths[worst], setup => setup with { Penalty = null });
        return findings with { Causes = CapacityCauses.Of(runs[0], runs[worst], free) };
    }

    private static bool Rises(WidthRuns narrow, WidthRuns wide, double span) =>
        !double.IsFinite(wide.Mean) || (Z(narrow, wide, span) > Certain && wide.Losses.Min() > narrow.Losses.Max());

    // The best seed of the wide one, in deviations of the narrow one's: three seeds may lie close together by chance.
    private static double Z(WidthRuns narrow, WidthRuns wide, double span) =>
        (wide.Losses.Min() - narrow.Mean) / Math.Max(Math.Sqrt(narrow.Losses.Sum(loss => Math.Pow(loss - narrow.Mean, 2)) / (Seeds - 1)), LeastNoise * span);

    private static double Span(Trial trial, Batch batch)
    {
        OverfitGoal goal = OverfitGoal.Of(trial, batch);
        return Math.Abs(goal.Chance - goal.Floor);
    }
}
