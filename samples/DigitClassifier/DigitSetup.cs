using DigitClassifier.Data;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace DigitClassifier;

/// <summary>What is guarded: this program's own model, batches, loss, optimizer and evaluation.</summary>
public static class DigitSetup
{
    /// <summary>The setup of the program on some digits.</summary>
    public static Setup For(Digits training, Digits heldOut, int seed) => new()
    {
        Model = () => new DigitNet(),
        Batch = () => training.Sample(Trainer.BatchSize),
        Loss = (logits, labels) => cross_entropy(logits, labels),
        Optimizer = Trainer.NewOptimizer,
        Evaluate = model => ConfusionMatrix.Of((Module<Tensor, Tensor>)model, heldOut).Accuracy,
        Seed = seed,
    };
}
