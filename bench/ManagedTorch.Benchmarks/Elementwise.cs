using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ManagedTorch.Benchmarks;

/// <summary>A million elements, against System.Numerics.Tensors on flat arrays that are there already.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class Elementwise
{
    private const int Count = 1 << 20;

    private readonly float[] x = new float[Count];
    private readonly float[] y = new float[Count];
    private readonly float[] result = new float[Count];
    private Tensor a = null!;
    private Tensor b = null!;

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(1);
        for (int i = 0; i < Count; i++) (x[i], y[i]) = (random.NextSingle() - 0.5f, random.NextSingle() + 0.5f);
        a = tensor(x);
        b = tensor(y);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("add")]
    public void AddFlat() => TensorPrimitives.Add<float>(x, y, result);

    [Benchmark, BenchmarkCategory("add")]
    public void Add() => a.add(b).Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("multiply by number")]
    public void ScaleFlat() => TensorPrimitives.Multiply(x, 1.5f, result);

    [Benchmark, BenchmarkCategory("multiply by number")]
    public void Scale() => a.mul(1.5f).Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("exp")]
    public void ExpFlat() => TensorPrimitives.Exp<float>(x, result);

    [Benchmark, BenchmarkCategory("exp")]
    public void Exp() => a.exp().Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("tanh")]
    public void TanhFlat() => TensorPrimitives.Tanh<float>(x, result);

    [Benchmark, BenchmarkCategory("tanh")]
    public void Tanh() => a.tanh().Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("relu")]
    public void ReluFlat() => TensorPrimitives.Max(x, 0f, result);

    [Benchmark, BenchmarkCategory("relu")]
    public void Relu() => nn.functional.relu(a).Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("sum")]
    public float SumFlat() => TensorPrimitives.Sum<float>(x);

    [Benchmark, BenchmarkCategory("sum")]
    public void Sum() => a.sum().Dispose();

    [Benchmark(Baseline = true), BenchmarkCategory("in place")]
    public void AddInPlaceFlat() => TensorPrimitives.Add<float>(result, y, result);

    [Benchmark, BenchmarkCategory("in place")]
    public void AddInPlace() => a.add_(b);
}
