using System.Reflection;
using TorchSharp.Modules;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace TrainingGuards.Trials;

/// <summary>A number that optimizers have by the same name, each in options of its own: weight_decay, eps.</summary>
internal sealed class OptimizerOption
{
    public static readonly OptimizerOption WeightDecay = new("weight_decay"), Epsilon = new("eps");

    private readonly string _name;

    private OptimizerOption(string name) => _name = name;

    /// <summary>The largest of all groups; 0 where none has it.</summary>
    public double Largest(IEnumerable<Optimizer> optimizers) => Of(optimizers).DefaultIfEmpty(0).Max();

    /// <summary>That of each group that has it.</summary>
    public IEnumerable<double> Of(IEnumerable<Optimizer> optimizers) => Groups(optimizers).Select(Of).OfType<double>();

    /// <summary>That of a group; null where it has none.</summary>
    public double? Of(ParamGroup group) => Field(group)?.GetValue(group.Options) as double?;

    /// <summary>The same optimizers, with it set to 0 in every group.</summary>
    public IReadOnlyList<Optimizer> SetToZero(IReadOnlyList<Optimizer> optimizers) => SetTo(optimizers, 0);

    /// <summary>The same optimizers, with it set in every group that has it.</summary>
    public IReadOnlyList<Optimizer> SetTo(IReadOnlyList<Optimizer> optimizers, double value)
    {
        foreach (ParamGroup group in Groups(optimizers)) Field(group)?.SetValue(group.Options, value);
        return optimizers;
    }

    /// <summary>The groups of some optimizers.</summary>
    public static IEnumerable<ParamGroup> Groups(IEnumerable<Optimizer> optimizers) => optimizers.SelectMany(optimizer => optimizer.ParamGroups ?? []).OfType<ParamGroup>();

    private FieldInfo? Field(ParamGroup group) => group.Options?.GetType().GetField(_name, BindingFlags.Public | BindingFlags.Instance);
}
