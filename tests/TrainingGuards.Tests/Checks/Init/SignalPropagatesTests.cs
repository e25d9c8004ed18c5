using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Dynamics.Saboteurs;
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

    [Fact]
    public void One_layer_of_unit_variance_is_named() =>
        Broken(CalledAsFunctions.Setup<CalledAsFunctions.InMethod>(layer => init.normal_(layer.weight!, 0, 2)), "`hidden.weight` multiplies what enters by about 5.", "hidden");

    [Fact]
    public void Weights_that_were_loaded_may_be_large()
    {
        using Tensor learnt = randn(32, 8) * 2;
        CalledAsFunctions.Setup<CalledAsFunctions.InMethod>(layer =>
        {
            using var grad = no_grad();
            layer.weight!.copy_(learnt);
        }).MustSatisfy(Check);
    }

    [Fact]
    public void Weights_that_stay_as_they_are_may_be_large() => CalledAsFunctions.Setup<CalledAsFunctions.InMethod>(layer => init.normal_(layer.weight!, 0, 2).requires_grad_(false)).MustSatisfy(Check);

    [Fact]
    public void Weights_in_front_of_a_normalisation_may_be_large() => (SoundSetups.Classifier with
    {
        Model = () =>
        {
            TorchSharp.Modules.Linear hidden = Linear(8, 32);
            init.normal_(hidden.weight!, 0, 2);
            return Sequential(hidden, LayerNorm(32), ReLU(), Linear(32, 4));
        },
        Evaluate = null,
    }).MustSatisfy(Check);

    [Fact]
    public void A_factor_before_an_activation_saturates_it()
    {
        Verdict verdict = Broken(CalledAsFunctions.Setup<CalledAsFunctions.Scaled>(), "of what `sigmoid(100 · hidden + 1)` takes lies more than 5 from its mean", "hidden");
        Assert.StartsWith("CalledAsFunctions.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_saturates_too() => Broken(
        SoundSetups.Classifier with { Model = () => Sequential(("hidden", Linear(8, 32)), ("tanh", Tanh()), ("head", Linear(32, 4))), Batch = () => Models.SampleData.Blobs(32, 8, 4) is var (x, y) ? (x * 20, y) : default, Evaluate = null }, "of what `tanh` takes lies more than 5", "tanh");

    [Fact]
    public void A_gate_may_begin_shut() => (SoundSetups.Classifier with
    {
        Model = () =>
        {
            TorchSharp.Modules.Linear gate = Linear(8, 32);
            init.constant_(gate.bias!, -6);
            return Sequential(gate, Sigmoid(), Linear(32, 4));
        },
        Evaluate = null,
    }).MustSatisfy(Check);

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
        verdict.MustBe(Outcome.Broken);
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
