using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Models;

/// <summary>A network over [batch, time, features] whose examples are mixed between two layers by one line.</summary>
internal abstract class Mixer : Module<Tensor, Tensor>
{
    protected const int Time = 4, Features = 6;

    private readonly Module<Tensor, Tensor> before = Linear(Features, Features);
    private readonly Module<Tensor, Tensor> after = Linear(Features, 3);

    protected Mixer() : base("mixer") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        x = before.call(x);
        x = Mix(x);
        return after.call(x);
    }

    protected abstract Tensor Mix(Tensor x);

    public static Setup Setup(Func<Mixer> model) => new()
    {
        Model = model,
        Batch = () => (randn(8, Time, Features), randn(8, 3)),
        Loss = (output, target) => functional.mse_loss(output, target),
    };
}

/// <summary>Sound: the mean over time.</summary>
internal sealed class MeanOverTime : Mixer
{
    protected override Tensor Mix(Tensor x) => x.mean([1L]);
}

/// <summary>The mean over the batch is taken away.</summary>
internal sealed class CentredOverBatch : Mixer
{
    protected override Tensor Mix(Tensor x) => (x - x.mean([0L], keepdim: true)).mean([1L]);
}

/// <summary>The mean over the batch alone, the same for all.</summary>
internal sealed class MeanOverBatch : Mixer
{
    protected override Tensor Mix(Tensor x) => x.mean([0L], keepdim: true).expand_as(x).mean([1L]);
}

/// <summary>Every example is given the one before it.</summary>
internal sealed class Rolled : Mixer
{
    protected override Tensor Mix(Tensor x) => x.mean([1L]).roll(1, 0);
}

/// <summary>The first example is added to all.</summary>
internal sealed class FirstForAll : Mixer
{
    protected override Tensor Mix(Tensor x) => (x + x[0]).mean([1L]);
}

/// <summary>A running sum over the batch, as a recurrence over it gives.</summary>
internal sealed class SummedOverBatch : Mixer
{
    protected override Tensor Mix(Tensor x) => x.mean([1L]).cumsum(0);
}

/// <summary>A moving mean over the batch, as a convolution over it gives.</summary>
internal sealed class SmoothedOverBatch : Mixer
{
    protected override Tensor Mix(Tensor x)
    {
        Tensor mean = x.mean([1L]);
        return functional.avg_pool1d(mean.t().unsqueeze(0), 3, stride: 1, padding: 1).squeeze(0).t();
    }
}
