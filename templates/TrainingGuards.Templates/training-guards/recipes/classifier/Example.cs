using TorchSharp.Modules;

namespace MyProject.Guards;

/// <summary>Points [n, 8] → logits [n, 4].</summary>
internal sealed class ExampleModel : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public ExampleModel() : base(nameof(ExampleModel)) => RegisterComponents();

    public override Tensor forward(Tensor points) => head.call(nn.functional.relu(hidden.call(points)));
}

/// <summary>Points [n, 8] about one centre a class, and their classes [n].</summary>
internal static class ExampleData
{
    public static (Tensor Inputs, Tensor Targets) Training { get; } = Draw(480, seed: 1);

    public static (Tensor Inputs, Tensor Targets) Validation { get; } = Draw(160, seed: 2);

    private static (Tensor Inputs, Tensor Targets) Draw(int count, ulong seed)
    {
        using var generator = new Generator(seed);
        Tensor classes = randint(4, [count], dtype: ScalarType.Int64, generator: generator);
        return ((0.3 * randn(count, 8, generator: generator)) + (1.5 * nn.functional.one_hot(classes, 8).to(ScalarType.Float32)), classes);
    }
}
