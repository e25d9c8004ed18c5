using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>A device named cuda: the machine's where it has one, else what the embedded engine offers with MANAGED_TORCH_CUDA=1.</summary>
public sealed class SimulatedCudaTests : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("MANAGED_TORCH_CUDA");

    public SimulatedCudaTests() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", "1");

    [Fact]
    public void Tensors_go_there_and_back()
    {
        if (!cuda.is_available()) return;
        using Tensor there = arange(4).to(CUDA), back = there.cpu();
        Assert.True(there.is_cuda);
        Assert.Equal([0L, 1L, 2L, 3L], back.data<long>().ToArray());
        Assert.Equal(6, there.sum().item<long>());
    }

    [Fact]
    public void Tensors_of_two_devices_do_not_mix()
    {
        if (!cuda.is_available()) return;
        using Tensor here = ones(2), there = ones(2, device: CUDA);
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => here + there);
    }

    [Fact]
    public void Elements_are_read_on_the_cpu_alone()
    {
        if (!cuda.is_available()) return;
        using Tensor there = ones(2, device: CUDA);
        Assert.ThrowsAny<Exception>(() => there.data<float>().ToArray());
    }

    public void Dispose() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", _before);
}
