using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>[n, 8] → logits [n, 4] through many layers, whose weights are changed by one line.</summary>
internal sealed class DeepNet : Module<Tensor, Tensor>
{
    private const long Width = 64;

    private readonly Module<Tensor, Tensor> first = Linear(8, Width);
    private readonly TorchSharp.Modules.ModuleList<TorchSharp.Modules.Linear> blocks;
    private readonly Module<Tensor, Tensor> head = Linear(Width, 4);

    public DeepNet(int depth, Action<Tensor>? change = null) : base(nameof(DeepNet))
    {
        blocks = ModuleList([.. Enumerable.Range(0, depth).Select(_ => Linear(Width, Width))]);
        using (no_grad())
            foreach (TorchSharp.Modules.Linear block in blocks) change?.Invoke(block.weight!);
        RegisterComponents();
    }

    public static Setup Setup(int depth, Action<Tensor>? change = null) => SoundSetups.Classifier with { Model = () => new DeepNet(depth, change), Evaluate = null };

    public override Tensor forward(Tensor x)
    {
        x = first.call(x).relu();
        foreach (TorchSharp.Modules.Linear block in blocks) x = block.call(x).relu();
        return head.call(x);
    }
}
