using System.Reflection;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Fitting;

/// <summary>A number that optimizers have by the same name, each in options of its own: weight_decay, eps.</summary>
internal sealed class OptimizerOption
{
    public static readonly OptimizerOption WeightDecay = new("weight_decay"), Epsilon = new("eps");

    private readonly string _name;

    private OptimizerOption(string name) => _name = name;

    /// <summary>The largest of all groups; 0 where none has it.</summary>
    public double Largest(IEnumerable<Optimizer> optimizers) => Of(optimizers).DefaultIfEmpty(0).Max();

    /// <summary>That of each group that has it.</summary>
    public IEnumerable<double> Of(IEnumerable<Optimizer> optimizers) => Groups(optimizers).Select(group => Field(group)?.GetValue(group.Options)).OfType<double>();

    /// <summary>The same optimizers, with it set to 0 in every group.</summary>
    public IReadOnlyList<Optimizer> SetToZero(IReadOnlyList<Optimizer> optimizers)
    {
        foreach (TorchSharp.Modules.ParamGroup group in Groups(optimizers)) Field(group)?.SetValue(group.Options, 0.0);
        return optimizers;
    }

    private static IEnumerable<TorchSharp.Modules.ParamGroup> Groups(IEnumerable<Optimizer> optimizers) => optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? []).OfType<TorchSharp.Modules.ParamGroup>();

    private FieldInfo? Field(TorchSharp.Modules.ParamGroup group) => group.Options?.GetType().GetField(_name, BindingFlags.Public | BindingFlags.Instance);
}
