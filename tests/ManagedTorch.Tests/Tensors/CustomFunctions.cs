using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Tensors;

/// <summary>Doubles; what derives from it differs in its backward.</summary>
internal abstract class Doubling<T> : autograd.SingleTensorFunction<T> where T : Doubling<T>, new()
{
    public override string Name => typeof(T).Name;

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;
}

/// <summary>Rounds, with the gradient of the identity.</summary>
internal sealed class StraightThrough : Doubling<StraightThrough>
{
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).round();

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output];
}

/// <summary>Notes whether gradients are recorded while it runs.</summary>
internal sealed class Modes : Doubling<Modes>
{
    public static bool InForward { get; private set; } = true;

    public static bool InBackward { get; private set; }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        InForward = is_grad_enabled();
        return base.forward(ctx, vars);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        InBackward = is_grad_enabled();
        return [grad_output * 2];
    }
}

/// <summary>Keeps the gradient that it was given.</summary>
internal sealed class Keeping : Doubling<Keeping>
{
    public static Tensor? Kept { get; private set; }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Kept = grad_output;
        return [grad_output * 2];
    }
}

internal sealed class Failing : Doubling<Failing>
{
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new InvalidTimeZoneException("mine");
}

internal sealed class TooMany : Doubling<TooMany>
{
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output, grad_output];
}

/// <summary>factor · x², with x and the factor among other arguments.</summary>
internal sealed class ScaledSquare : Doubling<ScaledSquare>
{
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[1];
        ctx.save_for_backward([x]);
        ctx.save_data("factor", vars[2]);
        return x * x * (double)vars[2];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Assert.Null(ctx.get_data("nothing"));
        return [null!, grad_output * ctx.get_saved_variables()[0] * 2 * (double)ctx.get_data("factor"), null!, null!];
    }
}

/// <summary>Saves its output, not its input.</summary>
internal sealed class Exponential : Doubling<Exponential>
{
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor y = ((Tensor)vars[0]).exp();
        ctx.save_for_backward([y]);
        return y;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * ctx.get_saved_variables()[0]];
}

/// <summary>x + y, with a gradient for x alone.</summary>
internal sealed class Sum : Doubling<Sum>
{
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] + (Tensor)vars[1];

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output, null!];
}

/// <summary>Doubles where its argument lies.</summary>
internal sealed class DoublingInPlace : Doubling<DoublingInPlace>
{
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0];
        ctx.mark_dirty([x]);
        return x.mul_(2);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
}

/// <summary>Returns its argument, and reverses the gradient.</summary>
internal sealed class Reversal : Doubling<Reversal>
{
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0];

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [-grad_output];
}

/// <summary>Sine and cosine, and the gradients that arrived last.</summary>
internal abstract class Waves<T> : autograd.MultiTensorFunction<T> where T : Waves<T>, new()
{
    public static List<Tensor> Arrived { get; private set; } = [];

    public override string Name => typeof(T).Name;

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        return [x.sin(), x.cos()];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        Arrived = grad_outputs;
        Tensor x = ctx.get_saved_variables()[0];
        return [(grad_outputs[0] * x.cos()) - (grad_outputs[1] * x.sin())];
    }
}

internal sealed class Waves : Waves<Waves>
{
}

/// <summary>The same, told not to fill in gradients that nobody gave.</summary>
internal sealed class BareWaves : Waves<BareWaves>
{
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.set_materialize_grads(false);
        Assert.False(ctx.MaterializeGrads);
        return base.forward(ctx, vars);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        Assert.True(grad_outputs[1].IsInvalid);
        return [grad_outputs[0] * ctx.get_saved_variables()[0].cos()];
    }
}

/// <summary>The largest of a row, where it lies, and how far it is from the smallest, which is declared to have no gradient.</summary>
internal sealed class Largest : autograd.MultiTensorFunction<Largest>
{
    public override string Name => nameof(Largest);

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor x = (Tensor)vars[0];
        (Tensor values, Tensor indexes) = x.max(0);
        Tensor span = values - x.min();
        ctx.save_for_backward([indexes]);
        ctx.save_data("length", x.shape[0]);
        ctx.mark_non_differentiable([span]);
        return [values, indexes, span];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
        [zeros((long)ctx.get_data("length"), dtype: float64).index_put_(grad_outputs[0], ctx.get_saved_variables()[0])];
}
