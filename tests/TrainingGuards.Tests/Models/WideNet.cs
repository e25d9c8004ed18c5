using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Models;

/// <summary>Any [n, …] of a multiple of 8 numbers → logits [n, 4], through a hidden layer of a width that is given.</summary>
internal sealed class WideNet : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden;
    private readonly Linear head;

    public WideNet(double width) : base(nameof(WideNet))
    {
        hidden = nn.Linear(8, (long)(16 * width));
        head = nn.Linear((long)(16 * width), 4);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(nn.functional.relu(hidden.call(x.reshape(x.shape[0], 8, -1).mean([2L]))));
}
