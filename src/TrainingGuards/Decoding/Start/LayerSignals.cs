using TrainingGuards.Localisation;
using TrainingGuards.Trials;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>How much of what each layer returns differs between examples, and how large the gradients of its weights are.</summary>
/// <param name="Layers">In the order of the first call.</param>
/// <param name="Output">The signal of the model's output; null where none counts examples.</param>
/// <param name="Activations">What enters each tanh and sigmoid.</param>
internal sealed record LayerSignals(IReadOnlyList<LayerSignal> Layers, double? Output, IReadOnlyList<SaturatedInputs> Activations)
{
    /// <summary>Of one pass forward and back, in an open scope.</summary>
    public static LayerSignals Of(Trial trial)
    {
        int n = (int)trial.Batch.Size;
        WeightedLayer[] all = [.. WeightedLayer.In(trial.Model)];
        RandomCotangent.Train(trial.Model);
        Tensors? outputs = null;
        IReadOnlyList<TraceEvent> events = ModuleTrace.Live(trial.Model, () => outputs = trial.Forward(trial.Batch.Inputs));
        WeightedLayer[] training = [.. all.Where(layer => layer.Weight.requires_grad)];
        IReadOnlyList<Tensor?> gradients = RandomCotangent.Of(trial, outputs!, [.. training.Select(layer => layer.Weight)]);
        var rms = training.Zip(gradients).ToDictionary(pair => pair.First.WeightName, pair => pair.Second is null ? (double?)null : Rms(pair.Second));
        var layers = new List<LayerSignal>();
        IReadOnlyList<string> composites = ModuleKind.Composites(trial.Model);
        foreach (TraceEvent left in events.Where(at => !at.Entered).DistinctBy(at => at.Module))
        {
            WeightedLayer[] own = [.. all.Where(layer => ReferenceEquals(layer.Module, left.Module) || (composites.Contains(left.Path) && CoveringNames.IsUnder(layer.Path, left.Path)))];
            if (own.Length == 0) continue;
            Tensor[] passed = [.. left.Tensors.Where(tensor => tensor.is_floating_point()).Take(1)];
            double? signal = passed.Length == 0 ? null : Signal(passed[0], n);
            layers.Add(new(left.Path, own, signal, own.All(layer => layer.Gain == 0), IsNormalised(events, left), [.. own.Select(layer => rms.GetValueOrDefault(layer.WeightName))]));
        }
        return new(layers, outputs!.Where(output => output.is_floating_point()).Select(output => Signal(output, n)).Max(), SaturatedInputs.Of(trial.Model, events, outputs!, n));
    }

    // The standard deviation over examples, in root mean square over all else: biases are no signal.
    private static double? Signal(Tensor tensor, int examples)
    {
        using var scope = NewDisposeScope();
        int dimension = Enumerable.Range(0, (int)tensor.dim()).FirstOrDefault(d => tensor.shape[d] == examples, -1);
        Tensor values = tensor.detach().to(ScalarType.Float64);
        if (dimension < 0 && ExampleLeaks.CountsExamples(tensor, examples)) (values, dimension) = (values.reshape(examples, -1), 0);
        if (dimension < 0) return null;
        return (values - values.mean([dimension], keepdim: true)).square().mean().sqrt().ToDouble();
    }

    private static bool IsNormalised(IReadOnlyList<TraceEvent> events, TraceEvent left) =>
        events.SkipWhile(at => !ReferenceEquals(at, left)).Skip(1).FirstOrDefault(at => at.Entered) is { Module: var next } && ModuleKind.IsTorch(next) && next.GetType().Name.Contains("Norm", StringComparison.Ordinal);

    private static double Rms(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).square().mean().sqrt().ToDouble();
    }
}
