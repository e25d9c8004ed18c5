using TorchSharp.Modules;

namespace MyProject.Guards;

/// <summary>Points [n, 8] → the same points, through three numbers.</summary>
internal sealed class ExampleModel : nn.Module<Tensor, Tensor>
{
    private readonly Sequential encoder = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 3));
    private readonly Sequential decoder = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 8));

    public ExampleModel() : base(nameof(ExampleModel)) => RegisterComponents();

    public override Tensor forward(Tensor points) => decoder.call(encoder.call(points));
}

/// <summary>Points [n, 8] on a curved surface of two dimensions.</summary>
internal static class ExampleData
{
    public static Tensor Training { get; } = Draw(480, seed: 1);

    public static Tensor Validation { get; } = Draw(160, seed: 2);

    private static Tensor Draw(int count, ulong seed)
    {
        using var surface = new Generator(0);
        using var generator = new Generator(seed);
        Tensor at = randn(count, 2, generator: generator);
        return cat([at, at.sin()], 1).matmul(randn(4, 8, generator: surface)) * 0.5;
    }
}
