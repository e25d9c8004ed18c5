using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Numbers are set to 0 by an initialiser, which the graph does not see.</summary>
internal sealed class EditsBehindTheGraph : nn.Module<Tensor, Tensor>
{
    private readonly Linear layer = nn.Linear(32, 32);

    public EditsBehindTheGraph() : base(nameof(EditsBehindTheGraph)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor y = layer.call(x);
        nn.init.zeros_(y.narrow(1, 0, 16)); // edits
        return y;
    }
}

/// <summary>A mean leaves the graph as a number.</summary>
internal sealed class LeavesTheGraph() : nn.Module<Tensor, Tensor>(nameof(LeavesTheGraph))
{
    public override Tensor forward(Tensor x) => x / x.abs().mean().ToDouble();
}

/// <summary>All that it gives is a number that left the graph.</summary>
internal sealed class OnlyANumber() : nn.Module<Tensor, Tensor>(nameof(OnlyANumber))
{
    public override Tensor forward(Tensor x) => zeros_like(x) + x.abs().mean().ToDouble();
}

/// <summary>It computes in float32, whatever it is given.</summary>
internal sealed class AlwaysSingle() : nn.Module<Tensor, Tensor>(nameof(AlwaysSingle))
{
    public override Tensor forward(Tensor x) => x.to(ScalarType.Float32).tanh();
}

/// <summary>The same, and gives back what it was given.</summary>
internal sealed class SingleInside() : nn.Module<Tensor, Tensor>(nameof(SingleInside))
{
    public override Tensor forward(Tensor x) => x.to(ScalarType.Float32).tanh().to(x.dtype);
}
