using TrainingGuards.Decoding;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>In a language model the output at a position is asked for the token that follows: by the targets of the data and the pairing of outputs and targets in the loss, taken together.</summary>
/// <remarks>
/// The data say at which shift k targets are the inputs, y_t = x_{t+k}; the gradient of the user's loss says how far ahead, by d, the target is that an output is compared with. k + d is 1, whether the data shift,
/// or the loss, or the model's outputs are cut. It cannot see shifts inside the model (TimeIsCausal). Cost: 1 F + 3 B, these through the loss alone.
/// </remarks>
/// <param name="share">The share of targets that must be the token that follows, of those that are neither ignored nor padding.</param>
/// <param name="positions">How many targets must be compared for a verdict.</param>
public sealed class TargetsAreShifted(double share = 0.99, int positions = 30) : Check
{
    private const int Largest = 4;
    private const double Related = 0.5, Paired = 0.75;

    /// <summary>The share of targets that must be the token that follows.</summary>
    public double Share { get; } = share is > 0.5 and <= 1 ? share : throw new ArgumentOutOfRangeException(nameof(share), share, "A share of more than one half and up to 1.");

    /// <summary>How many targets must be compared for a verdict.</summary>
    public int Positions { get; } = positions >= 1 ? positions : throw new ArgumentOutOfRangeException(nameof(positions), positions, "At least one target.");

    /// <inheritdoc/>
    public override string Claim => "The output at each position is asked for the token that follows.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        Setup setup = trial.Setup;
        Batch batch = trial.Batch;
        if (TargetShift.Of(setup, batch, Largest) is not { } shift)
            return Findings.NotApplicable($"the inputs {batch.Inputs.Shapes} and targets {batch.Targets.Shapes} are not both tokens [batch, time]");
        bool hasLoss = setup.Loss is not null || setup.JointLoss is not null || setup.LossTerms is not null;
        LossPairing? pairing = hasLoss ? LossPairing.Of(trial, batch, shift) : null;
        bool mixed = pairing is { Change: > 0 } && pairing.Shares.Any(reading => reading.Value < Paired);
        int ahead = pairing is null || mixed ? 0 : pairing.Ahead, needed = 1 - ahead, best = shift.Best;
        double found = shift.Share(best), others = found < Related ? shift.ShareInOthers(setup, needed) : 0;
        if (found < Related && others < Related)
            return Findings.NotApplicable($"the targets are not the inputs' tokens: at no shift up to {Numbers.Text(Largest)} more than {Numbers.Text(Math.Ceiling(1000 * found) / 10)} % of them agree");

        var findings = new Findings
        {
            Claims =
            [
                new("share of targets that are the token which follows", Bound.AtLeast(Share), shift.Share(needed)),
                .. pairing is null ? Array.Empty<Measurement>() : [new("share of a target's change of the loss's gradient at one output of its example", Bound.AtLeast(Paired), pairing.Change > 0 ? pairing.Shares : [.. pairing.Shares.Select(one => one with { Value = 1 })])],
            ],
            Controls = pairing is null ? [] : [new("change of the loss's gradient with a target", Bound.MoreThan(0), pairing.Change)],
            Notes = pairing is not null ? [] : [$"the loss was not looked at, {(hasLoss ? "since the outputs have no time of the inputs' length" : "since the setup has none")}: outputs are taken to be compared with the targets of their own positions"],
        };
        if (mixed) return findings with { Causes = [ShiftCauses.OfLoss(pairing!)], Where = ShiftCauses.Place(setup, inLoss: true) };
        if (others >= Related) return findings with { Causes = [ShiftCauses.OfOthers(others)], Where = ShiftCauses.Place(setup, inLoss: false) };
        int[] alike = [.. shift.Shifts.Where(k => shift.Share(k) >= Share)];
        if (alike.Length > 1)
            return Findings.Inconclusive($"sequences in which a token differs from its neighbours; these repeat themselves, the targets are the inputs at shifts of {Words.List([.. alike.Select(k => Numbers.Text(k))])}");
        if (shift.Count(best) < Positions) return Findings.Inconclusive($"at least {Numbers.Text(Positions)} targets that are neither ignored nor padding; there are {Numbers.Text(shift.Count(best))}");
        if (best != needed) return findings with { Causes = [ShiftCauses.OfShift(shift, best, ahead, pairing is not null)], Where = ShiftCauses.Place(setup, inLoss: ahead != 0) };
        return found >= Share
            ? findings
            : Findings.Inconclusive($"the token of padding, Setup.PaddingIndex, where sequences are filled up, or data without noise; {Numbers.Text(100 * found)} % of the targets are the token that follows, and at every other shift fewer agree");
    }
}
