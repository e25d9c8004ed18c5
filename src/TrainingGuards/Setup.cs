using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TrainingGuards;

/// <summary>What is guarded: how to build the user's own model, batch, loss and optimizer.</summary>
/// <remarks>
/// Every check builds them afresh, so that none sees what another did. The delegates are called on the thread of the check,
/// after <c>torch.manual_seed(Seed)</c>.
/// </remarks>
public sealed record Setup
{
    /// <summary>Builds a new model, in the state in which training begins.</summary>
    public Func<nn.Module>? Model { get; init; }

    /// <summary>Yields a batch of training examples; it may yield another at each call.</summary>
    public Func<Batch>? Batch { get; init; }

    /// <summary>The training loss of one output and one target: a scalar tensor.</summary>
    public Func<Tensor, Tensor, Tensor>? Loss { get; init; }

    /// <summary>The training loss where there are several outputs or several targets: a scalar tensor. Takes the place of <see cref="Loss"/>.</summary>
    public Func<Tensors, Tensors, Tensor>? JointLoss { get; init; }

    /// <summary>Builds the optimizer over all parameters of the model.</summary>
    public Func<IEnumerable<Parameter>, Optimizer>? Optimizer { get; init; }

    /// <summary>Builds the optimizer from the model, as where it is given groups or a part of the parameters. Takes the place of <see cref="Optimizer"/>.</summary>
    public Func<nn.Module, Optimizer>? OptimizerFor { get; init; }

    /// <summary>Calls the model on its inputs; by default its <c>call</c> is found by its parameters.</summary>
    public Func<nn.Module, Tensors, Tensors>? Forward { get; init; }

    /// <summary>The user's own evaluation of a model, whole: it puts the model into the mode that it needs and returns the metric.</summary>
    public Func<nn.Module, double>? Evaluate { get; init; }

    /// <summary>The class index that the loss ignores; −100 is PyTorch's default.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>The seed given to <c>torch.manual_seed</c> before the model is built.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Where everything runs. By default the device named by the environment variable <c>TRAINING_GUARDS_DEVICE</c>, else <c>cuda</c> where
    /// it is available, else <c>cpu</c>.
    /// </summary>
    public Device? Device { get; init; }
}
