using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Something is kept from one pass to the next.</summary>
internal sealed class RemembersLastCall : nn.Module<Tensor, Tensor>
{
    private readonly Linear head = nn.Linear(8, 4);
    private double calls;

    public RemembersLastCall() : base(nameof(RemembersLastCall)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(x) + ++calls;
}
