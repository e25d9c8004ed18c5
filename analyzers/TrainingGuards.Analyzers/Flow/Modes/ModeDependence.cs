using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>What makes a model compute something else in training than in evaluation.</summary>
internal static class ModeDependence
{
    /// <summary>A layer that certainly does so, in every model that an expression may stand for; null where one has none in sight.</summary>
    public static Layer? Of(IOperation? model, MethodBody body, TorchProgram program)
    {
        ImmutableArray<ModuleValue> models = program.Values.Of(model, body);
        // Who calls a Dropout by itself wants to see what it drops.
        if (models.IsEmpty || models.Any(value => ModuleTypes.OverridesMode(value.Type)
            || Layers.IsDropout(value.Type, program.Torch) || Layers.IsBatchNorm(value.Type, program.Torch)))
        {
            return null;
        }
        var active = models.Select(value => program.Types.LayersOf(value).Certain.FirstOrDefault(layer => IsActive(layer, program.Torch))).ToList();
        return active.Contains(null) ? null : active[0];
    }

    private static bool IsActive(Layer layer, TorchSymbols torch) => Layers.IsDropout(layer.Type, torch)
        ? layer.Number("p") is not 0
        : Layers.IsBatchNorm(layer.Type, torch) && layer.Constant("track_running_stats") is not false;
}
