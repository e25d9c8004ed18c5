using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards;

/// <summary>What a checkpoint of a training holds: the user's own saves it, and puts it into what was built anew.</summary>
public sealed class TrainingState
{
    private readonly Trial _trial;

    internal TrainingState(Trial trial, int steps) => (_trial, Steps) = (trial, steps);

    /// <summary>The model.</summary>
    public nn.Module Model => _trial.Model;

    /// <summary>The optimizers over this model, in the order of <see cref="Setup.Optimizers"/>. They are built when they are first asked for: load the model before.</summary>
    public IReadOnlyList<Optimizer> Optimizers => _trial.Optimizers;

    /// <summary>The only optimizer.</summary>
    /// <exception cref="SetupException">There are several.</exception>
    public Optimizer Optimizer => Optimizers.Count == 1
        ? Optimizers[0]
        : throw new SetupException(given: $"save or load that asks for the only one of {Optimizers.Count} optimizers", expected: "one of them by its position", remedy: "use state.Optimizers[0], state.Optimizers[1], …");

    /// <summary>The scheduler of each optimizer; empty where the setup has no <see cref="Setup.Scheduler"/>.</summary>
    public IReadOnlyList<LRScheduler> Schedulers => _trial.Schedulers;

    /// <summary>How many steps this training has made; 0 where it is built anew, to be loaded.</summary>
    public int Steps { get; }
}
