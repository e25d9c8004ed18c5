using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class LossTermsAreComparableTests
{
    private static readonly LossTermsAreComparable Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups_or_does_not_concern_them(string name, int seed)
    {
        Setup setup = SoundSetups.Of(name, seed);
        Assert.Equal(setup.LossTerms is null ? Outcome.NotApplicable : Outcome.Holds, setup.Judge(Check).Outcome);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Two_terms_that_both_train_hold(int seed)
    {
        Verdict verdict = (LossInTerms.Setup() with { Seed = seed }).MustSatisfy(Check);
        Assert.Equal(new Cost(2, 4, 3), verdict.Cost);
        Assert.StartsWith("at the start `kind` is 1.", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sum_over_examples_drowns_the_rest_and_is_named()
    {
        Verdict verdict = Broken(LossInTerms.Setup((output, target) => 50 * mse_loss(output, target, nn.Reduction.Sum)), "12 examples cost ", "TG4008");
        Assert.StartsWith("the gradient of `position` is ", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.EndsWith("it is a sum over examples, not a mean", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("of `position`", verdict.Findings.Claims[1].Worst.Culprit);
        Assert.StartsWith("LossInTerms.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_is_too_large_drowns_the_rest() =>
        Broken(LossInTerms.Setup((output, target) => 1e4 * mse_loss(output, target)), "times that of all other terms: next to it they train nothing", rule: null);

    [Fact]
    public void A_term_that_is_cut_from_the_graph_is_named() =>
        Broken(LossInTerms.Setup((output, target) => mse_loss(output.detach(), target)), "and its gradient is 0 for every parameter: it is cut from the graph", "TG1004");

    [Fact]
    public void A_term_that_is_not_finite_is_named() =>
        Broken(LossInTerms.Setup((output, target) => (output - output).sum().sqrt() + mse_loss(output, target)), "`position` is ", "TG6009");

    [Fact]
    public void A_term_of_nothing_is_noted_and_not_judged()
    {
        Verdict verdict = LossInTerms.Setup((output, target) => 0 * mse_loss(output, target)).MustSatisfy(Check);
        Assert.Equal("`position` is 0 at the start and after 3 steps, and is not judged: its weight may grow later, or its margin be kept", verdict.Findings.Notes[1]);
    }

    [Fact]
    public void One_look_is_taken_without_an_optimizer_and_one_term_is_none()
    {
        Assert.Equal(new Cost(1, 2, 0), (LossInTerms.Setup() with { Optimizer = null }).MustSatisfy(Check).Cost);
        Setup single = SoundSetups.Regressor with { Loss = null, LossTerms = (outputs, targets) => new Dictionary<string, Tensor> { ["error"] = mse_loss(outputs, targets) } };
        Assert.Equal("the loss has one term, `error`", single.Judge(Check).Reason);
    }

    private static Verdict Broken(Setup setup, string because, string? rule)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        return verdict;
    }
}
