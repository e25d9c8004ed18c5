using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class FinalBiasMatchesPriorTests
{
    private static readonly FinalBiasMatchesPrior Check = new();
    private static readonly int[] Rare = [80, 12, 5, 3];

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        verdict.MustBe(name is "TwoOutputs" or "Composite" ? Outcome.NotApplicable : Outcome.Holds);
        if (name == "Classifier") Assert.Equal(new Cost(6, 0, 0), verdict.Cost);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_default_bias_holds_whatever_the_classes_are(int seed)
    {
        Setup setup = BiasedHead.Classes([950, 50], 0, 0) with { Model = () => Sequential(Linear(8, 4), ReLU(), Linear(4, 2)), Seed = seed };
        string note = Assert.Single(setup.MustSatisfy(Check).Findings.Notes);
        Assert.Contains("a bias of log π in `2` saves the steps that learn it", note, StringComparison.Ordinal);
    }

    [Fact]
    public void The_labels_distribution_itself_holds_without_advice()
    {
        Verdict verdict = BiasedHead.Classes(Rare, BiasedHead.Log(0.8, 0.12, 0.05, 0.03)).MustSatisfy(Check);
        Assert.True(verdict.Findings.Claims[0].Worst.Value < -0.5, verdict.ToString());
        Assert.Empty(verdict.Findings.Notes);
    }

    [Fact]
    public void A_sign_that_is_turned_is_named() =>
        Broken(BiasedHead.Classes(Rare, [.. BiasedHead.Log(0.8, 0.12, 0.05, 0.03).Select(value => -value)]), "`head.bias` with its sign turned fits the labels' distribution: it is −log π");

    [Fact]
    public void A_reversed_order_is_named() =>
        Broken(BiasedHead.Classes(Rare, BiasedHead.Log(0.03, 0.05, 0.12, 0.8)), "`head.bias` fits the labels' distribution in reversed order: the classes are counted from the other end");

    [Fact]
    public void A_reversed_order_of_two_is_a_turned_sign_as_well() =>
        Broken(BiasedHead.Classes([95, 5], BiasedHead.Log(0.05, 0.95)), "in reversed order or with its sign turned");

    [Fact]
    public void Another_order_of_the_classes_is_named() =>
        Broken(BiasedHead.Classes(Rare, BiasedHead.Log(0.05, 0.8, 0.03, 0.12)), "fits the labels' distribution in another order: its classes are not numbered as those of the targets");

    [Fact]
    public void Counts_in_place_of_logarithms_are_named() =>
        Broken(BiasedHead.Classes(Rare, 80, 12, 5, 3), "holds the classes' shares or counts, and a softmax needs their logarithms");

    [Fact]
    public void A_preference_without_a_reason_is_named_with_its_class() =>
        Broken(BiasedHead.Classes([25, 25, 25, 25], 0, 0, 6, 0), "`head.bias` prefers class 2 by 4.5 over the mean, which 25 % of the targets are");

    [Fact]
    public void A_rare_one_with_its_sign_turned_is_named_with_its_column()
    {
        Verdict verdict = Broken(BiasedHead.Binary(-2.94, 2.94, 0), "`head.bias`[1] is 2.94 where 5 % of the targets are 1: with its sign turned it fits");
        Assert.Equal(1, verdict.Findings.Claims[0].Outside);
    }

    [Fact]
    public void A_mean_with_its_sign_turned_is_named() => Broken(BiasedHead.Numbers(10, -10), "`head.bias` is −10 and the targets have a mean of ");

    [Fact]
    public void A_mean_of_targets_before_they_were_scaled_is_named() =>
        Broken(BiasedHead.Numbers(0, 0, 50), "it is taken from other targets, or from these before they were scaled");

    [Fact]
    public void The_targets_mean_itself_holds_and_its_lack_is_a_note()
    {
        Assert.Empty(BiasedHead.Numbers(10, 10).MustSatisfy(Check).Findings.Notes);
        Assert.Contains("a bias of the targets' mean in `head` saves the steps that learn it", Assert.Single(BiasedHead.Numbers(10, 0).MustSatisfy(Check).Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_makes_up_for_its_bias_is_not_blamed()
    {
        Setup trained = BiasedHead.Classes(Rare, -3, 0, 0, 0) with
        {
            Model = () =>
            {
                Module<Tensor, Tensor> model = Sequential(Linear(8, 1), Sigmoid(), Linear(1, 4));
                using IDisposable grad = no_grad();
                TorchSharp.Modules.Parameter[] all = [.. model.parameters()];
                all[0].zero_();
                all[1].fill_(10);
                all[2].zero_();
                all[2][0] += 6;
                all[3].copy_(tensor(new[] { -3f, 0, 0, 0 }));
                return model;
            },
        };
        trained.MustSatisfy(Check);
    }

    [Fact]
    public void What_has_no_last_bias_is_not_judged()
    {
        Assert.Equal("`2`, the last layer, has no bias", Without(() => Sequential(Linear(8, 4), ReLU(), Linear(4, 4, hasBias: false))));
        Assert.Equal("the bias of `0` is not what is added last: the outputs do not move with it by as much", Without(() => Sequential(Linear(8, 4), LayerNorm(4))));
        Assert.Equal("`0`, the last layer, has 2 units for 4 columns of the output", Without(() => Sequential(Linear(8, 2), new TwiceWide())));
        Assert.Equal("no layer of torch's own with weights was seen to run", Without(() => Sequential(LayerNorm(8), new Halves())));
        Assert.StartsWith("what a bias stands for is not known", SoundSetups.TwoOutputs.Judge(Check).Reason, StringComparison.Ordinal);
    }

    private static string? Without(Func<Module<Tensor, Tensor>> model)
    {
        Verdict verdict = (SoundSetups.Classifier with { Model = model, Evaluate = null }).Judge(Check);
        Assert.Equal(Outcome.NotApplicable, verdict.Outcome);
        return verdict.Reason;
    }

    private static Verdict Broken(Setup setup, string because)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.All(verdict.Findings.Controls, control => Assert.True(control.Holds, verdict.ToString()));
        Assert.Equal("head", verdict.Findings.Where?.Module);
        Assert.StartsWith("BiasedHead.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        return verdict;
    }

    private sealed class TwiceWide() : Module<Tensor, Tensor>(nameof(TwiceWide))
    {
        public override Tensor forward(Tensor x) => cat([x, -x], 1);
    }

    private sealed class Halves() : Module<Tensor, Tensor>(nameof(Halves))
    {
        public override Tensor forward(Tensor x) => x.narrow(1, 0, 4);
    }
}
