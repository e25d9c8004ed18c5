using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>The optimizer holds the parameters of an earlier model.</summary>
internal static class StaleOptimizer
{
    public static Setup Setup { get; } = SoundSetups.Classifier with
    {
        Optimizer = null,
        OptimizerFor = model => optim.SGD(new MlpClassifier().parameters(), learningRate: 0.1),
    };
}
