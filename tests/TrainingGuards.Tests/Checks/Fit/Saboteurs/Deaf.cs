using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit.Saboteurs;

/// <summary>A classifier whose forward does something to its input before anything else.</summary>
internal abstract class Deaf : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    protected Deaf(string name) : base(name) => RegisterComponents();

    public static Setup Setup(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };

    protected Tensor Classify(Tensor x) => head.call(nn.functional.relu(hidden.call(x)));
}

/// <summary>Multiplied by 0.</summary>
internal sealed class TimesZero : Deaf
{
    public TimesZero() : base(nameof(TimesZero))
    {
    }

    public override Tensor forward(Tensor x)
    {
        Tensor scaled = x * 0;
        return Classify(scaled);
    }
}

/// <summary>A constant in its place.</summary>
internal sealed class ConstantInput : Deaf
{
    public ConstantInput() : base(nameof(ConstantInput))
    {
    }

    public override Tensor forward(Tensor x)
    {
        Tensor blank = ones_like(x);
        return Classify(blank);
    }
}

/// <summary>The mean over the batch.</summary>
internal sealed class MeanOfBatch : Deaf
{
    public MeanOfBatch() : base(nameof(MeanOfBatch))
    {
    }

    public override Tensor forward(Tensor x)
    {
        Tensor mean = x.mean([0L], keepdim: true).expand(x.shape);
        return Classify(mean);
    }
}

/// <summary>Of two inputs the second is not used.</summary>
internal sealed class OneEar : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear left = nn.Linear(6, 16);
    private readonly Linear right = nn.Linear(3, 16);
    private readonly Linear head = nn.Linear(32, 3);

    public OneEar() : base(nameof(OneEar)) => RegisterComponents();

    public override Tensor forward(Tensor first, Tensor second) =>
        head.call(nn.functional.relu(cat([left.call(first), right.call(0 * second)], -1)));
}
