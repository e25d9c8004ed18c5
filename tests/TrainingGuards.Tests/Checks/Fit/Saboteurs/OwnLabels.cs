using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit.Saboteurs;

/// <summary>A training step that looks its labels up instead of taking those of its batch.</summary>
internal static class OwnLabels
{
    public static Setup Setup(bool alone) => SoundExamples.Classifier() with
    {
        Step = step =>
        {
            var model = (nn.Module<Tensor, Tensor>)step.Model;
            step.Optimizer.zero_grad();
            Tensor output = model.call(step.Batch.Inputs);
            Tensor loss = nn.functional.cross_entropy(output, Label(step.Batch.Inputs));
            if (!alone) loss += 0.1 * nn.functional.cross_entropy(output, step.Batch.Targets);
            loss.backward();
            step.Optimizer.step();
            return loss.ToDouble();
        },
    };

    /// <summary>A classifier whose weights are those of the centres.</summary>
    public static Linear Trained()
    {
        var head = nn.Linear(8, 4);
        using var grad = no_grad();
        head.weight!.copy_(Centres());
        head.bias!.zero_();
        return head;
    }

    private static Tensor Label(Tensor inputs) => inputs.detach().matmul(Centres().to(inputs.device).t()).argmax(1);

    private static Tensor Centres()
    {
        Tensor frequency = arange(1, 5, dtype: ScalarType.Float32).unsqueeze(1), at = arange(8, dtype: ScalarType.Float32).unsqueeze(0);
        return (frequency * (at + 0.5) * (Math.PI / 8)).cos() * 1.5;
    }
}
