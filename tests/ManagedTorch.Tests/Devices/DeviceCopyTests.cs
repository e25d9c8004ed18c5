#if MANAGED_TORCH
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Devices;

/// <summary>What the simulated device counts.</summary>
public sealed class DeviceCopyTests : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable("MANAGED_TORCH_CUDA");

    public DeviceCopyTests() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", "1");

    [Fact]
    public void Each_way_is_counted_with_its_elements()
    {
        using DisposeScope scope = NewDisposeScope();
        var start = DeviceCopies.Made;
        Tensor there = arange(6).to(CUDA);
        Tensor direct = tensor([1f, 2f], device: CUDA);
        Assert.Equal((2, 8), (DeviceCopies.Made.ToDevice - start.ToDevice, DeviceCopies.Made.ElementsToDevice - start.ElementsToDevice));
        _ = there.cpu();
        _ = direct.sum().item<float>();
        _ = (direct > 1).nonzero();
        _ = direct.allclose(direct);
        Assert.Equal((4, 9), (DeviceCopies.Made.ToHost - start.ToHost, DeviceCopies.Made.ElementsToHost - start.ElementsToHost));
        Assert.Equal(2, DeviceCopies.Made.ToDevice - start.ToDevice);
    }

    [Fact]
    public void What_stays_on_the_host_is_not_counted()
    {
        var start = DeviceCopies.Made;
        using Tensor here = ones(3), copy = here.to(float64), total = copy.sum();
        Assert.Equal(3, total.item<double>());
        Assert.Equal(start, DeviceCopies.Made);
    }

    [Fact]
    public void A_step_of_training_on_the_device_copies_nothing()
    {
        using DisposeScope scope = NewDisposeScope();
        Sequential model = nn.Sequential(nn.Embedding(7, 8, padding_idx: 0), nn.Flatten(), nn.Linear(24, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 3));
        model.to(CUDA);
        AdamW optimizer = optim.AdamW(model.parameters());
        Tensor tokens = randint(7, [5, 3], device: CUDA), labels = randint(3, [5], device: CUDA);
        var start = DeviceCopies.Made;
        for (int step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            nn.functional.cross_entropy(model.call(tokens), labels).backward();
            optimizer.step();
        }
        Assert.Equal(start, DeviceCopies.Made);
    }

    public void Dispose() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", before);
}
#endif
