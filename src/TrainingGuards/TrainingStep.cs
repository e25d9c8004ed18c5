using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards;

/// <summary>What one training step of the user's own works on.</summary>
public sealed class TrainingStep
{
    private readonly Func<Batch> _next;

    internal TrainingStep(nn.Module model, IReadOnlyList<Optimizer> optimizers, IReadOnlyList<LRScheduler> schedulers, Batch batch, Func<Batch> next)
    {
        (Model, Optimizers, Schedulers, Batch) = (model, optimizers, schedulers, batch);
        _next = next;
    }

    /// <summary>The model, in training mode.</summary>
    public nn.Module Model { get; }

    /// <summary>The optimizers over this model, in the order of <see cref="Setup.Optimizers"/>.</summary>
    public IReadOnlyList<Optimizer> Optimizers { get; }

    /// <summary>The only optimizer.</summary>
    /// <exception cref="SetupException">There are several.</exception>
    public Optimizer Optimizer => Optimizers.Count == 1
        ? Optimizers[0]
        : throw new SetupException(given: $"a Step that asks for the only one of {Optimizers.Count} optimizers", expected: "one of them by its position", remedy: "use step.Optimizers[0], step.Optimizers[1], …");

    /// <summary>The scheduler of each optimizer; empty where the setup has no <see cref="Setup.Scheduler"/>.</summary>
    public IReadOnlyList<LRScheduler> Schedulers { get; }

    /// <summary>The batch of this step, on the device of the model. It lives until the next step, as that of a DataLoader does: clone what is to be kept longer.</summary>
    public Batch Batch { get; }

    /// <summary>Another batch, for a step that accumulates the gradients of several.</summary>
    /// <exception cref="SetupException">It has fewer than two examples, disagreeing sizes, or NaN in it.</exception>
    public Batch NextBatch() => _next();
}
