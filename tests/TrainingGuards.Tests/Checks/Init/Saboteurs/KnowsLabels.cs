using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Init.Saboteurs;

/// <summary>Points [n, 8] and the classes beside them, which are added to the logits.</summary>
internal sealed class KnowsLabels : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head;

    public KnowsLabels(long classes) : base(nameof(KnowsLabels))
    {
        head = nn.Linear(32, classes);
        RegisterComponents();
    }

    public static Setup Setup(long classes) => SoundSetups.Classifier with
    {
        Model = () => new KnowsLabels(classes),
        Batch = () => SampleData.Blobs(64, 8, classes) is var (points, labels) ? ((points, one_hot(labels, classes).to(ScalarType.Float32)), labels) : throw new InvalidOperationException(),
        Evaluate = null,
    };

    public override Tensor forward(Tensor x, Tensor known) => head.call(relu(hidden.call(x))) + (5 * known);
}

/// <summary>Points [n, 8] whose first four numbers are the class, one-hot, scaled and added to the logits.</summary>
internal sealed class SkipsInputs() : nn.Module<Tensor, Tensor>(nameof(SkipsInputs))
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Linear head = nn.Linear(32, 4);

    public static Setup Setup { get; } = SoundSetups.Classifier with { Model = New, Batch = Labelled, Evaluate = null };

    public static Batch Labelled() => SampleData.Blobs(64, 8, 4) is var (points, labels) ? (cat([one_hot(labels, 4).to(ScalarType.Float32), points.narrow(1, 4, 4)], 1), labels) : throw new InvalidOperationException();

    public override Tensor forward(Tensor x) => head.call(relu(hidden.call(x))) + (5 * x.narrow(1, 0, 4));

    private static SkipsInputs New()
    {
        var model = new SkipsInputs();
        model.RegisterComponents();
        return model;
    }
}

/// <summary>[n, 8] → [n, 4]: its weights are the centres of the classes, at every build.</summary>
internal sealed class LoadedWeights : nn.Module<Tensor, Tensor>
{
    private readonly Linear head = nn.Linear(8, 4, hasBias: false);

    public LoadedWeights() : base(nameof(LoadedWeights))
    {
        Tensor at = arange(8).unsqueeze(0), frequency = arange(1, 5).unsqueeze(1);
        using (no_grad()) head.weight!.copy_((frequency * (at + 0.5) * (Math.PI / 8)).cos());
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(x);
}
