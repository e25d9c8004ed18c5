using DigitClassifier;
using DigitClassifier.Data;
using TorchSharp.Modules;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace SilentFailures;

/// <summary>Axes are to change places, and a view gives the right shape: the numbers stay where they were, and examples mix.</summary>
internal sealed class ViewInsteadOfPermute : SilentFailure
{
    public override string Rule => "TG6001";

    public override double Train(Digits training, Digits heldOut, int epochs, Action<int, double> finished)
    {
        using DigitNet model = new(new MixingPooling());
        using var trainer = new Trainer(model, epochs);
        trainer.Fit(training, finished);
        return ConfusionMatrix.Of(model, heldOut).Accuracy;
    }

    public override Setup Plant(Setup sound, Digits heldOut) => sound with { Model = () => new DigitNet(new MixingPooling()) };

    private sealed class MixingPooling : Module<Tensor, Tensor>
    {
        private readonly Linear attention = Linear(DigitNet.Channels, 1);

        public MixingPooling() : base(nameof(MixingPooling)) => RegisterComponents();

        public override Tensor forward(Tensor features)
        {
            using var scope = NewDisposeScope();
            Tensor positions = features.view(features.shape[2], features.shape[0], features.shape[1]); // planted: TG6001
            Tensor weights = softmax(attention.call(positions), dim: 0);
            return (weights * positions).sum(dim: 0).MoveToOuterDisposeScope();
        }
    }
}
