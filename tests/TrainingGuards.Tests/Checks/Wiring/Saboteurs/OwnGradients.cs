using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>[n, 8] → logits [n, 4]; between two layers stands an operation whose gradient is not torch's.</summary>
internal sealed class OwnGradients : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly nn.Module<Tensor, Tensor> between;
    private readonly Linear head = nn.Linear(32, 4);

    public OwnGradients(nn.Module<Tensor, Tensor> between) : base(nameof(OwnGradients))
    {
        this.between = between;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(between.call(hidden.call(x)));
}

internal sealed class WrongCubes() : nn.Module<Tensor, Tensor>(nameof(WrongCubes))
{
    public override Tensor forward(Tensor x) => WrongCube.Of(x);
}

internal sealed class Cubes() : nn.Module<Tensor, Tensor>(nameof(Cubes))
{
    public override Tensor forward(Tensor x) => Cube.Of(x);
}

internal sealed class Signs() : nn.Module<Tensor, Tensor>(nameof(Signs))
{
    public override Tensor forward(Tensor x) => StraightThrough.Of(x);
}

/// <summary>x² with the gradient of one factor.</summary>
internal sealed class HalfStopped() : nn.Module<Tensor, Tensor>(nameof(HalfStopped))
{
    public override Tensor forward(Tensor x) => x * x.detach(); // half stopped
}

/// <summary>x³ with the gradient of x².</summary>
internal sealed class WrongCube : SingleTensorFunction<WrongCube>
{
    public override string Name => nameof(WrongCube);

    public static Tensor Of(Tensor x) => apply(x); // wrong cube

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        return x.pow(3);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 2 * ctx.get_saved_variables()[0]];
}

/// <summary>x³ with its gradient.</summary>
internal sealed class Cube : SingleTensorFunction<Cube>
{
    public override string Name => nameof(Cube);

    public static Tensor Of(Tensor x) => apply(x);

    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        return x.pow(3);
    }

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 3 * ctx.get_saved_variables()[0].square()];
}

/// <summary>The sign, with the gradient of the identity: a straight-through estimator.</summary>
internal sealed class StraightThrough : SingleTensorFunction<StraightThrough>
{
    public override string Name => nameof(StraightThrough);

    public static Tensor Of(Tensor x) => apply(x);

    public override Tensor forward(AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).sign();

    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output];
}
