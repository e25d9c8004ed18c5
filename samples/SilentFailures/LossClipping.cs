using DigitClassifier;
using DigitClassifier.Data;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SilentFailures;

/// <summary>The loss of an example is clamped against outliers: above the limit its gradient is zero, and the example is never learned.</summary>
internal sealed class LossClipping : SilentFailure
{
    private const double Limit = 2.5;

    public override string Rule => "TG1005";

    public override double Train(Digits training, Digits heldOut, int epochs, Action<int, double> finished)
    {
        using var model = new DigitNet();
        using var trainer = new ClippingTrainer(model, epochs);
        trainer.Fit(training, finished);
        return ConfusionMatrix.Of(model, heldOut).Accuracy;
    }

    public override Setup Plant(Setup sound, Digits heldOut) =>
        sound with { Loss = (logits, labels) => cross_entropy(logits, labels, reduction: Reduction.None).clamp(max: Limit).mean() };

    private sealed class ClippingTrainer(DigitNet model, int epochs) : Trainer(model, epochs)
    {
        private readonly DigitNet _model = model;

        protected override Tensor Backpropagate(Tensor images, Tensor labels)
        {
            Tensor losses = cross_entropy(_model.call(images), labels, reduction: Reduction.None);
            Tensor loss = losses.clamp(max: Limit).mean(); // planted: TG1005
            loss.backward();
            return loss;
        }
    }
}
