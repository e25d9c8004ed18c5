using DigitClassifier;
using DigitClassifier.Data;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SilentFailures;

/// <summary>The logits pass through a ReLU: none can say no, and a digit whose logit is negative for all images is never learned.</summary>
internal sealed class OutputActivation : SilentFailure
{
    public override string Rule => "TG3007";

    public override double Train(Digits training, Digits heldOut, int epochs, Action<int, double> finished)
    {
        using var model = new RectifiedNet();
        using var trainer = new RectifiedTrainer(model, epochs);
        trainer.Fit(training, finished);
        return ConfusionMatrix.Of(model, heldOut).Accuracy;
    }

    public override Setup Plant(Setup sound, Digits heldOut) => sound with { Model = () => new RectifiedNet() };

    private sealed class RectifiedNet : Module<Tensor, Tensor>
    {
        private readonly Sequential features = DigitNet.Features();
        private readonly AttentionPooling pooling = new(DigitNet.Channels);
        private readonly Sequential head = Sequential(
            ("logits", Linear(DigitNet.Channels, Digits.Classes)),
            ("relu", ReLU())); // planted: TG3007

        public RectifiedNet() : base(nameof(RectifiedNet)) => RegisterComponents();

        public override Tensor forward(Tensor images)
        {
            using var scope = NewDisposeScope();
            Tensor positions = features.call(images).flatten(2);
            return head.call(pooling.call(positions)).MoveToOuterDisposeScope();
        }
    }

    private sealed class RectifiedTrainer(RectifiedNet model, int epochs) : Trainer(model, epochs)
    {
        private readonly RectifiedNet _model = model;

        protected override Tensor Backpropagate(Tensor images, Tensor labels)
        {
            Tensor loss = cross_entropy(_model.call(images), labels);
            loss.backward();
            return loss;
        }
    }
}
