using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using TrainingGuards.Reporting;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>What layers return, their gradients, and what a step changes in their weights, over the first steps of a fresh training.</summary>
internal static class LayersOverTraining
{
    private const double Usual = 1e-3;

    private static readonly string[] Activations = ["ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Tanh", "Sigmoid", "Softplus", "Hardtanh", "Hardswish"];

    public static IEnumerable<Exhibit> Of(Trial trial, int steps)
    {
        if (!trial.Setup.Trains || steps == 0) yield break;
        Action? stepping = null;
        using Trial watched = trial.Again(setup => setup with { Optimizer = null, OptimizerFor = null, Optimizers = model => [.. SetupValidation.BuildOptimizers(trial.Setup, model).Select(own => WatchedOptimizer.Of(own, _ => stepping?.Invoke()))] });
        IReadOnlyList<WeightedLayer> all = CallOrder.Of(watched).Sorted(WeightedLayer.In(watched.Model));
        WeightedLayer[] weights = [.. Chosen.Evenly(all)];
        var outputs = Chosen.Evenly<string>([.. ModelTensors.Modules(watched.Model).Where(part => all.Any(layer => layer.Path == part.Path) || (ModuleKind.IsTorch(part.Module) && Activations.Contains(part.Module.GetType().Name))).Select(part => part.Path)]).ToHashSet(StringComparer.Ordinal);
        using SampledValues activations = new(), gradients = new(), updates = new();
        var losses = new List<double>();
        for (int step = 1; step <= steps; step++)
        {
            // The steps that are looked into are 1, 2, 4, 8, … and the last.
            string at = Numbers.Whole(step);
            bool looks = (step & (step - 1)) == 0 || step == steps;
            var before = new List<(WeightedLayer Layer, Tensor Values)>();
            using ModuleHooks? hooks = !looks ? null : new(watched.Model, (_, _, _) => { }, (path, _, given) =>
            {
                if (outputs.Contains(path) && !activations.Has(path, $"step {at}") && given.FirstOrDefault(one => one.is_floating_point() && one.numel() > 0) is { } first) activations.Add(path, $"step {at}", SampledValues.Of(first));
            });
            stepping = !looks ? null : () =>
            {
                if (before.Count > 0) return;
                foreach (WeightedLayer layer in weights)
                {
                    before.Add((layer, SampledValues.Of(layer.Weight)));
                    if (layer.Weight.grad is { IsInvalid: false, is_sparse: false } gradient) gradients.Add(layer.WeightName, $"step {at}", SampledValues.Of(gradient));
                }
            };
            losses.Add(watched.Step(watched.NextBatch()));
            foreach ((WeightedLayer layer, Tensor values) in before) updates.Add(layer.WeightName, $"step {at}", Ratio(values, layer.Weight));
        }
        string how = $"A fresh build is trained for {Numbers.Text(steps)} steps with the setup's own step; of each layer up to 4096 numbers are looked at.";
        yield return new("Activations over the first steps", $"{how} Each layer on its own scale: a spike that grows at ±1 of a tanh is saturation, at 0 of a ReLU dead units, a spread that shrinks from layer to layer a vanishing signal.")
        {
            Curves = [new("loss", losses)],
            Histograms = activations.Pictures(logarithmic: false),
        };
        if (gradients.Layers.Count > 0)
            yield return new("Gradients over the first steps", "The sizes of the gradients of weights, all on one scale: layers that lie decades apart do not train together.") { Histograms = gradients.Pictures(logarithmic: true) };
        if (updates.Layers.Count > 0)
            yield return new("Updates over the first steps", "What a step changes in each weight, over the root mean square of its layer's weights, all on one scale.") { Histograms = updates.Pictures(logarithmic: true, new Level("usual", Usual)) };
    }

    private static Tensor Ratio(Tensor before, Tensor weight)
    {
        using var scope = NewDisposeScope();
        scope.Attach(before);
        using Tensor after = SampledValues.Of(weight);
        return ((after - before) / before.square().mean().sqrt()).DetachFromDisposeScope();
    }
}
