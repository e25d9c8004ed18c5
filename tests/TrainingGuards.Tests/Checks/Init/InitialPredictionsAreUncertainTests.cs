using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class InitialPredictionsAreUncertainTests
{
    private static readonly InitialPredictionsAreUncertain Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_classifiers(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        verdict.MustBe(name is "Regressor" or "TwoOutputs" or "Autoencoder" or "Composite" ? Outcome.NotApplicable : Outcome.Holds);
        if (verdict.Outcome == Outcome.Holds) Assert.InRange(verdict.Findings.Claims[0].Readings[0].Value, 0, 0.25);
    }

    [Fact]
    public void Numbers_are_no_probabilities() =>
        Assert.Equal("the outputs [32, 1] are numbers, not probabilities of classes", SoundSetups.Regressor.Judge(Check).Reason);

    [Fact]
    public void Weights_of_unit_variance_are_found_at_their_layer()
    {
        Verdict verdict = Broken(NormalWeights.Setup, "`hidden.weight` multiplies what enters by up to");
        Assert.Equal("hidden", verdict.Findings.Where!.Module);
        Assert.StartsWith("NormalWeights.cs:", verdict.Findings.Where.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_that_are_not_scaled_are_named() => Broken(
        SoundSetups.Classifier with { Batch = () => SampleData.Blobs(32, 8, 4) is var (inputs, classes) ? (inputs * 100, classes) : throw new InvalidOperationException() },
        "the inputs have a root mean square of");

    [Fact]
    public void A_class_that_all_examples_get_is_named() => Broken(
        SoundSetups.Classifier with { Model = () => Biased(2, 20) },
        "class 2 is preferred whatever the input");

    [Fact]
    public void Outputs_that_are_probabilities_are_read_as_they_are() => Broken(
        Clusters.Classifier() with { Model = () => Sequential(new Scaled(100), Clusters.Network(10, Softmax(-1))) },
        "the inputs have a root mean square of", inputs: false);

    [Fact]
    public void Zeros_and_ones_have_two_classes_each()
    {
        Setup labels = Clusters.Classifier() with
        {
            Batch = () => (randn(64, Clusters.Features), randn(64, 10).gt(1).to(ScalarType.Float32)),
            Loss = (output, target) => functional.binary_cross_entropy_with_logits(output, target),
        };
        Assert.Equal(Outcome.Holds, labels.Judge(Check).Outcome);
        Assert.Equal(Outcome.Broken, (labels with { Model = () => Sequential(Clusters.Network(10), new Scaled(50)) }).Judge(Check).Outcome);
    }

    [Fact]
    public void A_bias_set_to_the_prior_is_sure_for_a_reason()
    {
        Setup rare = SoundSetups.Classifier with
        {
            Model = () => Biased(0, 7),
            Batch = () => (randn(256, 8), arange(256).eq(9).to(ScalarType.Int64)),
        };
        Verdict verdict = rare.MustSatisfy(Check);
        Assert.StartsWith("mean KL(π ‖", verdict.Findings.Claims[0].Quantity, StringComparison.Ordinal);
    }

    private static MlpClassifier Biased(int favourite, double by)
    {
        var model = new MlpClassifier();
        using IDisposable grad = no_grad();
        model.named_parameters().Single(part => part.name == "head.bias").parameter[favourite] += by;
        return model;
    }

    private static Verdict Broken(Setup setup, string because, bool inputs = true)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        if (inputs) Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }

    private sealed class Scaled(double factor) : Module<Tensor, Tensor>("scaled")
    {
        public override Tensor forward(Tensor x) => x * factor;
    }
}
