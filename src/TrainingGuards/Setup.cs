using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards;

/// <summary>What is guarded: how to build the user's own model, data, loss and optimizer.</summary>
/// <remarks>
/// Every check builds them afresh, so that none sees what another did. The delegates are called on the thread of the check,
/// after <c>torch.manual_seed(Seed)</c>. Where two members say the same, one of them is set.
/// </remarks>
public sealed record Setup
{
    /// <summary>Builds a new model, in the state in which training begins.</summary>
    public Func<nn.Module>? Model { get; init; }

    /// <summary>Yields a batch of training examples; it may yield another at each call. By default the batches of <see cref="Training"/>, one after the other.</summary>
    public Func<Batch>? Batch { get; init; }

    /// <summary>The training examples, as training goes through them, augmented by <see cref="Examples.Augmented"/>: for checks of the data, and for batches where <see cref="Batch"/> is not set.</summary>
    public Examples? Training { get; init; }

    /// <summary>The validation examples: what decides between models.</summary>
    public Examples? Validation { get; init; }

    /// <summary>The test examples: what is looked at once, at the end.</summary>
    public Examples? Test { get; init; }

    /// <summary>The training loss of one output and one target: a scalar tensor.</summary>
    public Func<Tensor, Tensor, Tensor>? Loss { get; init; }

    /// <summary>The training loss where there are several outputs or several targets: a scalar tensor. Takes the place of <see cref="Loss"/>.</summary>
    public Func<Tensors, Tensors, Tensor>? JointLoss { get; init; }

    /// <summary>The terms of a training loss that is a sum, by name: scalar tensors, already weighted. Takes the place of <see cref="Loss"/>.</summary>
    public Func<Tensors, Tensors, IReadOnlyDictionary<string, Tensor>>? LossTerms { get; init; }

    /// <summary>A regularisation that training adds to the loss, computed from the model: a scalar tensor.</summary>
    public Func<nn.Module, Tensor>? Penalty { get; init; }

    /// <summary>Builds the optimizer over all parameters of the model.</summary>
    public Func<IEnumerable<Parameter>, Optimizer>? Optimizer { get; init; }

    /// <summary>Builds the optimizer from the model, as where it is given groups or a part of the parameters. Takes the place of <see cref="Optimizer"/>.</summary>
    public Func<nn.Module, Optimizer>? OptimizerFor { get; init; }

    /// <summary>Builds several optimizers from the model, each for its part. Takes the place of <see cref="Optimizer"/>.</summary>
    public Func<nn.Module, IReadOnlyList<Optimizer>>? Optimizers { get; init; }

    /// <summary>Builds the learning-rate scheduler of an optimizer; called once for each.</summary>
    public Func<Optimizer, LRScheduler>? Scheduler { get; init; }

    /// <summary>How often the scheduler is stepped.</summary>
    public ScheduleUnit ScheduledBy { get; init; } = ScheduleUnit.Batch;

    /// <summary>For how many epochs it is trained: whether that is long enough, and whether the schedule lasts as long; null where that is not said.</summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// One training step of the user's own, whole, which returns its loss: gradients to zero, forward, loss, backward, clipping, update. By default the guards make one of
    /// <see cref="Loss"/> and <see cref="Optimizer"/>; give yours where it accumulates, clips, or trains several networks, so that it is yours that is guarded.
    /// </summary>
    public Func<TrainingStep, double>? Step { get; init; }

    /// <summary>Calls the model on its inputs; by default its <c>call</c> is found by its parameters.</summary>
    public Func<nn.Module, Tensors, Tensors>? Forward { get; init; }

    /// <summary>The user's own evaluation of a model, whole: it puts the model into the mode that it needs and returns the metric.</summary>
    public Func<nn.Module, double>? Evaluate { get; init; }

    /// <summary>The class index that the loss ignores; −100 is PyTorch's default.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>The token that fills sequences up to a common length; null where there is none.</summary>
    public long? PaddingIndex { get; init; }

    /// <summary>The seed given to <c>torch.manual_seed</c> before the model is built.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Where everything runs. By default the device named by the environment variable <c>TRAINING_GUARDS_DEVICE</c>, else <c>cuda</c> where
    /// it is available, else <c>cpu</c>.
    /// </summary>
    public Device? Device { get; init; }

    /// <summary>The most that one check may cost; by default as much as it takes.</summary>
    public Budget Budget { get; init; } = Budget.Unlimited;

    /// <summary>Whether it is said how the model is trained.</summary>
    internal bool Trains => OptimizerBuilder is not null;

    /// <summary>The delegate that builds the optimizers; null where there is none.</summary>
    internal Delegate? OptimizerBuilder => (Delegate?)Optimizers ?? (Delegate?)OptimizerFor ?? Optimizer;
}
