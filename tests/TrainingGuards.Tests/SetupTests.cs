using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests;

/// <summary>What cannot be guarded is refused with what was given, what was expected and what to do.</summary>
public sealed class SetupTests
{
    private static readonly Setup Sound = SoundSetups.Classifier;

    [Fact]
    public void A_model_is_needed()
    {
        Refused(Sound with { Model = null }, "no Model", "a delegate that builds a new model", "set Model = () => new MyModel(…)");
        Refused(Sound with { Model = () => null! }, "a Model that returns null", "a new model", "return a model from the delegate");
    }

    [Fact]
    public void A_model_is_built_anew_each_time()
    {
        var only = new MlpClassifier();
        Refused(Sound with { Model = () => only }, "the same instance of MlpClassifier each time Model is called", "a new model at each call", "construct it inside the delegate");
        Assert.False(only.parameters().First().IsInvalid);
    }

    [Fact]
    public void Epochs_are_counted_from_one() => Refused(Sound with { Epochs = 0 }, "Epochs = 0", "at least 1", "or leave it out");

    [Fact]
    public void A_batch_is_needed()
    {
        Refused(Sound with { Batch = null }, "no Batch", "a delegate that yields inputs and targets", "set Batch");
        Refused(Sound with { Batch = () => null! }, "a Batch that returns null", "inputs and targets", "return (inputs, targets)");
        Refused(Sound with { Batch = () => new(new Tensors(), new Tensors()) }, "a batch of 0 inputs and 0 targets", "at least one of each", "return (inputs, targets)");
        Refused(Sound with { Batch = () => new(new Tensors([null!]), new Tensors(zeros(2))) }, "input that is null", "a live tensor", "build it in Batch");
    }

    [Fact]
    public void A_disposed_tensor_is_told_from_a_missing_one()
    {
        Tensor gone = randn(4, 8);
        gone.Dispose();
        Refused(Sound with { Batch = () => (gone, zeros(4)) }, "input that is disposed", "a live tensor", "a batch of a DataLoader lives until the next one");
    }

    [Fact]
    public void One_example_is_no_batch() =>
        Refused(Sound with { Batch = () => SampleData.Blobs(1, 8, 4) }, "a batch of 1 with an input of shape [1, 8]", "at least 2 examples", "yield more examples");

    [Fact]
    public void Inputs_and_targets_are_of_one_number() =>
        Refused(Sound with { Batch = () => (randn(6, 8), zeros(5, dtype: ScalarType.Int64)) }, "6 inputs [6, 8] and a target of shape [5]", "as many targets as inputs", "cut from the data in the same way");

    [Fact]
    public void Numbers_in_the_data_are_finite()
    {
        Setup broken = Sound with
        {
            Batch = () =>
            {
                (Tensor inputs, Tensor classes) = SampleData.Blobs(6, 8, 4);
                inputs[2, 5] = double.NaN;
                inputs[4, 0] = double.PositiveInfinity;
                return (inputs, classes);
            },
        };
        Refused(broken, "2 NaN or infinite numbers in input of shape [6, 8], the first in example 2", "finite numbers", "drop or repair such examples");
    }

    [Fact]
    public void Class_targets_have_a_column_each()
    {
        Setup tooMany = Sound with { Batch = () => SampleData.Blobs(32, 8, 6) };
        Refused(tooMany, "class targets from 0 to 5 and an output of shape [32, 4]", "targets from 0 to 3, one for each column of the output", "count classes from 0");
        (Sound with
        {
            IgnoreIndex = -1,
            Loss = (output, target) => cross_entropy(output, target, ignore_index: -1),
            Batch = () =>
            {
                (Tensor inputs, Tensor classes) = SampleData.Blobs(16, 8, 4);
                classes[3] = -1;
                return (inputs, classes);
            },
        }).MustSatisfy(new EveryParameterLearns());
    }

    [Fact]
    public void A_loss_is_one_number_that_depends_on_the_parameters()
    {
        Refused(Sound with { Loss = null }, "no Loss, and the check needs one", "a delegate from output and target to a scalar", "set Loss");
        Refused(Sound with { Loss = (_, _) => null! }, "a Loss that returns null", "a scalar", "take its mean");
        Refused(Sound with { Loss = (output, target) => cross_entropy(output, target, reduction: nn.Reduction.None) }, "a loss of shape [32]", "a scalar, a tensor of one element", "take its mean");
        Refused(Sound with { Loss = (output, target) => cross_entropy(output.detach(), target) }, "a loss that does not depend on any parameter by its gradient", "by differentiable operations", "look for detach");
        Refused(Sound with { JointLoss = (_, _) => zeros(1) }, "both Loss and JointLoss", "one of them", "remove Loss");
    }

    [Fact]
    public void Several_outputs_need_a_joint_loss() =>
        Refused(SoundSetups.TwoOutputs with { JointLoss = null, Loss = (output, target) => cross_entropy(output, target) }, "Loss, and 2 outputs", "one output and one target", "set JointLoss");

    [Fact]
    public void An_optimizer_is_needed_by_what_trains()
    {
        Refused(Sound with { Optimizer = null }, "no Optimizer, and the check trains", "a delegate that builds an optimizer", "set Optimizer");
        Refused(Sound with { Optimizer = _ => null! }, "an Optimizer that returns null", "a delegate that builds an optimizer", "set Optimizer");
        Refused(Sound with { OptimizerFor = model => optim.Adam(model.parameters()) }, "both Optimizer and OptimizerFor", "one of them", "remove Optimizer");
    }

    [Fact]
    public void Inputs_fit_what_the_model_takes() =>
        Refused(SoundSetups.TwoInputs with { Batch = () => SampleData.Blobs(8, 9, 3) }, "1 input tensors [8, 9] to TwoInputModel", "inputs for call(Tensor, Tensor)", "give Batch as many inputs as the model takes");

    [Fact]
    public void An_unknown_device_is_refused() => On("tpu", () =>
        Refused(Sound, "device 'tpu', asked for by TRAINING_GUARDS_DEVICE", "cpu, cuda, or cuda:N", "set TRAINING_GUARDS_DEVICE to one of these, or unset it"));

    [Fact]
    public void A_device_that_is_not_there_is_refused() => On("cuda", () =>
    {
        if (cuda.is_available()) Assert.Contains("cuda", Sound.Judge(new EveryParameterLearns()).Setup, StringComparison.Ordinal);
        else Refused(Sound, "device cuda", "a device that is there: torch.cuda.is_available() is false", "use cpu");
    });

    [Fact]
    public void The_setups_own_device_goes_before_the_environments() => On("tpu", () => (Sound with { Device = CPU }).MustSatisfy(new EveryParameterLearns()));

    private static void On(string device, Action act)
    {
        string? before = Environment.GetEnvironmentVariable("TRAINING_GUARDS_DEVICE");
        Environment.SetEnvironmentVariable("TRAINING_GUARDS_DEVICE", device);
        try
        {
            act();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TRAINING_GUARDS_DEVICE", before);
        }
    }

    private static void Refused(Setup setup, string given, string expected, string remedy)
    {
        string[] lines = Assert.Throws<SetupException>(() => setup.Judge(new EveryParameterLearns())).Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("The setup gives ", lines[0], StringComparison.Ordinal);
        Assert.Contains(given, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  Expected: ", lines[1], StringComparison.Ordinal);
        Assert.Contains(expected, lines[1], StringComparison.Ordinal);
        Assert.StartsWith("  Do:       ", lines[2], StringComparison.Ordinal);
        Assert.Contains(remedy, lines[2], StringComparison.Ordinal);
    }
}
