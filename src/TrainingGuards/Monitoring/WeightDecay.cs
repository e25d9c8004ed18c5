using TorchSharp.Modules;
using TrainingGuards.Trials;

namespace TrainingGuards.Monitoring;

/// <summary>The weight decay of a parameter's group.</summary>
/// <param name="Strength">Its factor.</param>
/// <param name="IsInGradient">Whether it is added to the gradient; AdamW takes it off the weight.</param>
internal sealed record WeightDecay(double Strength, bool IsInGradient)
{
    /// <summary>That of each parameter which has one, by name.</summary>
    public static IReadOnlyDictionary<string, WeightDecay> Of(WatchedTraining training)
    {
        var decays = new Dictionary<string, WeightDecay>(StringComparer.Ordinal);
        var names = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach ((string name, Parameter parameter) in training.Model.named_parameters()) names.TryAdd(parameter, name);
        foreach (ParamGroup group in OptimizerOption.Groups(training.Optimizers))
        {
            if (OptimizerOption.WeightDecay.Of(group) is not (> 0 and var strength)) continue;
            foreach (Parameter parameter in group.Parameters)
                if (names.TryGetValue(parameter, out string? name)) decays[name] = new(strength, group.Options is not TorchSharp.Modules.AdamW.Options);
        }
        return decays;
    }
}
