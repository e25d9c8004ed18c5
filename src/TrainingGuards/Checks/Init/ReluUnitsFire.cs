using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;

namespace TrainingGuards.Checks.Init;

/// <summary>In every layer most units fire for some example: at most 40 % are silent for all of them.</summary>
/// <remarks>
/// A unit is silent where the gradient of ⟨v, f(x)⟩, v ~ N(0, 1), by its weights and bias is exactly 0 for every example: a ReLU passes a gradient only when it fires. Batches are drawn until no layer is over the limit, and
/// up to ln(U / 0.01) / 0.01 examples for U units, by which each unit that fires for 1 % of examples is seen with a probability of 99 %. Layers that stay without a gradient though their biases are raised or, without biases, their weights negated, or
/// get one once a layer behind them is raised, are silent for a reason behind them and not judged. It sees torch's linear and convolution layers of models that use ReLU. Cost: 1 F + 1 B where most units fire at once.
/// </remarks>
/// <param name="share">The largest share of the units of a layer that may be silent.</param>
public sealed class ReluUnitsFire(double share = 0.4) : Check
{
    private const double Rate = 0.01, Missed = 0.01;

    /// <summary>The largest share of the units of a layer that may be silent.</summary>
    public double Share { get; } = share is >= 0 and < 1 ? share : throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies from 0 to below 1.");

    /// <inheritdoc/>
    public override string Claim => "In every layer most units fire for some example.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        // Freezing and unfreezing is often done where the optimizer is built.
        if (trial.Setup.Trains) _ = trial.Optimizers;
        if (!ReluUses.In(trial.Model, trial.Setup.Forward)) return Findings.NotApplicable("neither the model's modules nor the code of their methods use ReLU");
        WeightedLayer[] layers = [.. WeightedLayer.In(trial.Model)
            .Where(layer => layer.Units >= 2 && layer.Weight.requires_grad && layer.Module is TorchSharp.Modules.Linear or TorchSharp.Modules.Convolution)];
        if (layers.Length == 0) return Findings.NotApplicable("the model has no linear or convolution layer of several units that trains");

        SilentUnits.Open(trial.Model);
        long enough = (long)Math.Ceiling(Math.Log(layers.Max(layer => layer.Units) / Missed) / Rate);
        using var units = new SilentUnits(layers);
        foreach (Batch batch in DrawnBatches.Of(trial, enough, most: int.MaxValue))
        {
            units.See(trial, batch);
            if (!layers.Any(IsOver)) break;
        }
        WeightedLayer[] over = [.. layers.Where(IsOver)], silent = [.. SilenceCauses.ByThemselves(trial, over, Share)];
        WeightedLayer[] cut = [.. over.Except(silent)];
        if (silent.Length > 0 && units.Examples < enough)
            return Findings.Inconclusive($"at least {Numbers.Text(enough)} different examples; Batch yields {Numbers.Text(units.Examples)}, for which {Numbers.Text(units.Count(silent[0]))} of {Numbers.Text(silent[0].Units)} units of `{silent[0].Path}` do not fire");
        var findings = new Findings
        {
            Claims = [new($"share of silent units over {Numbers.Text(units.Examples)} examples", Bound.AtMost(Share), [.. layers.Except(cut).Select(layer => new Reading(units.Share(layer), $"in {layer.Path}"))])],
            Controls = [new("units that fire", Bound.AtLeast(1), layers.Sum(layer => layer.Units - units.Count(layer)))],
            Notes = cut.Length == 0 ? [] : [$"no gradient reaches {Words.List([.. cut.Select(layer => $"`{layer.Path}`")])} for a reason behind {(cut.Length == 1 ? "it" : "them")}: not judged"],
        };
        return silent.Length == 0 ? findings : findings with
        {
            Causes = [.. silent.Select(layer => SilenceCauses.Of(trial, layer, units.Count(layer), Share))],
            Where = silent[0].Place(trial.Model),
        };

        bool IsOver(WeightedLayer layer) => units.Share(layer) > Share;
    }
}
