using System.Reflection;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Why a gradient is not the derivative of the loss, and whether that is meant.</summary>
internal static class SlopeCauses
{
    /// <summary>A cause with its place; or, where the gradient is another on purpose, a note in its stead.</summary>
    public static (Cause? Cause, Place? Where, string? Note) Of(Trial trial, LossSlopes slopes, double tolerance)
    {
        Setup setup = trial.Setup;
        MethodBase?[] methods = [.. SuspectCalls.Forwards(trial.Model), setup.Forward?.Method, setup.Loss?.Method, setup.JointLoss?.Method, setup.LossTerms?.Method];
        SuspectCall? cut = GradientDetours.Cut(methods), own = GradientDetours.OwnFunction([.. methods, setup.Model!.Method]);
        IReadOnlyList<(string Part, bool HasGradient, Slope Slope)> parts = slopes.ByPart();
        (string Part, bool HasGradient, Slope Slope)[] cuts = [.. parts.Where(one => !one.HasGradient && one.Slope.IsKnown && one.Slope.Measured != 0)];
        (string Part, bool HasGradient, Slope Slope)[] wrong = [.. parts.Where(one => one.HasGradient && one.Slope.IsKnown && one.Slope.Error > tolerance)];
        string Names((string Part, bool HasGradient, Slope Slope)[] some) => Words.List([.. some.Select(one => $"`{one.Part}`")]);

        if (cuts.Length > 0)
        {
            return (new(
                $"the loss changes with {Names(cuts)} (a derivative of {Numbers.Text(cuts[0].Slope.Measured)} along a random direction), and {(cuts.Length == 1 ? "its gradient is" : "their gradients are")} 0: the graph is cut on the way"
                + (cut is null ? "" : $", and {GradientDetours.Text(cut)} is called"),
                "leave out what cuts the graph; where it is meant, freeze these parameters with requires_grad = false", "TG1004, TG2003"), new(cuts[0].Part, cut?.Source), null);
        }
        if (cut is not null)
            return (null, null, $"the gradient is not the derivative of the loss{(wrong.Length == 0 ? "" : $" for {Names(wrong)}")}, and that may be meant: {GradientDetours.Text(cut)} is called, as a stop-gradient or a straight-through estimator does; derivatives are not judged");
        bool flat = wrong.All(one => Math.Abs(one.Slope.Measured) <= tolerance * one.Slope.Scale);
        if (own is not null && flat)
            return (null, null, $"the gradient of {GradientDetours.Text(own)} goes through where the loss does not change, as that of a straight-through estimator does; derivatives are not judged");
        if (wrong.Length == 0) return (null, null, null);
        Slope worst = wrong.MaxBy(one => one.Slope.Error).Slope;
        string seen = $"the gradient of {Names(wrong)} is not the derivative of the loss: {Numbers.Text(worst.Said)} and {Numbers.Text(worst.Measured)} along a random direction in {worst.Along}";
        return own is not null
            ? (new($"{seen}; the backward of {GradientDetours.Text(own)} is your own", "compare it with its forward: GradientsMatchFiniteDifferences finds the input or parameter; where the gradient is another on purpose (gradient reversal), leave this check out"), new(wrong[0].Part, own.Source), null)
            : (new(seen, "look for edits of tensors that the graph does not know of: in place, or of what a backward pass has saved"), new(wrong[0].Part), null);
    }

    /// <summary>What is seen of all parameters together where none of them shows it by itself.</summary>
    public static Cause OfAll(IReadOnlyList<Slope> slopes)
    {
        Slope worst = slopes.MaxBy(slope => slope.Error)!;
        return new(
            $"{worst.Along} the gradient promises {Numbers.Text(worst.Said)} and the loss shows {Numbers.Text(worst.Measured)}; no parameter shows it by itself, and nothing that cuts the graph is called",
            "look for clamp, round, a maximum or an edit in place between model and loss, and try the model in float64: what is then gone was rounding");
    }

    /// <summary>Why an update goes up.</summary>
    public static Cause OfStep(double left, double rate, bool isOwn) =>
        isOwn && left < 0
            ? new($"the gradient that Step leaves behind has a cosine of {Numbers.Text(left)} with that of the loss: it goes up the loss that Setup.Loss goes down", "look for a minus before the loss in Step, or in Loss: both shall be what is made small")
        : rate < 0
            ? new($"the learning rate is {Numbers.Text(rate)}: a negative one goes up", "give the optimizer a positive learning rate")
            : new($"the optimizer goes up the gradient that it was given, with a learning rate of {Numbers.Text(rate)}: maximize: true", "leave out maximize: true, or give it what is to be made large, and Setup.Loss its negative");

    /// <summary>The lines that build the optimizer, or make the step.</summary>
    public static Place PlaceOfStep(Setup setup)
    {
        MethodInfo? method = (setup.Step ?? setup.OptimizerBuilder)?.Method;
        return new(setup.Step is null ? "Optimizer" : nameof(Setup.Step), method is not null && MethodLines.Of(method) is { } lines ? lines.Text(lines.First, lines.Last) : null);
    }
}
