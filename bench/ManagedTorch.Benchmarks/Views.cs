using BenchmarkDotNet.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Benchmarks;

/// <summary>A view of sixteen million elements costs what a view of sixteen costs: nothing is copied.</summary>
public class Views
{
    private readonly Tensor small = zeros(4, 4);
    private readonly Tensor large = zeros(4096, 4096);

    [Benchmark(Baseline = true)]
    public void OfSixteenElements() => See(small);

    [Benchmark]
    public void OfSixteenMillion() => See(large);

    private static void See(Tensor tensor)
    {
        using DisposeScope views = NewDisposeScope();
        _ = tensor.t();
        _ = tensor.view(-1);
        _ = tensor.narrow(0, 1, 2);
        _ = tensor[.., 1];
        _ = tensor.unsqueeze(0).expand(3, -1, -1);
    }
}
