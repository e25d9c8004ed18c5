using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards.Decoding;

/// <summary>What one training step takes: batches, and steps of the scheduler.</summary>
/// <param name="Batches">How many batches.</param>
/// <param name="SchedulerSteps">How many steps of the scheduler; null where that differs from step to step.</param>
/// <param name="SchedulerFirst">Whether the scheduler is stepped before the optimizer.</param>
/// <param name="StandsStill">Whether the scheduler is stepped to where it already is.</param>
internal sealed record StepUsage(int Batches, int? SchedulerSteps, bool SchedulerFirst, bool StandsStill)
{
    /// <summary>Makes two steps of the user's own on a build of their own, with a scheduler that counts.</summary>
    public static StepUsage Of(Trial trial)
    {
        int drawn = 0, reached = 0, calls = 0, atFirstUpdate = -1;
        using Trial counted = trial.Again(setup => setup with
        {
            Batch = Draw,
            Optimizer = null,
            OptimizerFor = null,
            Optimizers = model => [.. Trials.SetupValidation.BuildOptimizers(trial.Setup, model).Select(own => Trials.WatchedOptimizer.Of(own, Updating))],
            // What the function is asked for is how far the scheduler has been stepped.
            Scheduler = optimizer => lr_scheduler.LambdaLR(optimizer, Count),
        });
        _ = counted.Schedulers;
        counted.Step(counted.NextBatch());
        (int batches, int first, int callsBefore) = (drawn, reached, calls);
        counted.Step(counted.NextBatch());
        return new(batches, first == reached - first ? first : null, atFirstUpdate > 0, first > 0 && reached == first && calls > callsBefore);

        Batch Draw()
        {
            drawn++;
            return trial.NextBatch();
        }

        double Count(int step)
        {
            calls++;
            reached = Math.Max(reached, step);
            return 1;
        }

        void Updating(Optimizer optimizer)
        {
            if (atFirstUpdate < 0) atFirstUpdate = reached;
        }
    }
}
