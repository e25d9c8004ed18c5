using Microsoft.Extensions.Logging;
using TorchSharp.Modules;

namespace TrainingGuards;

/// <summary>What a <see cref="TrainingMonitor"/> watches, what it may cost, and whom it tells.</summary>
public sealed record MonitorOptions
{
    /// <summary>What is watched; by default every check of training's dynamics.</summary>
    public IReadOnlyList<DynamicsCheck> Checks { get; init; } = Recipe.Dynamics;

    /// <summary>The largest share of training's time that watching may take; 0.01 is 1 %.</summary>
    public double MaximumOverhead { get; init; } = 0.01;

    /// <summary>Called once for each claim that is seen to break, as it happens. Without this and <see cref="Logger"/> a line goes to the standard error stream.</summary>
    public Action<MonitorWarning>? Warned { get; init; }

    /// <summary>Called at the end for each claim that was seen to break: how long it went on. Without any of <see cref="Warned"/>, this and <see cref="Logger"/> a line goes to the standard error stream.</summary>
    public Action<MonitorWarning>? Ended { get; init; }

    /// <summary>Given each warning as it happens, with the <see cref="MonitorWarning"/> as its state, and at the end, as information, how long it went on; null for none.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>TorchSharp's writer for TensorBoard, <c>torch.utils.tensorboard.SummaryWriter("runs")</c>: it is given loss, learning rates, gradient norm, updates and predictions of the steps that are looked into; null for none.</summary>
    public SummaryWriter? Writer { get; init; }

    /// <summary>Whether a claim that is seen to break throws <see cref="GuardException"/> out of the monitor's step: for CI.</summary>
    public bool Throws { get; init; }

    /// <summary>How many steps are to be made in all; null where that is not known.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>How many examples an epoch has; null where that is not known.</summary>
    public long? ExamplesPerEpoch { get; init; }

    /// <summary>The norm that gradients are clipped to; null where they are not.</summary>
    public double? ClippingNorm { get; init; }

    /// <summary>How often the scheduler is stepped.</summary>
    public ScheduleUnit ScheduledBy { get; init; } = ScheduleUnit.Batch;

    /// <summary>Inputs of some examples that stay the same, on the device of the model: their predictions are watched. Null for none.</summary>
    public Tensors? FixedInputs { get; init; }

    /// <summary>The targets of <see cref="FixedInputs"/>; null where they are not told, and predictions are watched without them.</summary>
    public Tensors? FixedTargets { get; init; }

    /// <summary>The class index among <see cref="FixedTargets"/> that the loss ignores; −100 is PyTorch's default.</summary>
    public long IgnoreIndex { get; init; } = -100;
}
