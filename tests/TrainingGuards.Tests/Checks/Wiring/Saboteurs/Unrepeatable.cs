using System.Collections.Concurrent;
using TorchSharp.Modules;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring.Saboteurs;

/// <summary>Setups that a seed does not repeat, or repeats too often.</summary>
internal static class Unrepeatable
{
    private static readonly Random Own = new();

    /// <summary>Examples drawn by System.Random.</summary>
    public static Setup Batch { get; } = SoundSetups.Classifier with { Batch = Draw };

    /// <summary>A batch that is made by seeding, for a model with dropout.</summary>
    public static Setup SeededBatch { get; } = SoundSetups.ConvNet with { Batch = Seeded, Evaluate = null };

    /// <summary>A factory that seeds.</summary>
    public static Setup SeededModel { get; } = SoundSetups.Classifier with { Model = Build };

    private static Batch Draw()
    {
        (Tensor inputs, Tensor classes) = SampleData.Blobs(32, 8, 4);
        return (inputs * (float)(1 + (0.1 * Own.NextDouble())), classes);
    }

    private static Batch Seeded()
    {
        manual_seed(7);
        return SampleData.Quarters(24);
    }

    private static MlpClassifier Build()
    {
        manual_seed(7);
        return new MlpClassifier();
    }
}

/// <summary>Weights drawn by a generator of the model's own that nobody seeds.</summary>
internal sealed class RandomWeights : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 16);
    private readonly Linear head = nn.Linear(16, 4);

    public RandomWeights() : base(nameof(RandomWeights))
    {
        var random = new Random(); // weights
        using (no_grad()) head.weight!.mul_((float)(0.5 + random.NextDouble()));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(hidden.call(x).relu());
}

/// <summary>Noise drawn by System.Random in each forward pass, for each feature.</summary>
internal sealed class RandomInForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden = nn.Linear(8, 16);
    private readonly Linear head = nn.Linear(16, 4);
    private readonly Random random = new();

    public RandomInForward() : base(nameof(RandomInForward)) => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = hidden.call(x).relu();
        features = training ? features * tensor([.. Enumerable.Range(0, 16).Select(_ => (float)(4 * random.NextDouble()) - 2)]).to(x.device) : features; // forward
        return head.call(features);
    }
}

/// <summary>Experts that are added in the order of a dictionary whose keys are objects.</summary>
internal sealed class ExpertsInHashOrder : nn.Module<Tensor, Tensor>
{
    private readonly ConcurrentDictionary<object, Linear> experts = new();
    private readonly ModuleList<Linear> all = nn.ModuleList([.. Enumerable.Range(0, 24).Select(_ => nn.Linear(8, 4))]);

    public ExpertsInHashOrder() : base(nameof(ExpertsInHashOrder))
    {
        foreach (Linear expert in all) experts[new object()] = expert;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor sum = zeros(x.shape[0], 4, device: x.device);
        foreach ((_, Linear expert) in experts) sum += expert.call(x); // order
        return sum;
    }
}

/// <summary>Weights drawn in the order of such a dictionary.</summary>
internal sealed class WeightsInHashOrder : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Linear> all = nn.ModuleList([.. Enumerable.Range(0, 24).Select(_ => nn.Linear(8, 4))]);

    public WeightsInHashOrder() : base(nameof(WeightsInHashOrder))
    {
        var byKey = new ConcurrentDictionary<object, Linear>(all.Select(layer => KeyValuePair.Create(new object(), layer)));
        foreach (Linear layer in byKey.Values) nn.init.normal_(layer.weight!, 0, 0.1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => all.Select(layer => layer.call(x)).Aggregate((sum, next) => sum + next);
}

/// <summary>Dropout in a network that does something to the generator first.</summary>
internal sealed class Reseeds(bool toTheStart) : nn.Module<Tensor, Tensor>(nameof(Reseeds))
{
    private readonly Linear hidden = nn.Linear(8, 32);
    private readonly Dropout drop = nn.Dropout(0.5);
    private readonly Linear head = nn.Linear(32, 4);
    private Tensor? _state;

    public static Reseeds New(bool toTheStart)
    {
        var model = new Reseeds(toTheStart);
        model.RegisterComponents();
        return model;
    }

    public override Tensor forward(Tensor x)
    {
        if (toTheStart) manual_seed(7); // reseeds
        else if (_state is null) _state = get_rng_state();
        else set_rng_state(_state); // puts back
        return head.call(drop.call(hidden.call(x)));
    }
}
