using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Training steps of the user's own, sound ones and others a line away.</summary>
internal static class OwnStep
{
    public static Setup Sound => With(step =>
    {
        step.Optimizer.zero_grad();
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        step.Optimizer.step();
        return loss.ToDouble();
    });

    public static Setup ZeroesAtTheEnd => With(step =>
    {
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        step.Optimizer.step();
        step.Model.zero_grad();
        return loss.ToDouble();
    });

    public static Setup NeverZeroes => With(step =>
    {
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        step.Optimizer.step();
        return loss.ToDouble();
    });

    public static Setup NeverZeroesAndClips => With(step =>
    {
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        nn.utils.clip_grad_norm_(step.Model.parameters(), 0.5);
        step.Optimizer.step();
        return loss.ToDouble();
    });

    public static Setup StepsBeforeBackward => With(step =>
    {
        step.Optimizer.step();
        step.Optimizer.zero_grad();
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        return loss.ToDouble();
    });

    /// <summary>What backward filled is set to zero before the optimizer sees it.</summary>
    public static Setup ZeroesBeforeStep => With(step =>
    {
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        step.Optimizer.zero_grad();
        step.Optimizer.step();
        return loss.ToDouble();
    });

    /// <summary>The optimizer is stepped on gradients that were just set to zero; backward comes after.</summary>
    public static Setup StepsOnZeroes => With(step =>
    {
        step.Optimizer.zero_grad();
        step.Optimizer.step();
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        return loss.ToDouble();
    });

    /// <summary>Nobody calls backward.</summary>
    public static Setup NeverGoesBack => With(step =>
    {
        step.Optimizer.zero_grad();
        Tensor loss = Loss(step, step.Batch);
        step.Optimizer.step();
        return loss.ToDouble();
    });

    /// <summary>Nobody calls the optimizer's step.</summary>
    public static Setup NeverSteps => With(step =>
    {
        step.Optimizer.zero_grad();
        Tensor loss = Loss(step, step.Batch);
        loss.backward();
        return loss.ToDouble();
    });

    /// <summary>A step with a penalty on the weights.</summary>
    /// <param name="penalty">Computes it.</param>
    public static Func<TrainingStep, double> Penalised(Func<nn.Module, Tensor> penalty) => step =>
    {
        step.Optimizer.zero_grad();
        Tensor loss = Loss(step, step.Batch) + penalty(step.Model);
        loss.backward();
        step.Optimizer.step();
        return loss.ToDouble();
    };

    /// <summary>Two optimizers, of which the second is never zeroed.</summary>
    public static Setup ZeroesOneOfTwo => SoundSetups.MultiLabel with
    {
        Step = step =>
        {
            step.Optimizers[0].zero_grad();
            Tensor loss = binary_cross_entropy_with_logits(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
            loss.backward();
            foreach (optim.Optimizer optimizer in step.Optimizers) optimizer.step();
            return loss.ToDouble();
        },
    };

    /// <summary>A step over several batches.</summary>
    /// <param name="batches">How many.</param>
    /// <param name="divisor">What each loss is divided by.</param>
    /// <param name="zeroesBetween">Whether gradients are zeroed before each batch.</param>
    /// <param name="clip">The norm that gradients are clipped to; null for none.</param>
    public static Setup Accumulates(int batches, double divisor, bool zeroesBetween = false, double? clip = null) => With(step =>
    {
        double sum = 0;
        step.Optimizer.zero_grad();
        for (int i = 0; i < batches; i++)
        {
            if (zeroesBetween) step.Optimizer.zero_grad();
            Tensor loss = Loss(step, i == 0 ? step.Batch : step.NextBatch()) / divisor;
            loss.backward();
            sum += loss.ToDouble();
        }
        if (clip is { } norm) nn.utils.clip_grad_norm_(step.Model.parameters(), norm);
        step.Optimizer.step();
        return sum;
    });

    /// <summary>Gradients of two halves of the batch are added up.</summary>
    public static Func<TrainingStep, double> AllParts => InParts(parts => parts);

    /// <summary>The second half is never trained on.</summary>
    public static Func<TrainingStep, double> FirstPart => InParts(parts => parts.Take(1));

    /// <summary>The first half is never trained on.</summary>
    public static Func<TrainingStep, double> SecondPart => InParts(parts => parts.Skip(1));

    /// <summary>Three quarters of the batch, others in each step.</summary>
    public static Func<TrainingStep, double> DrawnPart => InParts(parts => parts, drawn: true);

    public static Setup With(Func<TrainingStep, double> step) => SoundSetups.Classifier with { Step = step };

    private static Func<TrainingStep, double> InParts(Func<IEnumerable<(Tensor Inputs, Tensor Labels)>, IEnumerable<(Tensor Inputs, Tensor Labels)>> cut, bool drawn = false) => step =>
    {
        (Tensor inputs, Tensor labels) = (step.Batch.Inputs[0], step.Batch.Targets[0]);
        if (drawn)
        {
            Tensor some = randperm(inputs.shape[0], device: inputs.device).narrow(0, 0, inputs.shape[0] * 3 / 4);
            (inputs, labels) = (inputs.index_select(0, some), labels.index_select(0, some));
        }
        step.Optimizer.zero_grad();
        double total = 0;
        foreach ((Tensor part, Tensor own) in cut(inputs.chunk(2).Zip(labels.chunk(2))))
        {
            Tensor loss = cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(part), own) / 2;
            loss.backward();
            total += loss.ToDouble();
        }
        step.Optimizer.step();
        return total;
    };

    private static Tensor Loss(TrainingStep step, Batch batch) => cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(batch.Inputs), batch.Targets);
}
