using TrainingGuards.Decoding;
using TrainingGuards.Reporting;

namespace TrainingGuards.Checks.Init;

/// <summary>What differs between examples reaches every layer at about the size at which it enters, lies where activations have a slope, and gradients come back so.</summary>
/// <remarks>
/// Signal: the standard deviation of a layer's output over examples, which biases do not enter, relative to that of the first layer. Gradient: the root mean square of ∂⟨v, f(x)⟩/∂W, v ~ N(0, 1), relative to that of the last layer. A ReLU network
/// with default initialisation loses a factor of 0.41 a layer: a bound of 1000 would flag one of nine layers. Saturation: the share of what a tanh or sigmoid takes that lies more than 5 from the mean over examples. Gain: √fan-in · rms(W) of linear and convolution layers that train, were not loaded and are not normalised at once. It sees layers that are called by <c>call</c>, and no weights that the user's modules
/// hold themselves. Cost: 1 F + 1 B.
/// </remarks>
/// <param name="ratio">The largest factor between the signals of two layers.</param>
/// <param name="gradientRatio">The largest factor between the gradients of two layers' weights.</param>
/// <param name="saturatedShare">The largest share of what a tanh or sigmoid takes that may lie more than 5 from the mean over examples.</param>
/// <param name="gain">The most by which a layer may multiply what enters, √fan-in · rms(W).</param>
public sealed class SignalPropagates(double ratio = 1e5, double gradientRatio = 1e4, double saturatedShare = 0.1, double gain = 5) : Check
{
    /// <summary>The largest factor between the signals of two layers.</summary>
    public double Ratio { get; } = ratio > 1 ? ratio : throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "The largest factor is above 1.");

    /// <summary>The largest factor between the gradients of two layers' weights.</summary>
    public double GradientRatio { get; } = gradientRatio > 1 ? gradientRatio : throw new ArgumentOutOfRangeException(nameof(gradientRatio), gradientRatio, "The largest factor is above 1.");

    /// <summary>The largest share of what a tanh or sigmoid takes that may lie more than 5 from the mean over examples.</summary>
    public double SaturatedShare { get; } = saturatedShare is > 0 and < 1 ? saturatedShare : throw new ArgumentOutOfRangeException(nameof(saturatedShare), saturatedShare, "A share lies between 0 and 1.");

    /// <summary>The most by which a layer may multiply what enters, √fan-in · rms(W).</summary>
    public double Gain { get; } = gain > 1 ? gain : throw new ArgumentOutOfRangeException(nameof(gain), gain, "The largest factor is above 1.");

    /// <inheritdoc/>
    public override string Claim => "What differs between examples reaches the last layer, and gradients reach the first.";

    /// <inheritdoc/>
    protected internal override Findings Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        // Freezing and unfreezing is often done where the optimizer is built.
        if (trial.Setup.Trains) _ = trial.Optimizers;
        _ = trial.Batch;
        using IDisposable scope = trial.Scope();
        int known = WeightedLayer.In(trial.Model).DistinctBy(layer => layer.Path).Count();
        if (known < 2) return Findings.NotApplicable("the model has fewer than two linear, convolution, recurrent or attention layers");
        var signals = LayerSignals.Of(trial);
        // Where the output differs between examples, a layer that is the same for all is a side branch, of learned queries for one.
        LayerSignal[] judged = [.. signals.Layers.Where(layer => !layer.IsZero && layer.Signal is not null && (layer.Signal != 0 || signals.Output == 0))];
        if (judged.Length < 2)
            return Findings.Inconclusive($"two layers whose weights are not 0 and that are called by call; it sees {Numbers.Text(judged.Length)} of {Numbers.Text(known)} (TG3012)");
        double first = judged[0].Signal!.Value;
        Reading[] forward = [.. judged.Select(layer => new Reading(layer.Signal!.Value / first, $"in {layer.Path}"))];
        (string Name, double Size)[] sizes = [.. signals.Layers
            .SelectMany(layer => layer.Weights.Zip(layer.Gradients, (weight, size) => (weight.WeightName, Size: size)))
            .Where(one => one.Size is not null and not 0)
            .Select(one => (one.WeightName, one.Size!.Value))];
        Reading[] backward = [.. sizes.Select(one => new Reading(one.Size / sizes[^1].Size, $"in {one.Name}"))];
        int zeros = signals.Layers.Sum(layer => layer.Gradients.Count(size => size == 0));
        IReadOnlyList<WeightedLayer> weighed = LargeWeights.Judged(signals), large = [.. weighed.Where(layer => layer.Gain > Gain)], drawn = LargeWeights.Drawn(trial, large);
        Reading[] gains = [.. weighed.Except(large).Concat(drawn).Select(layer => new Reading(layer.Gain, $"in {layer.WeightName}"))];
        var saturated = new Measurement("share of what an activation takes more than 5 from its mean", Bound.AtMost(SaturatedShare), [.. signals.Activations.Select(one => new Reading(one.Share, $"in {one.Name}"))]);
        var findings = new Findings
        {
            Claims =
            [
                new("signal relative to that of the first layer", Bound.Between(1 / Ratio, Ratio), forward),
                .. gains.Length == 0 ? Array.Empty<Measurement>() : [new("what a layer multiplies by, √fan-in · rms(W)", Bound.AtMost(Gain), gains)],
                .. signals.Activations.Count == 0 ? Array.Empty<Measurement>() : [saturated],
                .. backward.Length < 2 ? Array.Empty<Measurement>() : [new("gradient relative to that of the last layer", Bound.Between(1 / GradientRatio, GradientRatio), backward)],
            ],
            Controls = [new("signal in the first layer", Bound.MoreThan(0), first)],
            Bars =
            [
                new("signal", "layer", [.. judged.Select(layer => new Reading(layer.Signal!.Value, layer.Path))]),
                .. sizes.Length == 0 ? Array.Empty<Bars>() : [new("gradient", "weight", [.. sizes.Select(one => new Reading(one.Size, one.Name))])],
            ],
            Notes = zeros == 0 ? [] : [$"{Numbers.Text(zeros)} {(zeros == 1 ? "weight gets" : "weights get")} a gradient of exactly 0 at the start and {(zeros == 1 ? "is" : "are")} not judged: EveryParameterLearns tells whether that changes"],
        };
        if (findings.Claims.All(claim => claim.Holds)) return findings;
        if (findings.Claims[0].Holds)
        {
            // What is too large makes what is behind it saturate, and gradients small.
            SaturatedInputs[] flat = [.. signals.Activations.Where(one => one.Share > SaturatedShare)];
            Cause[] near = [.. drawn.Take(3).Select(LargeWeights.Cause), .. flat.Take(3).Select(one => one.Cause())];
            if (near.Length > 0) return findings with { Causes = near, Where = drawn.Count > 0 ? drawn[0].Place(trial.Model) : flat[0].Where };
        }
        (IReadOnlyList<Cause> causes, WeightedLayer? where) = SignalLoss.Of(judged, forward, Ratio);
        return findings with { Causes = causes, Where = where?.Place(trial.Model) };
    }
}
