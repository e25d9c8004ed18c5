using DigitClassifier.Data;
using TrainingGuards;
using TrainingGuards.Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace DigitClassifier.Guards;

public class DigitGuards
{
    private static readonly (Digits Training, Digits HeldOut) Data = new Digits(Drawing.Draw(examplesPerClass: 60, seed: 0)).Split(seed: 0);

    private static readonly Setup Classifier = new()
    {
        Model = () => new DigitNet(),
        Batch = () => Data.Training.Sample(64),
        Loss = (logits, labels) => cross_entropy(logits, labels),
        Optimizer = Trainer.NewOptimizer,
        Evaluate = model => ConfusionMatrix.Of((Module<Tensor, Tensor>)model, Data.HeldOut).Accuracy,
    };

    public static Cases Recipe => Cases.Of(TrainingGuards.Recipe.Classifier(classes: 10));

    [GuardTheory, MemberData(nameof(Recipe))]
    public void Holds(Check check) => Classifier.MustSatisfy(check);
}
