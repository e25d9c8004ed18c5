using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Trials;

/// <summary>The parameters that optimizers hold, each with the learning rate of its group, NaN where that cannot be read.</summary>
internal static class OptimizedParameters
{
    /// <param name="optimizers">The optimizers.</param>
    /// <param name="known">The model's parameters. LBFGS hands out another object for each of its own at every call: it stands for the one with the same numbers.</param>
    public static IEnumerable<(Parameter Parameter, double Rate)> Of(IEnumerable<Optimizer> optimizers, IReadOnlyCollection<Parameter> known)
    {
        foreach (Optimizer optimizer in optimizers)
        {
            var free = known.ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);
            var listed = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
            foreach (ParamGroup group in optimizer.ParamGroups?.OfType<ParamGroup>() ?? [])
                foreach (Parameter parameter in group.Parameters)
                    if (Meant(parameter) is var meant && listed.Add(meant)) yield return (meant, ((ILearningRateController)group).LearningRate);
            if (listed.Count > 0) continue;
            foreach (Parameter parameter in optimizer.parameters()) yield return (Meant(parameter), double.NaN);

            Parameter Meant(Parameter parameter)
            {
                Parameter meant = optimizer is not TorchSharp.Modules.LBFGS || free.Contains(parameter) ? parameter : free.FirstOrDefault(one => !parameter.IsInvalid && TensorBits.Same(one, parameter)) ?? parameter;
                free.Remove(meant);
                return meant;
            }
        }
    }
}
