using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Init;

/// <summary>The setup's penalty raises the loss, and the more so the larger the weights: it has a finite gradient, and ⟨∇ penalty, w⟩ ≥ 0 for every parameter w at ten times its size.</summary>
/// <remarks>
/// The gradient is what trains, so the sign is judged by it; a negative value whose gradient is right is a constant too many, and noted. A penalty that is over ten times the data's loss, or below a millionth of it, is noted too. It cannot see whether
/// a Step of the user's own adds the penalty, nor the weight_decay of an optimizer, which is no part of the loss. Cost: 1 F + 2 B.
/// </remarks>
public sealed class RegularizationRaisesLoss : Check
{
    private const double Large = 10, Small = 1e-6;

    /// <inheritdoc/>
    public override string Claim => "The penalty raises the loss, and the more so the larger the weights are.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Penalty is not { } penalty)
            return Findings.NotApplicable("the setup gives no Penalty; set Penalty = model => … where training adds one to the loss (an optimizer's weight_decay is no part of it)");
        double? loss = DataLoss(trial);
        var slopes = PenaltySlopes.Of(trial, penalty);
        Reading[] falling = [.. slopes.Slopes.Where(slope => slope.Value < 0)];
        bool shifted = slopes.Value < 0 && double.IsFinite(slopes.Value) && falling.Length == 0 && slopes.Slopes.Any(slope => slope.Value > 0);
        var claims = new List<Measurement>
        {
            new("parameters that the penalty reaches by its gradient:", Bound.AtLeast(1), slopes.Slopes.Count),
        };
        if (!shifted) claims.Add(new("penalty at the start", Bound.AtLeast(0), slopes.Value));
        if (slopes.Gradients.Count > 0) claims.Add(new("norm of the penalty's gradient", Bound.AtLeast(0).Meaning("finite"), slopes.Gradients));
        if (slopes.Slopes.Count > 0) claims.Add(new($"slope of the penalty along each parameter, at {Numbers.Text(PenaltySlopes.Far)} times its size", Bound.AtLeast(0), slopes.Slopes));

        string[] missed = [.. trial.Parameters.Where(part => part.Parameter.requires_grad && part.Parameter.dim() > 1 && slopes.Slopes.All(slope => slope.Culprit != $"of `{part.Name}`")).Select(part => $"`{part.Name}`")];
        var findings = new Findings
        {
            Claims = claims,
            Controls = [new($"change of the penalty when all parameters are {Numbers.Text(PenaltySlopes.Far)} times as large", Bound.MoreThan(0), Math.Abs(slopes.FarValue - slopes.Value))],
            Notes =
            [
                .. Size(slopes.Value, loss),
                .. shifted ? [$"the penalty is {Numbers.Text(slopes.Value)}, below 0, and grows with the weights: a constant that trains nothing and is taken from what the loss shows"] : Array.Empty<string>(),
                .. missed.Length > 0 && slopes.Slopes.Count > 0 ? [$"the penalty does not reach {Words.List(missed)}"] : Array.Empty<string>(),
            ],
        };
        if (claims.All(claim => claim.Holds)) return findings;
        return findings with { Causes = [.. Causes(slopes, falling)], Where = new(trial.Model.GetType().Name, MethodLines.Of(penalty.Method) is { } lines ? lines.Text(lines.First, lines.Last) : null) };
    }

    private static IEnumerable<Cause> Causes(PenaltySlopes slopes, Reading[] falling)
    {
        string value = Numbers.Text(slopes.Value), far = Numbers.Text(slopes.FarValue);
        if (slopes.Slopes.Count == 0)
        {
            yield return slopes.Value.Equals(slopes.FarValue)
                ? new($"the penalty is {value} whatever the parameters are: it is not computed from this model", "compute it from the model that the delegate is given, not from one that it remembers", "TG1008")
                : new($"the penalty goes from {value} to {far} with the parameters, and no gradient leads there: it is cut from the graph", "leave out detach, item, no_grad and ToDouble in the penalty", "TG1004");
        }
        Reading[] broken = [.. slopes.Gradients.Where(gradient => !double.IsFinite(gradient.Value))];
        if (!double.IsFinite(slopes.Value))
            yield return new($"the penalty is {value} at the start", "look for a logarithm or a quotient of what may be 0", "TG6009");
        else if (broken.Length > 0)
            yield return new($"the gradient is {Numbers.Text(broken[0].Value)} {broken[0].Culprit}: a root or a quotient of what is 0 at the start", "penalise the square, or add 1e-12 under the root", "TG6009");
        if (falling.Length == 0) yield break;
        bool all = falling.Length == slopes.Slopes.Count(slope => slope.Value != 0);
        yield return all
            ? new($"the penalty is {value}, and {far} where all parameters are {Numbers.Text(PenaltySlopes.Far)} times as large: its sign is turned, training makes the weights grow", "add the penalty to the loss, with a factor above 0")
            : new($"the penalty falls as {Words.List([.. falling.Select(slope => slope.Culprit["of ".Length..])])} {(falling.Length == 1 ? "grows" : "grow")}, and grows with the others: the sign of a part of it is turned", "add every part, with a factor above 0");
    }

    private static IEnumerable<string> Size(double penalty, double? loss)
    {
        if (loss is not > 0 || !double.IsFinite(penalty)) yield break;
        double share = Math.Abs(penalty) / loss.Value;
        if (share > Large) yield return $"the penalty is {Numbers.Text(penalty)}, {Numbers.Text(share)} times the loss of the data of {Numbers.Text(loss.Value)}: training will first of all shrink the weights";
        if (share is > 0 and < Small) yield return $"the penalty is {Numbers.Text(penalty)}, {Numbers.Text(share)} of the loss of the data: it does next to nothing";
    }

    private static double? DataLoss(Trial trial)
    {
        if (trial.Setup is { Loss: null, JointLoss: null, LossTerms: null }) return null;
        using IDisposable scope = trial.Scope();
        using IDisposable mode = trial.Evaluating();
        using var grad = no_grad();
        return trial.Loss(trial.Forward(trial.Batch.Inputs), trial.Batch.Targets).ToDouble();
    }
}
