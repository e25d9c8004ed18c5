using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Wiring;

/// <summary>The gradient is the derivative of the training loss, going against it lowers the loss, and so does the first update.</summary>
/// <remarks>
/// Central differences along the gradient and along random directions, in which each parameter moves by 1e-3 of its root mean square, in the model's own precision, on one batch, in training mode
/// with the same draws; at a point beside the start, where no number is exactly 0 by initialisation. Where they differ by more than the tolerance, shorter steps tell curvature and kinks from a wrong gradient; what
/// rounding or jumps hide is not judged. A gradient that is another on purpose, by detach or straight through a step function, is noted, not judged; which of both it is cannot be
/// seen. Nor can a loss that is negated as a whole. Cost: (4 + 2 × <c>directions</c>) F + 1 B + 1 S; to explain a failure at most 16 × 8 F more.
/// </remarks>
/// <param name="tolerance">How far derivative and gradient may differ, as a part of the root mean square over directions.</param>
/// <param name="directions">How many random directions are tried.</param>
public sealed class GradientDescends(double tolerance = 0.02, int directions = 2) : Check
{
    private const double Promised = 0.1;

    // A step of the user's own may go by several batches: only one that is clearly upward is no chance.
    private const double Upward = -0.1;

    /// <summary>How far derivative and gradient may differ, as a part of the root mean square over directions.</summary>
    public double Tolerance { get; } = tolerance is > 0 and < 1 ? tolerance : throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "A tolerance is a part, between 0 and 1.");

    /// <summary>How many random directions are tried.</summary>
    public int Directions { get; } = directions >= 1 ? directions : throw new ArgumentOutOfRangeException(nameof(directions), directions, "At least one random direction is tried.");

    /// <inheritdoc/>
    public override string Claim => "The gradient is that of the loss, and the first update goes down it.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Setup setup = trial.Setup;
        if (setup.Step is not null && setup.Loss is null && setup.JointLoss is null && setup.LossTerms is null)
            return Findings.NotApplicable("the setup gives no Loss beside its Step; set Loss = (output, target) => …");
        using var slopes = new LossSlopes(trial, Tolerance);
        if (slopes.Count == 0) return Findings.Inconclusive("a parameter that requires a gradient and is in an optimizer; there is none");
        if (!double.IsFinite(slopes.Value)) return new() { Claims = [new("loss", Bound.Between(double.MinValue, double.MaxValue).Meaning("a finite number"), slopes.Value)] };
        if (slopes.Noise > 0.01 * Math.Abs(slopes.Value))
            return Findings.Inconclusive($"a loss that repeats from one seed, for the same weights and batch; it is {Numbers.Text(slopes.Value)}, and another time differs by {Numbers.Text(slopes.Noise)} (SeedReproduces)");

        var claims = new List<Measurement>();
        var notes = new List<string>();
        Cause? cause = null;
        Place? where = null;
        Slope[] all = [slopes.AlongGradient(), .. Enumerable.Range(1, Directions).Select(i => slopes.AlongRandom($"along random direction {Numbers.Text(i)}"))];
        Slope[] known = [.. all.Where(slope => slope.IsKnown)];
        var derivative = new Measurement("|derivative of the loss − ⟨gradient, direction⟩| / their size", Bound.AtMost(Tolerance), [.. known.Select(slope => new Reading(slope.Error, slope.Along))]);
        var decrease = slopes.Decrease is { } best ? new Measurement("what a short step against the gradient takes off the loss, as a part of what it promises", Bound.AtLeast(Promised), best) : null;
        string? meant = null;
        if (derivative.Outside > 0 || decrease is { Holds: false })
        {
            (cause, where, meant) = SlopeCauses.Of(trial, slopes, Tolerance);
            if (cause is null && meant is null) cause = SlopeCauses.OfAll(known.Length == 0 ? all : known);
        }
        if (meant is not null) notes.Add(meant);
        else
        {
            if (known.Length > 0) claims.Add(derivative);
            // Behind a jump or below rounding a step says nothing.
            if (decrease is not null && all[0].IsKnown) claims.Add(decrease);
            if (known.Length < all.Length) notes.Add($"{Words.List([.. all.Except(known).Select(slope => slope.Along)])}: the loss of {Numbers.Text(slopes.Value)} is too rough, or too flat for its precision, to tell its derivative; not judged");
        }

        if (!setup.Trains) notes.Add("the setup gives no Optimizer: no update is judged");
        else if (setup.Step is not null && trial.Optimizers.Count > 1) notes.Add("a Step over several optimizers goes down several losses: its update is not judged");
        else if (slopes.OfStep() is not { } step) notes.Add("nothing moves in three steps (EveryParameterLearns): no update is judged");
        else
        {
            claims.Add(new("cosine of the first update with −gradient", Bound.MoreThan(setup.Step is null ? 0 : Upward), step.Update));
            if (!claims[^1].Holds && cause is null) (cause, where) = (SlopeCauses.OfStep(step.Left, step.Rate, setup.Step is not null), SlopeCauses.PlaceOfStep(setup));
        }
        return new()
        {
            Claims = claims,
            Controls = [new("‖gradient‖", Bound.MoreThan(0), slopes.GradientNorm)],
            Causes = cause is null ? [] : [cause],
            Where = where,
            Notes = notes,
        };
    }
}
