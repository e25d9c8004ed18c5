using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>A frozen layer, a scale in a buffer, and a way to change one of them.</summary>
internal sealed class Thawed(Thawed.By by) : nn.Module<Tensor, Tensor>(nameof(Thawed))
{
    private readonly Linear pretrained = nn.Linear(8, 16);
    private readonly BatchNorm1d norm = nn.BatchNorm1d(16);
    private readonly Tensor scale = full(1, 1.5f);
    private readonly Linear head = nn.Linear(16, 4);

    private int calls;

    internal enum By
    {
        Nothing, Write, Buffer, Unfreezing, LateWrite,
    }

    /// <summary>The layer and its normalisation are frozen after a warm-up of one backward pass or one step, where it is asked for: zero_grad leaves zeros behind.</summary>
    public static Setup Setup(By by = By.Nothing, Func<IEnumerable<Parameter>, optim.Optimizer>? optimizer = null, bool warm = false, bool stepped = false) => SoundSetups.Classifier with
    {
        Model = () => New(by),
        Evaluate = null,
        Optimizer = null,
        OptimizerFor = model =>
        {
            var own = (Thawed)model;
            optim.Optimizer made = optimizer is null ? optim.Adam(own.parameters(), lr: 3e-3) : optimizer(own.parameters());
            if (warm || stepped) own.call(randn(4, 8, device: own.scale.device)).square().sum().backward();
            if (stepped) made.step();
            made.zero_grad();
            foreach (Parameter parameter in own.pretrained.parameters().Concat(own.norm.parameters())) parameter.requires_grad = false;
            return made;
        },
    };

    public override Tensor forward(Tensor x)
    {
        calls++;
        using (no_grad())
        {
            if (by == By.Write || (by == By.LateWrite && calls > 2)) pretrained.weight!.mul_(0.999f); // writes
        }
        if (by == By.Buffer) scale.add_(0.1f);
        if (by == By.Unfreezing) pretrained.bias!.requires_grad = true; // unfreezes
        return head.call(norm.call(pretrained.call(x)) * scale.clone());
    }

    private static Thawed New(By by)
    {
        var model = new Thawed(by);
        model.RegisterComponents();
        return model;
    }
}
