using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Monitoring;

/// <summary>What is known of a training before it begins.</summary>
/// <param name="Model">The model.</param>
/// <param name="Optimizers">The optimizers over it.</param>
/// <param name="Schedulers">Their schedulers; empty where there are none.</param>
public sealed record WatchedTraining(nn.Module Model, IReadOnlyList<Optimizer> Optimizers, IReadOnlyList<LRScheduler> Schedulers)
{
    /// <summary>How many steps are to be made in all; null where that is not known.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>How many steps make an epoch; null where that is not known.</summary>
    public long? StepsPerEpoch { get; init; }

    /// <summary>How many examples an epoch has; null where that is not known.</summary>
    public long? ExamplesPerEpoch { get; init; }

    /// <summary>The norm that gradients are clipped to; null where they are not.</summary>
    public double? ClippingNorm { get; init; }

    /// <summary>Whether some examples stay the same, so that their predictions can be watched.</summary>
    public bool HasFixedExamples { get; init; }

    /// <summary>How often the scheduler is stepped.</summary>
    public ScheduleUnit ScheduledBy { get; init; } = ScheduleUnit.Batch;
}
