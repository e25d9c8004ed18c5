using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>An override of train that always turns training off, also for what has yet to learn.</summary>
internal sealed class StaysInEvaluation : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Dropout drop = nn.Dropout(0.5);
    private readonly Linear head = nn.Linear(32, 4);

    public StaysInEvaluation() : base(nameof(StaysInEvaluation)) => RegisterComponents();

    public override void train(bool train = true)
    {
        base.train(train);
        drop.eval();
    }

    public override Tensor forward(Tensor x) => head.call(drop.call(hidden.call(x)));
}
