using BenchmarkDotNet.Attributes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Benchmarks;

/// <summary>One step of training: four layers, d = 128, four heads, 64 tokens, a batch of 8; against the matrix products that it cannot do without.</summary>
public class TransformerTraining
{
    private const int Layers = 4, Width = 128, Tokens = 64, Examples = 8, Hidden = 512;

    private readonly TransformerEncoder model;
    private readonly Linear head = nn.Linear(Width, 100);
    private readonly Adam optimizer;
    private readonly Tensor input = randn(Tokens, Examples, Width);
    private readonly Tensor target = randint(100, [Tokens * Examples], dtype: int64);
    private readonly Tensor rows = randn(Tokens * Examples, Width);
    private readonly Tensor weight = randn(Width, Hidden);

    public TransformerTraining()
    {
        manual_seed(0);
        model = nn.TransformerEncoder(nn.TransformerEncoderLayer(Width, 4, Hidden, dropout: 0.1), Layers);
        optimizer = optim.Adam([.. model.parameters(), .. head.parameters()]);
    }

    /// <summary>Forward, gradient by input and by weight, of four projections of d × d and two of d × 512, in each layer.</summary>
    [Benchmark(Baseline = true)]
    public void MatrixProductsOfAStep()
    {
        for (int i = 0; i < 3 * Layers * 3; i++) rows.matmul(weight).Dispose();
    }

    [Benchmark]
    public float Step()
    {
        using DisposeScope step = NewDisposeScope();
        optimizer.zero_grad();
        Tensor loss = nn.functional.cross_entropy(head.call(model.call(input, null!, null!)).view(-1, 100), target);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
