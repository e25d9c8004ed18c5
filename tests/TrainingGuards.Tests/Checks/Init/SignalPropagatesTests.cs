using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class SignalPropagatesTests
{
    private static readonly SignalPropagates Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        Assert.Equal(new Cost(1, 1, 0), SoundSetups.Of(name, seed).MustSatisfy(Check).Cost);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Ten_layers_of_default_initialisation_hold(int seed) => (DeepNet.Setup(8) with { Seed = seed }).MustSatisfy(Check);

    [Fact]
    public void Thirty_layers_of_HE_initialisation_hold() => DeepNet.Setup(28, weight => init.kaiming_normal_(weight)).MustSatisfy(Check);

    [Fact]
    public void Weights_of_unit_variance_explode_and_are_named()
    {
        Verdict verdict = Broken(DeepNet.Setup(8, weight => init.normal_(weight)), "the signal grows in `blocks.0.weight`, `blocks.1.weight` and 6 more", "blocks.0");
        Assert.StartsWith("DeepNet.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_a_hundred_times_too_small_lose_the_signal() =>
        Broken(DeepNet.Setup(8, weight => weight.mul_(0.01)), "the signal shrinks in `blocks.0.weight`", "blocks.0");

    [Fact]
    public void Thirty_layers_of_default_initialisation_are_too_many() =>
        Broken(DeepNet.Setup(28), "the signal changes by a factor of", "head");

    [Fact]
    public void Dead_units_let_nothing_through() =>
        Broken(SoundSetups.Classifier with { Model = () => new DeadRelu(), Evaluate = null }, "`head` returns the same for all examples", "hidden");

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void Branches_that_begin_at_zero_hold(int seed) =>
        (SoundSetups.Classifier with { Model = () => new ZeroBranches(), Evaluate = null, Seed = seed }).MustSatisfy(Check);

    [Fact]
    public void Layers_called_by_forward_are_not_seen_and_no_pass()
    {
        Verdict verdict = (SoundSetups.Classifier with { Model = () => new ByForward(), Evaluate = null }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("it sees 0 of 2 (TG3012)", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_layer_has_nothing_to_propagate_to() =>
        Assert.Equal(Outcome.NotApplicable, (SoundSetups.Classifier with { Model = () => Linear(8, 4), Evaluate = null }).Judge(Check).Outcome);

    private static Verdict Broken(Setup setup, string because, string module)
    {
        Verdict verdict = setup.Judge(Check);
        Assert.True(verdict.Outcome == Outcome.Broken, verdict.ToString());
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }

    private sealed class ByForward : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> hidden = Linear(8, 32), head = Linear(32, 4);

        public ByForward() : base(nameof(ByForward)) => RegisterComponents();

        public override Tensor forward(Tensor x) => head.forward(hidden.forward(x).relu());
    }
}
