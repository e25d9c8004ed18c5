using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Wiring;

/// <summary>The gradient of a step that goes through several batches is that of the mean loss over all their examples.</summary>
/// <remarks>
/// The gradient g with which the optimizers of the user's own <see cref="Setup.Step"/> begin is compared with G = ∇ mean loss of all batches of the step taken as one, at the same weights and with dropout off: ⟨g, G⟩/⟨G, G⟩ must
/// not be above 1, and g must not be the mean of the batches' own gradients where that is another direction (batches that count different numbers of targets). Tolerance 1e-2. Where a batch
/// normalisation makes each batch its own, G is the mean of the batches' gradients. Less than 1 is what clipping gives and holds, unless it is 1/n of n batches, on other batches too. It cannot
/// see a step whose loss is not that of the setup, nor what the scale does with clipping behind it. Cost: 1 S and n + 1 (F + B); twice that where the ratio is 1/n.
/// </remarks>
public sealed class AccumulationMatchesFullBatch : Check
{
    // Convolutions in TF32 are some 1e-3 off.
    private const double Tolerance = 1e-2;
    private const double SameNorm = 1e-4;

    /// <inheritdoc/>
    public override string Claim => "Several batches accumulated are one large batch.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Setup.Step is null) return Findings.NotApplicable("the guards make a step of one batch; set Step to your own training step");
        using AccumulatedStep step = AccumulatedStep.Of(trial);
        if (step.Batches < 2) return Findings.NotApplicable("a step of one batch; one that accumulates asks for others by step.NextBatch()");
        if (step.Used.All.Count == 0) return Findings.Inconclusive("a Step that updates by the optimizers it is given (step.Optimizers); it gave none of them a gradient");
        if (step.Mismatch is { } mismatch) return Findings.Inconclusive($"batches that can be joined; {mismatch}");

        Accumulation seen = step.Judge(Tolerance);
        if (seen.Kind == AccumulationKind.DividedTwice && !IsDividedTwice(trial, step)) seen = seen with { Kind = AccumulationKind.Mean };
        if (seen.Kind == AccumulationKind.Unknown)
            return Findings.Inconclusive($"a step whose gradient is that of the setup's loss; their cosine is {Numbers.Text(seen.Cosine)}");
        string batches = Numbers.Text(step.Batches);
        var findings = new Findings
        {
            Claims = [new($"gradient of a step of {batches} batches / that of one batch of all their examples", seen.Expected(Tolerance), seen.Value, seen.Culprit)],
            Controls = [new("norm of the gradient", Bound.MoreThan(0), Gradient.Norm(step.Used.All))],
            Notes = seen.Notes,
        };
        if (findings.Claims[0].Holds) return findings;
        SuspectCall? backward = SuspectCalls.Find([trial.Setup.Step.Method], callee => callee.Name == "backward" && callee.DeclaringType == typeof(TorchSharp.torch.Tensor));
        return findings with { Causes = [seen.Cause(batches)], Where = new(nameof(Setup.Step), backward?.Source) };
    }

    // Clipping may give any ratio below 1, this one by chance too: but it gives one norm on all batches, and another ratio.
    private static bool IsDividedTwice(Trial trial, AccumulatedStep step)
    {
        using AccumulatedStep second = AccumulatedStep.Of(trial, after: step.Batches);
        return second.Mismatch is null && second.Batches == step.Batches && second.Judge(Tolerance).Kind == AccumulationKind.DividedTwice
            && Math.Abs((Gradient.Norm(step.Used.All) / Gradient.Norm(second.Used.All)) - 1) > SameNorm;
    }
}
