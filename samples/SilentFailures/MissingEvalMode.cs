using DigitClassifier;
using DigitClassifier.Data;
using TorchSharp;
using TrainingGuards;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace SilentFailures;

/// <summary>Nobody calls eval(): dropout goes on while the model is measured, and batch normalisation learns from what was held out.</summary>
internal sealed class MissingEvalMode : SilentFailure
{
    public override string Rule => "TG2001";

    public override double Train(Digits training, Digits heldOut, int epochs, Action<int, double> finished)
    {
        using var model = new DigitNet();
        using Optimizer optimizer = Trainer.NewOptimizer(model.parameters());
        LRScheduler schedule = CosineAnnealingLR(optimizer, T_max: epochs);
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            model.train();
            double sum = 0;
            foreach (long[] rows in training.ShuffledBatches(Trainer.BatchSize))
            {
                using var scope = NewDisposeScope();
                (Tensor images, Tensor labels) = training.At(rows, CPU);
                optimizer.zero_grad();
                Tensor loss = cross_entropy(model.call(images), labels);
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), max_norm: 1);
                optimizer.step();
                sum += loss.item<float>() * rows.Length;
            }
            schedule.step();
            finished(epoch, sum / training.Count);
        }

        return Accuracy(model, heldOut);
    }

    public override Setup Plant(Setup sound, Digits heldOut) => sound with { Evaluate = model => Accuracy((DigitNet)model, heldOut) };

    private static double Accuracy(DigitNet model, Digits heldOut)
    {
        long right = 0;
        Device device = model.parameters().First().device;
        using IDisposable gradients = no_grad();
        foreach (long[] rows in heldOut.Batches(Trainer.BatchSize))
        {
            using var scope = NewDisposeScope();
            (Tensor images, Tensor labels) = heldOut.At(rows, device);
            right += model.call(images).argmax(1).eq(labels).sum().ToInt64(); // planted: TG2001
        }
        return (double)right / heldOut.Count;
    }
}
