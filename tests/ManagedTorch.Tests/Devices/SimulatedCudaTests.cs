using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ManagedTorch.Tests.Devices;

/// <summary>A device named cuda: the machine's where it has one, else what the embedded engine offers with MANAGED_TORCH_CUDA=1.</summary>
public sealed class SimulatedCudaTests : IDisposable
{
    private readonly string? before = Environment.GetEnvironmentVariable("MANAGED_TORCH_CUDA");

    public SimulatedCudaTests() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", "1");

    /// <summary>What takes several tensors, none of which may lie elsewhere than the first.</summary>
    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> Meetings => new()
    {
        { "add", (a, b) => a + b },
        { "add_", (a, b) => a.add_(b) },
        { "mul_", (a, b) => a.mul_(b) },
        { "lerp", (a, b) => a.lerp(b, 0.5) },
        { "pow", (a, b) => a.pow(b) },
        { "lt", (a, b) => a < b },
        { "where", (a, b) => where(a > 0, a, b) },
        { "matmul", (a, b) => a.matmul(b) },
        { "mv", (a, b) => a.mv(b[0]) },
        { "bmm", (a, b) => a.unsqueeze(0).bmm(b.unsqueeze(0)) },
        { "einsum", (a, b) => einsum("ij,jk->ik", a, b) },
        { "cat", (a, b) => cat([a, b]) },
        { "stack", (a, b) => stack([a, b]) },
        { "gather", (a, b) => a.gather(0, b.to(int64)) },
        { "scatter_add", (a, b) => a.scatter_add(0, b.to(int64), a) },
        { "index_select", (a, b) => a.index_select(0, b[0].to(int64)) },
        { "masked_fill", (a, b) => a.masked_fill(b > 0, 1) },
        { "linear", (a, b) => F.linear(a, b) },
        { "bias", (a, b) => F.linear(a, a, b[0]) },
        { "conv2d", (a, b) => F.conv2d(a.view(1, 1, 4, 4), b.view(1, 1, 4, 4)) },
        { "embedding", (a, b) => nn.Embedding_from_pretrained(a).call(b.to(int64)) },
        { "layer_norm", (a, b) => F.layer_norm(a, [4], b[0], b[0]) },
        { "batch_norm", (a, b) => F.batch_norm(a, b[0], b[0]) },
        { "mse_loss", (a, b) => F.mse_loss(a, b) },
        { "cross_entropy", (a, b) => F.cross_entropy(a, b[0].to(int64)) },
        { "binary_cross_entropy_with_logits", (a, b) => F.binary_cross_entropy_with_logits(a, b) },
        { "scaled_dot_product_attention", (a, b) => F.scaled_dot_product_attention(a.view(1, 1, 4, 4), b.view(1, 1, 4, 4), b.view(1, 1, 4, 4)) },
    };

    [Theory]
    [MemberData(nameof(Meetings))]
    public void Tensors_of_two_devices_do_not_mix(string operation, Func<Tensor, Tensor, Tensor> meet)
    {
        if (!cuda.is_available()) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor here = ones(4, 4), there = ones(4, 4, device: CUDA);
        Assert.True(Fails(() => meet(here, there)), $"{operation} took the second tensor from the device");
        Assert.True(Fails(() => meet(there, here)), $"{operation} took the second tensor from the host");
        Assert.Equal(DeviceType.CUDA, meet(there, there.clone()).device_type);
    }

    [Fact]
    public void Values_are_counted_where_they_are()
    {
        if (!cuda.is_available()) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor values = tensor(new long[] { 3, 1, 3 }, device: CUDA);
        (Tensor different, Tensor? of, Tensor? times) = values.unique(return_inverse: true, return_counts: true);
        Assert.All(new[] { different, of!, times!, values.bincount(null) }, made => Assert.Equal(DeviceType.CUDA, made.device_type));
        Assert.Equal([1L, 2L], times!.cpu().data<long>().ToArray());
    }

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
    public void A_number_of_the_host_goes_along_with_any_device()
    {
        if (!cuda.is_available()) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor there = ones(2, device: CUDA), hostNumber = tensor(2f), deviceNumber = tensor(2f, device: CUDA);
        Assert.Equal(DeviceType.CUDA, (there * hostNumber).device_type);
        Assert.Equal(DeviceType.CUDA, (hostNumber * deviceNumber).device_type);
        Assert.True(Fails(() => ones(2) * deviceNumber));
    }

    [Fact]
    public void Gradients_go_back_to_the_device_they_came_from()
    {
        if (!cuda.is_available()) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor here = ones(3).requires_grad_(), there = here.to(CUDA);
        (there * there).sum().backward();
        Assert.Equal(DeviceType.CPU, here.grad!.device_type);
        Assert.Equal([2f, 2f, 2f], here.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Indices_of_the_host_select_from_the_device_but_not_the_other_way()
    {
        if (!cuda.is_available()) return;
        using DisposeScope scope = NewDisposeScope();
        Tensor here = arange(4), there = here.to(CUDA), index = tensor([2L, 0L]);
        Assert.Equal([2L, 0L], there[index].cpu().data<long>().ToArray());
        Assert.True(Fails(() => here[index.to(CUDA)]));
    }

    [Fact]
    public void Elements_are_read_on_the_cpu_alone()
    {
        if (!cuda.is_available()) return;
        using Tensor there = ones(2, device: CUDA);
        Assert.ThrowsAny<Exception>(() => there.data<float>().ToArray());
        Assert.ThrowsAny<Exception>(() => there.bytes.Length);
    }

    public void Dispose() => Environment.SetEnvironmentVariable("MANAGED_TORCH_CUDA", before);

    private static bool Fails(Func<Tensor> meet)
    {
        try
        {
            meet();
            return false;
        }
        catch (ExternalException)
        {
            return true;
        }
    }
}
