using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>An override of train that forgets its base.</summary>
internal sealed class TrainWithoutBase : nn.Module<Tensor, Tensor>
{
    private readonly Noisy noisy = new();
    private readonly Linear head = nn.Linear(32, 4);

    public TrainWithoutBase() : base(nameof(TrainWithoutBase)) => RegisterComponents();

    public override Tensor forward(Tensor x) => head.call(noisy.call(x));

    internal sealed class Noisy : nn.Module<Tensor, Tensor>
    {
        private readonly Linear hidden = nn.Linear(8, 32);
        private readonly Dropout drop = nn.Dropout(0.5);

        public Noisy() : base(nameof(Noisy)) => RegisterComponents();

        public bool Trains { get; private set; }

        public override void train(bool train = true) => Trains = train;

        public override Tensor forward(Tensor x) => drop.call(hidden.call(x));
    }
}
