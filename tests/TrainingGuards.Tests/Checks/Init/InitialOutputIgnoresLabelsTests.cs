using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class InitialOutputIgnoresLabelsTests
{
    private static readonly InitialOutputIgnoresLabels Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<int, int> Healthy
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (int classes in new[] { 2, 3, 4, 7, 10, 30 })
                for (int seed = 0; seed < 10; seed++) cases.Add(classes, seed);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        verdict.MustBe(name is "Regressor" or "TwoOutputs" or "Autoencoder" or "Composite" ? Outcome.NotApplicable : Outcome.Holds);
        Assert.Empty(verdict.Findings.Notes);
    }

    [Theory]
    [MemberData(nameof(Healthy))]
    public void Clusters_that_an_untrained_network_puts_apart_are_no_knowledge(int classes, int seed) =>
        (Clusters.Classifier(classes, 128) with { Seed = seed }).MustSatisfy(Check);

    [Fact]
    public void A_build_costs_a_pass_of_128_examples()
    {
        Verdict verdict = SoundSetups.Classifier.MustSatisfy(Check);
        Assert.Equal(new Cost(4, 0, 0), verdict.Cost);
        Assert.Contains("in 1 build", verdict.Findings.Claims[0].Quantity, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 40)]
    [InlineData(3, 10)]
    [InlineData(4, 5)]
    [InlineData(10, 1)]
    public void Labels_beside_the_input_are_found_whatever_their_number(int classes, int builds)
    {
        Verdict verdict = Broken(KnowsLabels.Setup(classes), "and no longer when the examples of input 1 are shuffled: it tells the label, and the model hands it on");
        Assert.Contains(builds == 1 ? "in 1 build" : $"mean of {builds} builds", verdict.Findings.Claims[0].Quantity, StringComparison.Ordinal);
        Assert.Equal(nameof(KnowsLabels), verdict.Findings.Where!.Module);
        Assert.StartsWith("KnowsLabels.cs:", verdict.Findings.Where.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_that_are_the_label_are_named()
    {
        Setup named = SkipsInputs.Setup with { Batch = () => SkipsInputs.Labelled() is var batch ? (cat([batch.Inputs[0], batch.Targets[0].unsqueeze(1)], 1), batch.Targets[0]) : throw new InvalidOperationException(), Forward = (model, inputs) => ((SkipsInputs)model).call(inputs[0].narrow(1, 0, 8)) };
        Broken(named, "and feature 8 of input is one number within each class and another in each: the label under another name");
    }

    [Fact]
    public void An_input_that_is_handed_on_is_found_without_its_name() =>
        Broken(SkipsInputs.Setup, "what the model computes with its inputs finds the class, whatever its weights are");

    [Fact]
    public void A_label_among_the_inputs_alone_is_a_note()
    {
        Setup beside = SoundSetups.Classifier with
        {
            Model = () => Sequential(Linear(9, 16), ReLU(), Linear(16, 4)),
            Batch = () => SampleData.Blobs(64, 8, 4) is var (points, labels) ? (cat([points, labels.unsqueeze(1)], 1), labels) : throw new InvalidOperationException(),
            Evaluate = null,
        };
        Assert.Equal(["feature 8 of input is one number within each class and another in each: a label among the inputs"], beside.MustSatisfy(Check).Findings.Notes);
    }

    [Fact]
    public void Weights_that_are_loaded_are_told_from_drawn_ones()
    {
        Setup loaded = SoundSetups.Classifier with { Model = () => new LoadedWeights(), Evaluate = null };
        Verdict verdict = Broken(loaded, "builds from two seeds give the same outputs: the weights are loaded or kept");
        Assert.Equal("loss / entropy of the labels", verdict.Findings.Claims[0].Quantity);
        Assert.Equal("TG7002", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_model_that_seeds_itself_may_be_right_by_chance()
    {
        Setup Seeded(int seed) => Clusters.Classifier(2, 128) with { Model = () => manual_seed(seed) is not null ? Clusters.Network(2) : throw new InvalidOperationException() };
        Verdict[] verdicts = [.. Enumerable.Range(0, 20).Select(seed => Seeded(seed).MustSatisfy(Check))];
        Assert.Contains(verdicts, verdict => verdict.Findings.Claims[0].Quantity == "loss / entropy of the labels");
        Assert.Contains(verdicts, verdict => verdict.Findings.Claims[0].Quantity.StartsWith("cosine", StringComparison.Ordinal));
    }

    [Fact]
    public void Zeros_and_ones_are_read_by_column()
    {
        Setup one = SoundSetups.Regressor with
        {
            Model = () => Sequential(Linear(8, 16), ReLU(), Linear(16, 1)),
            Batch = () => SampleData.Blobs(64, 8, 2) is var (points, labels) ? (points, labels.to(ScalarType.Float32).unsqueeze(1)) : throw new InvalidOperationException(),
            Loss = (output, target) => functional.binary_cross_entropy_with_logits(output, target),
        };
        for (int seed = 0; seed < 10; seed++) (one with { Seed = seed }).MustSatisfy(Check);
        Setup leaks = one with
        {
            Batch = () => SampleData.Blobs(64, 8, 2) is var (points, labels) ? (cat([points, labels.unsqueeze(1)], 1), labels.to(ScalarType.Float32).unsqueeze(1)) : throw new InvalidOperationException(),
            Forward = (model, inputs) => ((Module<Tensor, Tensor>)model).call(inputs[0].narrow(1, 0, 8)) + (5 * inputs[0].narrow(1, 8, 1)),
        };
        Broken(leaks, "and feature 8 of input is one number within each class");
        Setup same = one with { Model = () => Linear(8, 8), Batch = () => randn(32, 8).gt(0).to(ScalarType.Float32) is var bits ? (bits, bits) : throw new InvalidOperationException() };
        Assert.Equal("the targets [32, 8] have the shape of an input: an untrained network may hand it on", same.Judge(Check).Reason);
    }

    [Fact]
    public void Tied_embeddings_that_prefer_their_own_token_are_healthy()
    {
        Setup tied = SoundSetups.Tokens with
        {
            Model = () => Embedding(12, 16),
            Batch = () => randint(12, [16, 10], dtype: ScalarType.Int64) is var tokens ? (tokens, where(rand(16, 10).lt(0.7), tokens, randint(12, [16, 10], dtype: ScalarType.Int64))) : throw new InvalidOperationException(),
            Forward = (model, inputs) => ((TorchSharp.Modules.Embedding)model).call(inputs[0]).matmul(((TorchSharp.Modules.Embedding)model).weight!.t()),
        };
        tied.MustSatisfy(Check);
    }

    [Fact]
    public void One_class_is_not_enough() =>
        Assert.Equal("it needs at least 2 classes among the targets that the input does not hold already; there is 1", (SoundSetups.Classifier with { Batch = () => (randn(32, 8), zeros(32, dtype: ScalarType.Int64)) }).Judge(Check).Reason);

    [Fact]
    public void Outputs_without_known_labels_are_not_judged()
    {
        Assert.StartsWith("the outputs [32, 1] are numbers", SoundSetups.Regressor.Judge(Check).Reason, StringComparison.Ordinal);
        Assert.StartsWith("which output stands for which label is not known", SoundSetups.TwoOutputs.Judge(Check).Reason, StringComparison.Ordinal);
    }

    private static Verdict Broken(Setup setup, string because)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.All(verdict.Findings.Controls, control => Assert.True(control.Holds, verdict.ToString()));
        return verdict;
    }
}
