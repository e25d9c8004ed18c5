using TrainingGuards.Reporting;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Fitting;

/// <summary>Some epochs of the user's own steps over the training examples.</summary>
internal static class FullTraining
{
    /// <summary>The loss of each step; it ends where one is not finite.</summary>
    /// <param name="trial">What is trained.</param>
    /// <param name="training">The setup's training examples.</param>
    /// <param name="epochs">How often they are gone through.</param>
    public static IReadOnlyList<double> Of(Trial trial, Examples training, int epochs)
    {
        _ = trial.Optimizers;
        long count = training.Count ?? trial.Epoch(training).Sum(batch => batch.Size);
        Batch next = trial.NextBatch();
        long batches = Math.Max(1, count / next.Size);
        var losses = new List<double>();
        trial.Expect((int)Math.Min(int.MaxValue, epochs * batches));
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            for (long k = 0; k < batches; k++)
            {
                losses.Add(trial.Step(losses.Count == 0 ? next : trial.PassingBatch()));
                if (!double.IsFinite(losses[^1])) return losses;
            }
            if (trial.Setup.ScheduledBy != ScheduleUnit.Epoch) continue;
            foreach (LRScheduler scheduler in trial.Schedulers)
                if (scheduler is not impl.ReduceLROnPlateau) scheduler.step();
        }
        return losses;
    }

    /// <summary>What is said of a training whose loss is no number.</summary>
    public static Cause? NotFinite(IReadOnlyList<double> losses) => losses.Count == 0 || double.IsFinite(losses[^1]) ? null : new(
        $"the loss is {Numbers.Text(losses[^1])} after {Numbers.Text(losses.Count)} steps", "lower the learning rate, clip the gradient, and look for log, sqrt or a division of something that can be 0", "TG6009");
}
