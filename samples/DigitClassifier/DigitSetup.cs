using DigitClassifier.Data;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace DigitClassifier;

/// <summary>What is guarded: this program's own model, batches, loss, optimizer and evaluation.</summary>
public static class DigitSetup
{
    /// <summary>What it is put to before each training: what takes several trainings is for now and then.</summary>
    public static Recipe Recipe { get; } = Recipe.Classifier(Data.Digits.Classes).Only(Suite.Preflight, Suite.Fit);

    /// <summary>The setup of the program on some digits.</summary>
    public static Setup For(Digits training, Digits heldOut, int seed) => new()
    {
        Model = () => new DigitNet(),
        Training = Examples.From(() => training.ShuffledBatches(Trainer.BatchSize).Select(rows => (Batch)training.At(rows, CPU))),
        Validation = Examples.From(() => heldOut.Batches(Trainer.BatchSize).Select(rows => (Batch)heldOut.At(rows, CPU))),
        Loss = (logits, labels) => cross_entropy(logits, labels),
        Optimizer = Trainer.NewOptimizer,
        Evaluate = model => ConfusionMatrix.Of((Module<Tensor, Tensor>)model, heldOut).Accuracy,
        Seed = seed,
    };
}
