#if MANAGED_TORCH
using TorchSharp.Modules;
using TrainingGuards.Tests.Docs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.GpuGuards;

/// <summary>On a GPU nothing is copied to the host but the numbers that are reported and decided by: the simulated device counts.</summary>
[Collection(GpuDevice.Name)]
public sealed class HostCopiesTests
{
    private const int Side = 64;
    private const int Pixels = Side * Side;
    private const int Examples = 64;

    // What a user gives runs on the user's terms, and a file is written from the host.
    public static TheoryData<string> Names => [.. AllChecks.All.Select(check => check.Name).Where(name => !AllChecks.IsGiven(name) && name != "CheckpointRoundTrips")];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_tensor_is_copied_whole(string name)
    {
        using Tensor inputs = randn(Examples, 1, Side, Side, device: CUDA), classes = arange(Examples, device: CUDA).remainder(4);
        Setup setup = new()
        {
            Model = () => nn.Sequential(("flat", nn.Flatten()), ("hidden", nn.Linear(Pixels, 32)), ("relu", nn.ReLU()), ("head", nn.Linear(32, 4))),
            Training = TrainingGuards.Examples.From(inputs, classes, batchSize: 16, shuffled: true),
            Validation = TrainingGuards.Examples.From(inputs, classes, batchSize: 16),
            Loss = (output, target) => cross_entropy(output, target),
            Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3),
        };
        // The first trial of a setup compares two builds, which are made on the CPU.
        setup.Judge(AllChecks.Named("ComponentsAreRegistered"));
        long before = DeviceCopies.Made.ElementsToHost;
        Verdict verdict = setup.Judge(AllChecks.Named(name));
        long copied = DeviceCopies.Made.ElementsToHost - before;
        // A batch has 65,536 numbers, and the first layer twice as many.
        Assert.True(copied < 16 * Pixels / 4, $"{name} copies {copied} numbers to the host.\n{verdict}");
    }
}
#endif
