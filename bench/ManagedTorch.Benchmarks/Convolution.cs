using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Benchmarks;

/// <summary>
/// A batch of 32 images of 28 × 28 through 3 × 3 kernels from 16 to 32 channels, against one matrix product of as many multiply-adds:
/// [32, 144] by [144, 32 · 784].
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class Convolution
{
    private readonly Tensor images = randn(32, 16, 28, 28);
    private readonly Tensor kernels = randn(32, 16, 3, 3);
    private readonly Tensor matrix = randn(32, 16 * 9);
    private readonly Tensor taps = randn(16 * 9, 32 * 28 * 28);
    private Tensor trainedImages = null!;
    private Tensor trainedKernels = null!;
    private Tensor trainedMatrix = null!;
    private Tensor trainedTaps = null!;

    [GlobalSetup]
    public void Record()
    {
        trainedImages = images.clone().requires_grad_();
        trainedKernels = kernels.clone().requires_grad_();
        trainedMatrix = matrix.clone().requires_grad_();
        trainedTaps = taps.clone().requires_grad_();
    }

    [Benchmark(Baseline = true), BenchmarkCategory("forward")]
    public void SameProducts() => matrix.matmul(taps).Dispose();

    [Benchmark, BenchmarkCategory("forward")]
    public void Conv2d() => nn.functional.conv2d(images, kernels, padding: [1, 1]).Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("forward and backward")]
    public void SameProductsAndGradients() => Backward(() => trainedMatrix.matmul(trainedTaps), trainedMatrix, trainedTaps);

    [Benchmark, BenchmarkCategory("forward and backward")]
    public void Conv2dAndGradients() => Backward(() => nn.functional.conv2d(trainedImages, trainedKernels, padding: [1, 1]), trainedImages, trainedKernels);

    private static void Backward(Func<Tensor> forward, params Tensor[] inputs)
    {
        using DisposeScope step = NewDisposeScope();
        forward().sum().backward();
        foreach (Tensor input in inputs) input.grad = null;
    }
}
