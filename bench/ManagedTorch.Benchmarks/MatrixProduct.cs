using BenchmarkDotNet.Attributes;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Benchmarks;

/// <summary>512 × 512 by 512 × 512 in single precision, against three nested loops over flat arrays.</summary>
public class MatrixProduct
{
    private const int Size = 512;

    private readonly float[] left = new float[Size * Size];
    private readonly float[] right = new float[Size * Size];
    private readonly float[] product = new float[Size * Size];
    private Tensor a = null!;
    private Tensor b = null!;

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(1);
        for (int i = 0; i < left.Length; i++) (left[i], right[i]) = (random.NextSingle(), random.NextSingle());
        a = tensor(left, [Size, Size]);
        b = tensor(right, [Size, Size]);
    }

    [Benchmark(Baseline = true)]
    public float NaiveLoops()
    {
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                float sum = 0;
                for (int k = 0; k < Size; k++) sum += left[(row * Size) + k] * right[(k * Size) + column];
                product[(row * Size) + column] = sum;
            }
        }
        return product[^1];
    }

    [Benchmark]
    public void Matmul() => a.matmul(b).Dispose();
}
