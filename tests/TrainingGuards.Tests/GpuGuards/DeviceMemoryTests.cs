#if MANAGED_TORCH
using TorchSharp;
using TorchSharp.Modules;
using TrainingGuards.Tests.Docs;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.GpuGuards;

/// <summary>What guards take of a GPU's memory, in training steps: the simulated device counts, TorchSharp cannot. docs/gpu.md states the bound.</summary>
[Collection(GpuDevice.Name)]
public sealed class DeviceMemoryTests
{
    private const int Features = 1024;
    private const int BatchSize = 64;

    // What a user gives runs on the user's terms.
    public static TheoryData<string> Names => [.. AllChecks.All.Select(check => check.Name).Where(name => !AllChecks.IsGiven(name))];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_check_takes_a_few_training_steps_of_memory(string name)
    {
        Setup setup = Wide();
        long step = PeakOf(() => TrainTwice(setup)), check = PeakOf(() => setup.Judge(AllChecks.Named(name)));
        // The best linear baseline is solved for with a matrix of features by features.
        long most = (name == "BeatsBaselines" ? 10 : 5) * step;
        Assert.True(check <= most, $"{name} holds {check:N0} bytes at once, and {step:N0} is what a training step holds.");
    }

    private static Setup Wide()
    {
        Tensor inputs = randn(4 * BatchSize, Features), classes = arange(4 * BatchSize).remainder(4);
        return new()
        {
            Model = () => nn.Sequential(("hidden", nn.Linear(Features, 128)), ("relu", nn.ReLU()), ("head", nn.Linear(128, 4))),
            Training = Examples.From(inputs, classes, BatchSize, shuffled: true),
            Validation = Examples.From(inputs + 0.01, classes, BatchSize),
            Loss = (output, target) => cross_entropy(output, target),
            Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3),
        };
    }

    // Two steps: the second finds the optimizer's state, and the first step's gradients.
    private static void TrainTwice(Setup setup)
    {
        using var scope = NewDisposeScope();
        using var model = (Sequential)setup.Model!().to(CUDA);
        using optim.Optimizer optimizer = setup.Optimizer!(model.parameters());
        foreach (Batch batch in setup.Training!.Epoch().Take(2))
        {
            using var own = NewDisposeScope();
            optimizer.zero_grad();
            setup.Loss!(model.call(batch.Inputs.Only.to(CUDA)), batch.Targets.Only.to(CUDA)).backward();
            optimizer.step();
        }
    }

    private static long PeakOf(Action action)
    {
        DeviceMemory.ResetPeak();
        long before = DeviceMemory.Held;
        action();
        return DeviceMemory.Peak - before;
    }
}
#endif
