using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class GradientsNeitherVanishNorExplodeTests
{
    private static readonly GradientsNeitherVanishNorExplode Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.FewSeeds;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Batches_of_few_examples_scatter_and_do_not_explode(int seed) =>
        (SoundSetups.Classifier with { Batch = () => SampleData.Blobs(2, 8, 4), Seed = seed }).MustSatisfy(new GradientsNeitherVanishNorExplode(steps: 300));

    [Fact]
    public void Many_sigmoids_in_a_row_let_it_vanish()
    {
        Verdict verdict = Broken(Sigmoids(12), "the gradient falls from `", "a layer, over");
        Assert.Equal(new Cost(0, 0, 40), verdict.Cost);
    }

    [Fact]
    public void A_tiny_factor_on_the_way_is_one_layers() => Broken(
        SoundSetups.Classifier with { Model = () => nn.Sequential(("hidden", nn.Linear(8, 32)), ("squeeze", new Tiny()), ("head", nn.Linear(32, 4))), Evaluate = null },
        "the gradient of `hidden.weight` is", "of that of `head.weight`");

    [Fact]
    public void A_rate_that_leaps_lets_it_explode() =>
        Assert.Equal("TG8006", Broken(Exploding, "the norm of the gradient rose from", "by step ", "at a learning rate of 2").Findings.Causes[0].Rule);

    [Fact]
    public void Fewer_looks_than_a_rise_is_judged_by_are_not_enough() =>
        Assert.Contains("at least 25 steps that are looked into", SoundSetups.Classifier.Judge(new GradientsNeitherVanishNorExplode(steps: 24)).Reason, StringComparison.Ordinal);

    internal static Setup Exploding => SoundSetups.Regressor with
    {
        Optimizer = parameters => optim.SGD(parameters, learningRate: 0.05),
        Scheduler = optimizer => optim.lr_scheduler.LambdaLR(optimizer, step => step < 30 ? 1 : 40),
    };

    internal static Setup Sigmoids(int depth) => SoundSetups.Classifier with
    {
        Model = () => nn.Sequential([("first", nn.Linear(8, 16)), .. Enumerable.Range(1, depth).SelectMany(i => new (string, nn.Module<Tensor, Tensor>)[] { ($"act{i}", nn.Sigmoid()), ($"layer{i}", nn.Linear(16, i == depth ? 4 : 16)) })]),
        Evaluate = null,
    };

    private static Verdict Broken(Setup setup, params string[] evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        foreach (string part in evidence) Assert.True(verdict.Findings.Causes[0].Evidence.Contains(part, StringComparison.Ordinal), verdict.ToString());
        return verdict;
    }

    private sealed class Tiny() : nn.Module<Tensor, Tensor>(nameof(Tiny))
    {
        public override Tensor forward(Tensor x) => (x * 1e-9).tanh();
    }
}
