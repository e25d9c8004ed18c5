using TrainingGuards.Decoding;
using TrainingGuards.Fitting;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Fit;

/// <summary>What is learnt depends on the inputs, on each of them: an example's own target costs less than another's, and outputs follow inputs whose examples change places.</summary>
/// <remarks>
/// After some training the loss of held-out examples with their own targets lies at least 5 standard deviations of the permutation distribution, and a tenth of what there is to win (the best constant's loss less a perfect prediction's), below
/// their loss with targets in a random order; and the outputs change where the examples of one input change places. Looked at every 25 steps, the first success ends it. Cost: at most <c>steps</c> S and
/// examples / batch F a look; as many steps again to explain a failure.
/// </remarks>
/// <param name="steps">The most training steps that are made.</param>
/// <param name="examples">How many examples are held out to judge by.</param>
public sealed class InputMatters(int steps = 400, int examples = 256) : Check
{
    private const int Interval = 25;
    private const double Seen = 5, Least = 0.1;

    /// <summary>The most training steps that are made.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Learning takes at least one step.");

    /// <summary>How many examples are held out to judge by.</summary>
    public int Examples { get; } = examples >= 16 ? examples : throw new ArgumentOutOfRangeException(nameof(examples), examples, "Of fewer than 16 examples no order is unlikely enough.");

    /// <inheritdoc/>
    public override string Claim => "What is learnt depends on every input.";

    /// <inheritdoc/>
    public override Suite Suite => Suite.Fit;

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        IReadOnlyList<Batch> held = HeldExamples.Of(trial, Examples);
        if (held.Count == 0) return Findings.Inconclusive("validation batches of at least 2 examples");
        IReadOnlyList<int> varied = InputInfluence.Varied(held[0]);
        if (varied.Count == 0) return Findings.Inconclusive("examples with different inputs; in the first batch all are the same");

        var losses = new List<double>();
        TargetOrder? seen = null;
        trial.Expect(Steps);
        while (losses.Count < Steps && (losses.Count == 0 || double.IsFinite(losses[^1])))
        {
            losses.Add(trial.Step(trial.PassingBatch()));
            if (losses.Count % Interval != 0 && losses.Count != Steps) continue;
            seen = TargetOrder.Of(trial, held);
            if (!seen.Varied) return Findings.Inconclusive("examples with different targets; those of a batch are all the same");
            if (Reached(seen)) break;
        }
        seen ??= TargetOrder.Of(trial, held);
        Reading[] influence = [.. varied.Select(k => new Reading(InputInfluence.OfPlaces(trial, held[0], k), $"of {held[0].Inputs.NameOf(k, "input")}"))];
        Bound follows = Bound.MoreThan(InputInfluence.Rounding);
        var findings = new Findings
        {
            Claims =
            [
                new("relative change of the outputs where examples change places", follows, influence),
                new("z of own targets against others", Bound.AtLeast(Seen), seen.Z),
                new("share of the loss that inputs win", Bound.AtLeast(Least).Meaning($"own targets cost {Numbers.Text(seen.Own)}, others {Numbers.Text(seen.Other)}, of {Numbers.Text(seen.Span)} that there is to win"), seen.Gain),
            ],
            Curves = [new Curve("loss", losses)],
        };
        if (!double.IsFinite(losses[^1])) return findings with { Causes = UselessInputs.Of(trial, losses, Steps, seen).Causes };
        int ignored = Array.FindIndex(influence, reading => !follows.Contains(reading.Value));
        if (ignored >= 0)
        {
            (Cause Cause, Place? Where)[] found = [.. Enumerable.Range(ignored, influence.Length - ignored).Where(i => !follows.Contains(influence[i].Value)).Select(i => IgnoredInput.Of(trial, held[0], varied[i], losses.Count))];
            return findings with { Causes = [.. found.Select(one => one.Cause)], Where = found[0].Where };
        }
        if (Reached(seen)) return findings;
        (IReadOnlyList<Cause> causes, string? needs) = UselessInputs.Of(trial, losses, Steps, seen);
        return needs is null ? findings with { Causes = causes } : Findings.Inconclusive(needs) with { Curves = findings.Curves };
    }

    private static bool Reached(TargetOrder seen) => seen is { Z: >= Seen, Gain: >= Least };
}
