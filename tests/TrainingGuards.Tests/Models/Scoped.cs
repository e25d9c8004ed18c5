using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>A network whose forward disposes of all that it makes but the result, as TorchSharp's users do it.</summary>
internal sealed class Scoped : nn.Module<Tensor, Tensor>
{
    private readonly ConvNet inner = new();

    public Scoped() : base(nameof(Scoped)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return inner.call(x).MoveToOuterDisposeScope();
    }
}
