using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class UpdatesAreProportionateTests
{
    private static readonly UpdatesAreProportionate Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void A_rate_that_overwrites_the_weights_is_told_with_a_better_one()
    {
        Verdict verdict = Broken(WithRate(3), "a step changes every weight matrix by", "at a learning rate of 3; 0.001 is usual");
        Assert.StartsWith("divide the learning rate by about 1", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
        Assert.Equal(new Cost(0, 0, 30), verdict.Cost);
    }

    [Fact]
    public void A_rate_that_changes_nothing_to_speak_of() => Broken(WithRate(1e-9), "a step changes every weight matrix by", "at a learning rate of 1e−9");

    [Fact]
    public void One_matrix_alone_is_named()
    {
        Setup setup = SoundSetups.Classifier with
        {
            Optimizer = null,
            Optimizers = model => [optim.Adam(model.parameters().Take(2), lr: 1e-3), optim.Adam(model.parameters().Skip(2), lr: 2)],
        };
        Verdict verdict = Broken(setup, "a step changes head.weight by", "is usual");
        Assert.Contains(verdict.Findings.Notes, note => note.StartsWith("head.weight changes by", StringComparison.Ordinal) || note.StartsWith("hidden.weight changes by", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_matrix_there_is_nothing_to_judge() => Assert.Equal(
        Outcome.Inconclusive,
        (SoundSetups.Classifier with { Model = () => nn.Sequential(nn.LayerNorm(8)), Evaluate = null, Batch = () => (randn(8, 8), randint(8, 8)) }).Judge(Check).Outcome);

    internal static Setup WithRate(double rate) => SoundSetups.Classifier with { Optimizer = parameters => optim.Adam(parameters, lr: rate) };

    private static Verdict Broken(Setup setup, params string[] evidence)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        foreach (string part in evidence) Assert.Contains(part, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        return verdict;
    }
}
