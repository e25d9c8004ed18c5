using TorchSharp.Modules;
using TrainingGuards.Trials;
using Optimizer = TorchSharp.torch.optim.Optimizer;

namespace TrainingGuards.Decoding;

/// <summary>The ε that an optimizer adds to the size of the gradient before it divides by it: below it the gradient's size counts again.</summary>
internal static class DivisorFloor
{
    private const double Usual = 1e-8;

    /// <summary>Whether an optimizer divides each gradient by its own size, as Adam does.</summary>
    public static bool Divides(Optimizer optimizer) => optimizer is Adam or AdamW or NAdam or RAdam or Adamax or RMSProp or Adagrad or Adadelta or Rprop;

    /// <summary>The least of all groups.</summary>
    public static double Of(IReadOnlyList<Optimizer> optimizers) =>
        OptimizerOption.Groups(optimizers).Select(group => OptimizerOption.Epsilon.Of(group) ?? Usual).DefaultIfEmpty(Usual).Min();
}
