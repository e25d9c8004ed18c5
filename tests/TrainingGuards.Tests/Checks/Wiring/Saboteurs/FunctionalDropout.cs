using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Dropout by a function that is not told the mode.</summary>
internal sealed class FunctionalDropout : nn.Module<Tensor, Tensor>
{
    private readonly Block block = new();
    private readonly Linear head = nn.Linear(32, 4);

    public FunctionalDropout() : base(nameof(FunctionalDropout)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(block.call(x));

    internal sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(8, 32);

        public Block() : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            Tensor features = nn.functional.relu(hidden.call(x));
            Tensor kept = nn.functional.dropout(features, 0.5);
            return kept * 2;
        }
    }
}
