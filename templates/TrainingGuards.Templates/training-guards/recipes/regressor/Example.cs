using TorchSharp.Modules;

namespace MyProject.Guards;

/// <summary>Points [n, 4] → numbers [n, 1].</summary>
internal sealed class ExampleModel : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(4, 32);
    private readonly Linear head = nn.Linear(32, 1);

    public ExampleModel() : base(nameof(ExampleModel)) => RegisterComponents();

    public override Tensor forward(Tensor points) => head.call(nn.functional.tanh(hidden.call(points)));
}

/// <summary>Points [n, 4] and a smooth function of them [n, 1], of mean about 0 and variance about 1.</summary>
internal static class ExampleData
{
    public static (Tensor Inputs, Tensor Targets) Training { get; } = Draw(480, seed: 1);

    public static (Tensor Inputs, Tensor Targets) Validation { get; } = Draw(160, seed: 2);

    private static (Tensor Inputs, Tensor Targets) Draw(int count, ulong seed)
    {
        using var generator = new Generator(seed);
        Tensor points = randn(count, 4, generator: generator);
        Tensor values = points.select(1, 0).sin() + (0.7 * points.select(1, 1)) - (0.3 * points.select(1, 2) * points.select(1, 3));
        return (points, values.unsqueeze(-1));
    }
}
