using TorchSharp.Modules;
using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Wiring;

/// <summary>Nothing of one training step's gradients reaches the next one's update.</summary>
/// <remarks>
/// An experiment on the user's own <see cref="Setup.Step"/>: after a first step, what is left in the gradients is replaced by random numbers, a second step is made and gone back on, and made again with
/// other random numbers. One reading a parameter: how far the gradients that the optimizer is given are apart, over how far the random numbers are, which must be exactly 0: 1 where they are added
/// to, less where they are then clipped. Where two equal steps differ, as on a GPU or by random numbers that torch does not know of, it must be at most five times that, and at most 0.1 where that is less. It cannot see what a step adds up over several calls of the delegate, nor an update that uses other optimizers
/// than those it is handed. Cost: 4 S.
/// </remarks>
public sealed class GradientsAreFresh : Check
{
    // A step that repeats itself no better than that cannot be judged by repeats.
    private const double TooNoisy = 0.1;
    private const double LeastOfNoisy = 0.1;

    /// <inheritdoc/>
    public override string Claim => "Nothing of a step's gradients is left in the next update.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Step is null) return Findings.NotApplicable("the guards make the step and zero the gradients themselves; set Step to your own training step");
        using var steps = new WatchedSteps(trial);
        new GradientSet(steps.Step()).Dispose();
        using var probe = new LeftoverProbe(steps.Parameters.Select(part => part.Parameter));
        steps.Mark();
        using GradientSet one = After(steps, probe), again = After(steps, probe);
        if (one.All.Count == 0) return Findings.Inconclusive("a Step that updates by the optimizers it is given (step.Optimizers); it gave none of them a gradient");
        using var given = new GradientSet([.. one.All.Where(gradient => probe.Has(gradient.Of)).Select(gradient => gradient with { Values = Trials.TensorBits.Copy(probe[gradient.Of]) })]);
        probe.Draw();
        using GradientSet other = After(steps, probe);

        Reading[] noise = [.. Apart(one, again, given, probe)], readings = [.. Apart(one, other, given, probe)];
        double worst = noise.Select(reading => reading.Value).DefaultIfEmpty(0).Max();
        if (!(worst <= TooNoisy)) return Findings.Inconclusive($"a step that repeats itself; two from the same state differ by {Numbers.Text(worst)} of their leftovers");
        string[] left = [.. steps.Parameters.Where(part => probe.Has(part.Parameter)).Select(part => part.Name)];
        var findings = new Findings
        {
            Claims = [new("share of what was left of the last step", worst == 0 ? Bound.Exactly(0) : Bound.AtMost(Math.Max(5 * worst, LeastOfNoisy)).Meaning($"two equal steps differ by {Numbers.Text(worst)}"), readings)],
            Controls = [new("norm of the gradients that are used", Bound.MoreThan(0), Gradient.Norm(one.All))],
            Notes = left.Length == 0 ? ["a step leaves no gradients behind"] : [],
        };
        if (findings.Claims[0].Outside == 0) return findings;
        (Cause cause, Place where) = Explain(trial, steps, readings, one, given);
        return findings with { Causes = [cause], Where = where };
    }

    private static GradientSet After(WatchedSteps steps, LeftoverProbe probe)
    {
        steps.Rewind();
        probe.Write();
        return new(steps.Step());
    }

    // Where nothing was left there is nothing to see again: that reads 0.
    private static IEnumerable<Reading> Apart(GradientSet a, GradientSet b, GradientSet given, LeftoverProbe probe)
    {
        foreach (Gradient gradient in a.All)
        {
            if (b.Of(gradient.Of) is not { } second) yield return new(double.NaN, $"in {gradient.Name}");
            else if (given.Of(gradient.Of) is not { } numbers) yield return new(0, $"in {gradient.Name}");
            else yield return new(Gradient.Distance(gradient.Values, second.Values) / Scale(numbers, probe), $"in {gradient.Name}");
        }
    }

    private static double Scale(Gradient given, LeftoverProbe probe) =>
        Gradient.Distance(given.Values, probe[given.Of]) is > 0 and var apart ? apart : Math.Sqrt(2) * Gradient.Norm([given]);

    private static (Cause, Place) Explain(Trial trial, WatchedSteps steps, Reading[] readings, GradientSet used, GradientSet given)
    {
        string[] stale = [.. used.All.Zip(readings).Where(pair => pair.Second.Value > 0).Select(pair => pair.First.Name)];
        string group = Words.List([.. CoveringNames.Of(stale, [.. used.All.Select(one => one.Name)], trial.Model.GetType().Name).Select(name => $"`{name}`")]);
        double share = readings.Where(reading => reading.Value > 0).Average(reading => reading.Value);
        SuspectCall? step = SuspectCalls.Find([trial.Setup.Step!.Method], callee => callee.Name == "step" && typeof(TorchSharp.torch.optim.Optimizer).IsAssignableFrom(callee.DeclaringType));
        var where = new Place(nameof(Setup.Step), step?.Source);
        bool nothingNew = used.All.Where(one => stale.Contains(one.Name)).All(one => given.Of(one.Of) is { } numbers && Gradient.Distance(one.Values, numbers.Values) <= 1e-6 * Gradient.Norm([numbers]));
        if (nothingNew)
            return (new($"the update of {group} uses exactly what the last step left, and nothing of its own: step() comes before backward()", "call zero_grad(), backward() and step(), in this order", "TG1002"), where);
        return stale.Length == used.All.Count
            ? (new($"{Numbers.Text(100 * share)} % of what is left in the gradients of {group} is in the next update: zero_grad() is not called between steps", "call optimizer.zero_grad() once a step, before backward()", "TG1001"), where)
            : (new($"{Numbers.Text(100 * share)} % of what is left in the gradients of {group} is in the next update; those of the others are zeroed", "zero them all: call zero_grad() on each optimizer, or on the model", "TG1001"), where);
    }
}
