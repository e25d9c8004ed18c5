namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Several schedulers, each from one milestone to the next.</summary>
                public class SequentialLR : LRScheduler
                {
                    private readonly LRScheduler[] schedulers;
                    private readonly int[] milestones;

                    public SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch = -1)
                        : base(optimizer, last_epoch + 1)
                    {
                        this.schedulers = [.. schedulers];
                        this.milestones = [.. milestones];
                        if (this.schedulers.Any(scheduler => scheduler._optimizer != optimizer))
                        {
                            throw new ArgumentException("All schedulers must belong to the same optimizer.", nameof(schedulers));
                        }
                        if (this.milestones.Length != this.schedulers.Length - 1)
                        {
                            throw new ArgumentException(
                                $"{this.schedulers.Length} schedulers have {this.schedulers.Length - 1} milestones between them, not {this.milestones.Length}.",
                                nameof(milestones));
                        }

                        // Each scheduler has stepped in its own constructor, on top of the others.
                        foreach (ILearningRateController group in optimizer.ParamGroups)
                        {
                            group.LearningRate = group.InitialLearningRate;
                        }
                        foreach (LRScheduler scheduler in this.schedulers)
                        {
                            scheduler._last_epoch--;
                        }
                        this.schedulers[0].step();
                        _last_lrs = this.schedulers[0]._last_lrs;
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        int current = milestones.Length;
                        while (current > 0 && milestones[current - 1] > _last_epoch)
                        {
                            current--;
                        }
                        if (current > 0 && milestones[current - 1] == _last_epoch)
                        {
                            schedulers[current].step(0);
                        }
                        else
                        {
                            schedulers[current].step();
                        }
                        return Scaled(1);
                    }
                }
            }

            public static LRScheduler SequentialLR(
                Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch = -1) =>
                new impl.SequentialLR(optimizer, schedulers, milestones, last_epoch);
        }
    }
}
