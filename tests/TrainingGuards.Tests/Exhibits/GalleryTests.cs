using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Exhibits;

public sealed class GalleryTests
{
    [Fact]
    public void A_trained_net_of_images_has_all_exhibits()
    {
        using nn.Module model = SoundSetups.ConvNet.Model!();
        IReadOnlyList<Exhibit> exhibits = Gallery.Of(SoundSetups.ConvNet, OnTheGuardsDevice(model), steps: 4);
        Assert.Equal(
            ["Examples just before the net", "How the data is spread", "First-layer filters", "Activations over the first steps", "Gradients over the first steps", "Updates over the first steps", "Predictions", "Worst examples"],
            exhibits.Select(exhibit => exhibit.Title));
        Assert.Equal(16, Named(exhibits, "Examples just before the net").Sheets.Single().Images.Count);
        Assert.Equal(24, Named(exhibits, "Predictions").Matrices.Single().Values.Sum(row => row.Sum()));
        Assert.Equal(["step 1", "step 2", "step 4"], Named(exhibits, "Gradients over the first steps").Histograms[0].Rows.Select(row => row.Name));
        Assert.Equal(4, Named(exhibits, "Activations over the first steps").Curves.Single().Values.Count);
        // All layers of what is compared across layers stand on one scale.
        Assert.Single(Named(exhibits, "Updates over the first steps").Histograms.Select(one => (one.Low, one.High)).Distinct());
    }

    [Theory]
    [InlineData(nameof(SoundSetups.Classifier))]
    [InlineData(nameof(SoundSetups.Tokens))]
    [InlineData(nameof(SoundSetups.TwoInputs))]
    [InlineData(nameof(SoundSetups.TwoOutputs))]
    [InlineData(nameof(SoundSetups.Regressor))]
    [InlineData(nameof(SoundSetups.Recurrent))]
    [InlineData(nameof(SoundSetups.MultiLabel))]
    [InlineData(nameof(SoundSetups.Composite))]
    [InlineData(nameof(SoundSetups.ResidualNet))]
    [InlineData(nameof(SoundSetups.FineTuned))]
    public void Every_kind_of_setup_can_be_looked_at(string name)
    {
        Setup setup = Setup(name);
        using nn.Module model = setup.Model!();
        IReadOnlyList<Exhibit> exhibits = Gallery.Of(setup, OnTheGuardsDevice(model), steps: 2);
        Assert.DoesNotContain(exhibits, exhibit => exhibit.Shows.Contains("could not", StringComparison.Ordinal));
        Assert.Contains(exhibits, exhibit => exhibit.Title == "Worst examples");
        Assert.All(exhibits, exhibit => Assert.True(exhibit.Curves.Count + exhibit.Bars.Count + exhibit.Matrices.Count + exhibit.Histograms.Count + exhibit.Sheets.Count + exhibit.Notes.Count > 0, exhibit.Title));
    }

    [Fact]
    public void Without_a_trained_model_nothing_is_said_of_predictions()
    {
        IReadOnlyList<Exhibit> exhibits = Gallery.Of(SoundSetups.Classifier, steps: 0);
        Assert.Equal(["Examples just before the net", "How the data is spread", "First-layer filters"], exhibits.Select(exhibit => exhibit.Title));
    }

    [Fact]
    public void The_worst_examples_are_those_of_the_highest_loss_with_target_and_prediction()
    {
        using Tensor inputs = arange(40, dtype: ScalarType.Float32).unsqueeze(1), targets = arange(40, dtype: ScalarType.Float32).unsqueeze(1);
        Setup setup = new()
        {
            Model = () => nn.Linear(1, 1),
            Batch = () => (inputs, targets),
            Validation = Examples.From(inputs, targets, batchSize: 16),
            Loss = (output, target) => mse_loss(output, target),
        };
        using var zero = nn.Linear(1, 1);
        using (no_grad())
        {
            zero.weight!.zero_();
            zero.bias!.zero_();
        }
        Exhibit worst = Named(Gallery.Of(setup, OnTheGuardsDevice(zero)), "Worst examples");
        Reading[] bars = [.. worst.Bars.Single().Values];
        Assert.Equal(16, bars.Length);
        Assert.Equal((39.0 * 39, "no. 39: target 39, predicted 0"), (bars[0].Value, bars[0].Culprit));
        Assert.Equal((24.0 * 24, "no. 24: target 24, predicted 0"), (bars[15].Value, bars[15].Culprit));
    }

    [Fact]
    public void What_cannot_be_drawn_says_why_and_leaves_the_rest()
    {
        Setup setup = SoundSetups.Classifier with { Loss = (_, _) => throw new InvalidOperationException("no such loss") };
        using nn.Module model = setup.Model!();
        IReadOnlyList<Exhibit> exhibits = Gallery.Of(setup, OnTheGuardsDevice(model));
        Assert.Contains("no such loss", Named(exhibits, "Predictions").Notes.Single(), StringComparison.Ordinal);
        Assert.Single(Named(exhibits, "First-layer filters").Sheets);
    }

    [Fact]
    public void Nothing_of_the_users_is_changed()
    {
        using nn.Module model = OnTheGuardsDevice(new Counting());
        model.train();
        Setup setup = SoundSetups.Classifier with { Model = () => new Counting() };
        Tensor[] before = [.. model.parameters().Concat(model.buffers()).Select(tensor => tensor.detach().clone())];
        using Tensor random = get_rng_state();
        Gallery.Of(setup, model, steps: 2);
        using Tensor after = get_rng_state();
        Assert.True(model.training);
        Assert.True(random.Equals(after));
        Assert.All(before.Zip(model.parameters().Concat(model.buffers())), pair => Assert.True(pair.First.Equals(pair.Second)));
        foreach (Tensor tensor in before) tensor.Dispose();
    }

    [Fact]
    public void What_is_cancelled_stops() =>
        Assert.Throws<OperationCanceledException>(() => Gallery.Of(SoundSetups.Classifier, cancellation: new CancellationToken(canceled: true)));

    private static Exhibit Named(IReadOnlyList<Exhibit> exhibits, string title) => exhibits.Single(exhibit => exhibit.Title == title);

    private static Setup Setup(string name) => (Setup)typeof(SoundSetups).GetProperty(name)!.GetValue(null)!;

    private static T OnTheGuardsDevice<T>(T model) where T : nn.Module => cuda.is_available() ? (T)model.to(CUDA) : model;

    /// <summary>It counts its calls in a buffer, in evaluation too.</summary>
    private sealed class Counting : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear layer = nn.Linear(8, 4);

        public Counting() : base(nameof(Counting))
        {
            register_buffer("calls", zeros(1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var grad = no_grad();
            get_buffer("calls")!.add_(1);
            using var again = enable_grad();
            return layer.call(input);
        }
    }
}
