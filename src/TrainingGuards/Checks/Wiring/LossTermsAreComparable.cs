using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using static TorchSharp.torch;

namespace TrainingGuards.Checks.Wiring;

/// <summary>No term of a composite loss drowns the others: the gradient of none is over 100 times that of all the rest, and one that costs something trains something.</summary>
/// <remarks>
/// Gradients over the parameters that terms share, at the start and after a few steps; what is judged is the lesser of the two, since a term may begin small or large. A term of value 0 is noted, not judged: its weight may be annealed, its
/// margin kept. It cannot see terms that the setup adds up itself. Cost: 2 F + 2 n B + <c>steps</c> S for n terms; 2 F more to explain a failure.
/// </remarks>
/// <param name="times">The most by which the gradient of a term may exceed that of all the others.</param>
/// <param name="steps">How many training steps lie between the two looks.</param>
public sealed class LossTermsAreComparable(double times = 100, int steps = 3) : Check
{
    private const double SameShare = 0.1;

    /// <summary>The most by which the gradient of a term may exceed that of all the others.</summary>
    public double Times { get; } = times > 1 ? times : throw new ArgumentOutOfRangeException(nameof(times), times, "Of two terms one is the larger.");

    /// <summary>How many training steps lie between the two looks.</summary>
    public int Steps { get; } = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "At least one step lies between two looks.");

    /// <inheritdoc/>
    public override string Claim => "No term of the loss drowns the others, and none that costs something trains nothing.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.LossTerms is not { } delegated) return Findings.NotApplicable("the setup gives no LossTerms; set LossTerms in place of Loss where the loss is a sum of several terms");
        Batch batch = trial.Batch;
        IReadOnlyList<LossTerm> first = LossTerm.In(trial, batch);
        if (first.Count < 2) return Findings.NotApplicable($"the loss has one term, `{first.Select(term => term.Name).FirstOrDefault()}`");
        IReadOnlyList<LossTerm> later = first;
        if (trial.Setup.Trains && first.All(term => double.IsFinite(term.Gradient)))
        {
            for (int step = 0; step < Steps; step++) trial.Step(trial.PassingBatch());
            trial.Model.train();
            later = LossTerm.In(trial, batch);
        }
        (LossTerm First, LossTerm Later)[] terms = [.. first.Select(term => (term, later.FirstOrDefault(other => other.Name == term.Name) ?? term))];
        (LossTerm First, LossTerm Later)[] idle = [.. terms.Where(term => term is { First.Value: 0, Later.Value: 0 })];
        static double Ratio(LossTerm term) => term.Gradient / term.Rest;
        Reading[] ratios = [.. terms.Where(term => term.First.Rest != 0 && term.Later.Rest != 0)
            .Select(term => new Reading(double.IsNaN(Ratio(term.First)) ? double.NaN : Math.Min(Ratio(term.First), Ratio(term.Later)), $"of `{term.First.Name}`"))];
        Reading[] gradients = [.. terms.Except(idle).Select(term => new Reading(Math.Max(term.First.Gradient, term.Later.Gradient), $"of `{term.First.Name}`"))];
        var findings = new Findings
        {
            Claims =
            [
                new("gradient of a term", Bound.MoreThan(0), gradients),
                .. ratios.Length == 0 ? Array.Empty<Measurement>() : [new("gradient of a term / gradients of all the others", Bound.AtMost(Times), ratios)],
            ],
            Controls = [new("terms that train something", Bound.AtLeast(1), gradients.Count(gradient => gradient.Value > 0))],
            Notes =
            [
                $"at the start {string.Join(", ", first.Select(term => $"`{term.Name}` is {Numbers.Text(term.Value)} with a gradient of {Numbers.Text(term.Gradient)}"))}",
                .. idle.Select(term => $"`{term.First.Name}` is 0 at the start and after {Numbers.Text(Steps)} steps, and is not judged: its weight may grow later, or its margin be kept"),
            ],
        };
        if (findings.Claims.All(claim => claim.Holds)) return findings;
        Bound most = Bound.AtMost(Times);
        return findings with
        {
            Causes =
            [
                .. terms.Where(term => !double.IsFinite(term.First.Gradient + term.Later.Gradient + term.First.Value)).Select(term => new Cause($"`{term.First.Name}` is {Numbers.Text(term.First.Value)} with a gradient of {Numbers.Text(term.First.Gradient)}", "look for a logarithm, a root or a quotient of what may be 0", "TG6009")),
                .. gradients.Where(gradient => gradient.Value == 0).Select(gradient => Idle(terms.Single(term => $"of `{term.First.Name}`" == gradient.Culprit).First)),
                .. ratios.Where(ratio => double.IsFinite(ratio.Value) && !most.Contains(ratio.Value)).Select(ratio => Drowning(trial, batch, terms.Single(term => $"of `{term.First.Name}`" == ratio.Culprit).First, ratio.Value)),
            ],
            Where = new(trial.Model.GetType().Name, MethodLines.Of(delegated.Method) is { } lines ? lines.Text(lines.First, lines.Last) : null),
        };
    }

    private static Cause Idle(LossTerm term) => new(
        $"`{term.Name}` is {Numbers.Text(term.Value)} and its gradient is 0 for every parameter: it is cut from the graph, or computed from the data alone",
        "look for detach, item, argmax, round or no_grad between the model and the term", "TG1004");

    private static Cause Drowning(Trial trial, Batch batch, LossTerm term, double ratio)
    {
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        Batch half = batch.First(batch.Size / 2);
        Tensor Value(Tensors outputs, Tensors targets) => trial.Setup.LossTerms!(outputs, targets)[term.Name];
        double share = Value(trial.Forward(half.Inputs), half.Targets).ToDouble() / Value(trial.Forward(batch.Inputs), batch.Targets).ToDouble(), expected = (double)half.Size / batch.Size;
        string evidence = $"the gradient of `{term.Name}` is {Numbers.Text(ratio)} times that of all other terms";
        return Math.Abs(share - expected) < SameShare * expected * 2
            ? new($"{evidence}, and {Numbers.Text(half.Size)} examples cost {Numbers.Text(share)} of what {Numbers.Text(batch.Size)} do: it is a sum over examples, not a mean", $"take the mean of `{term.Name}` over the examples", "TG4008")
            : new($"{evidence}: next to it they train nothing", $"multiply `{term.Name}` by about {Numbers.Text(1 / ratio)}, or the others by {Numbers.Text(ratio)}, and tune from there");
    }
}
