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
        var own = new HashSet<Parameter>(known, ReferenceEqualityComparer.Instance);
        foreach (Optimizer optimizer in optimizers)
        {
            var listed = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
            foreach (ParamGroup group in optimizer.ParamGroups?.OfType<ParamGroup>() ?? [])
                foreach (Parameter parameter in group.Parameters)
                    if (listed.Add(parameter)) yield return (parameter, ((ILearningRateController)group).LearningRate);
            var free = own.Where(parameter => !listed.Contains(parameter)).ToList();
            foreach (Parameter parameter in optimizer.parameters().Where(parameter => !listed.Contains(parameter)))
            {
                Parameter meant = own.Contains(parameter) ? parameter : free.Find(one => !parameter.IsInvalid && TensorBits.Same(one, parameter)) ?? parameter;
                free.Remove(meant);
                yield return (meant, double.NaN);
            }
        }
    }
}
