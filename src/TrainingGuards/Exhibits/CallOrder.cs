using TrainingGuards.Decoding;
using TrainingGuards.Localisation;
using static TorchSharp.torch;

namespace TrainingGuards.Exhibits;

/// <summary>The order in which a forward pass calls the modules of a model: that in which they are registered need not be it.</summary>
/// <param name="Paths">The paths of the modules, each where it is first called.</param>
internal sealed record CallOrder(IReadOnlyList<string> Paths)
{
    /// <summary>Of one pass of the trial's first batch.</summary>
    public static CallOrder Of(Trial trial)
    {
        var paths = new List<string>();
        using IDisposable scope = trial.Scope();
        using var grad = no_grad();
        using (trial.Evaluating())
        using (new ModuleHooks(trial.Model, (path, _, _) => paths.Add(path), (_, _, _) => { }))
            trial.Forward(trial.Batch.Inputs);
        return new([.. paths.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The layers with weights in the order of their calls; those that are not called by <c>call</c> come last.</summary>
    public IReadOnlyList<WeightedLayer> Sorted(IEnumerable<WeightedLayer> layers) => [.. layers.OrderBy(layer => Paths.TakeWhile(path => path != layer.Path).Count())];
}
