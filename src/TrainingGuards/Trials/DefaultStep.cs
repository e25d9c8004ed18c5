using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Trials;

/// <summary>The training step of a setup that has none of its own: gradients to zero, forward, loss, backward, update, and the scheduler's step where it counts batches.</summary>
internal static class DefaultStep
{
    /// <exception cref="SetupException">The loss depends on no parameter.</exception>
    public static double Of(TrainingStep step, Trial trial)
    {
        double? first = null;
        // An optimizer that searches along a line asks for the loss again and again.
        Func<Tensor>? closure = step.Optimizers.Any(optimizer => optimizer is LBFGS) ? Backward : null;
        if (closure is null) _ = Backward();
        foreach (Optimizer optimizer in step.Optimizers) optimizer.step(closure);
        if (trial.Setup.ScheduledBy == ScheduleUnit.Batch)
            foreach (LRScheduler scheduler in step.Schedulers) scheduler.step();
        return first!.Value;

        Tensor Backward()
        {
            foreach (Optimizer optimizer in step.Optimizers) optimizer.zero_grad();
            Tensor loss = trial.TrainingLoss(step.Batch);
            if (!loss.requires_grad)
            {
                throw new SetupException(
                    given: "a loss that does not depend on any parameter by its gradient",
                    expected: "a loss computed from the model's output by differentiable operations",
                    remedy: "look for detach, item, argmax, round or no_grad between the model and the loss (TG1004, TG2003)");
            }
            loss.backward();
            first ??= loss.ToDouble();
            return loss;
        }
    }
}
