using DigitClassifier.Data;
using TrainingGuards;
using TrainingGuards.Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace DigitClassifier.Guards;

public class DigitGuards
{
    private const int Epochs = 20;

    private static readonly (Digits Training, Digits HeldOut) Data = new Digits(Drawing.Draw(examplesPerClass: 60, seed: 0)).Split(seed: 0);

    private static readonly Setup Classifier = new()
    {
        Model = () => new DigitNet(),
        Training = Examples.From(() => Data.Training.ShuffledBatches(64).Select(rows => (Batch)Data.Training.At(rows, CPU))),
        Validation = Examples.From(() => Data.HeldOut.Batches(64).Select(rows => (Batch)Data.HeldOut.At(rows, CPU))),
        Loss = (logits, labels) => cross_entropy(logits, labels),
        Optimizer = Trainer.NewOptimizer,
        Scheduler = optimizer => Trainer.NewSchedule(optimizer, Epochs),
        ScheduledBy = ScheduleUnit.Epoch,
        Epochs = Epochs,
        Evaluate = model => ConfusionMatrix.Of((Module<Tensor, Tensor>)model, Data.HeldOut).Accuracy,
    };

    public static Cases Recipe => Cases.Of(TrainingGuards.Recipe.Classifier(classes: 10).Only(Suite.Preflight, Suite.Fit));

    [GuardTheory, MemberData(nameof(Recipe))]
    public void Holds(Check check) => Classifier.MustSatisfy(check);
}
