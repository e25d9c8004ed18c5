using TorchSharp.Modules;
using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Checks.Init.Saboteurs;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class WeightsAreAsymmetricTests
{
    private static readonly WeightsAreAsymmetric Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(Check);
        Assert.Equal(new Cost(1, 1, 0), verdict.Cost);
    }

    [Fact]
    public void A_constant_hidden_layer_is_named()
    {
        Verdict verdict = Broken(ConstantWeights.Setup, "all 256 weights of `hidden.weight` are 0.1: its 32 units see the same in what enters", "hidden");
        Assert.StartsWith("ConstantWeights.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Units_that_stay_copies_are_counted()
    {
        Verdict verdict = Broken(Filled((hidden, head) =>
        {
            init.constant_(hidden.weight!, 0.1);
            init.zeros_(hidden.bias!);
            init.constant_(head.weight!, 0.1);
        }), "32 of them get the same gradient too", "0");
        Assert.Equal(31, verdict.Findings.Claims[0].Worst.Value);
    }

    [Fact]
    public void Some_copies_among_other_units_are_found() => Broken(Filled((hidden, head) =>
    {
        hidden.weight![TensorIndex.Slice(0, 4)] = hidden.weight[4];
        hidden.bias![TensorIndex.Slice(0, 4)] = hidden.bias[4];
        head.weight![TensorIndex.Colon, TensorIndex.Slice(0, 4)] = head.weight[TensorIndex.Colon, TensorIndex.Slice(4, 5)];
    }), "4 of the 32 units of `0.weight` have the weights and the gradient of another", "0");

    [Fact]
    public void A_hidden_layer_of_zeros_is_found_though_its_head_is_random() => Broken(Filled((hidden, _) =>
    {
        init.zeros_(hidden.weight!);
        init.zeros_(hidden.bias!);
    }), "all 256 weights of `0.weight` are 0, and no gradient has reached them in 5 steps", "0");

    [Fact]
    public void Layers_that_keep_each_other_at_zero_are_found() =>
        Broken(SoundSetups.Classifier with { Model = () => new ZeroWeights(), Evaluate = null }, "all 256 weights of `hidden.weight` are 0", "hidden");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Branches_that_begin_at_zero_get_gradients_of_their_own(int seed)
    {
        Verdict verdict = (SoundSetups.Classifier with { Model = () => new ZeroBranches(), Evaluate = null, Seed = seed }).MustSatisfy(Check);
        Assert.Equal(["`outer.weight` and `up.weight` begin at 0, and their units get gradients of their own"], verdict.Findings.Notes);
    }

    [Fact]
    public void A_gate_that_opens_in_training_is_waited_for()
    {
        Verdict verdict = (SoundSetups.Classifier with { Model = () => new ClosedGate(), Evaluate = null }).MustSatisfy(Check);
        Assert.True(verdict.Cost.Steps > 0);
    }

    [Fact]
    public void A_head_of_zeros_holds_though_classes_are_absent_from_the_batch() => (SoundSetups.Classifier with
    {
        Model = () => Model((_, head) => init.zeros_(head.weight!), outputs: 40),
        Evaluate = null,
    }).MustSatisfy(Check);

    [Fact]
    public void A_constant_last_layer_is_told_apart_by_its_targets() => Filled((_, head) => init.constant_(head.weight!, 0.1)).MustSatisfy(Check);

    [Fact]
    public void Frozen_filters_are_not_judged() => Filled((hidden, _) =>
    {
        init.constant_(hidden.weight!, 0.1);
        hidden.weight!.requires_grad = false;
    }).MustSatisfy(Check);

    [Fact]
    public void Zeros_without_an_optimizer_are_inconclusive()
    {
        Verdict verdict = (SoundSetups.Classifier with { Model = () => new ZeroWeights(), Evaluate = null, Optimizer = null }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.StartsWith("it needs an optimizer", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_layers_is_not_concerned() =>
        Assert.Equal(Outcome.NotApplicable, (SoundSetups.Classifier with { Model = () => Sequential(BatchNorm1d(8)), Evaluate = null }).Judge(Check).Outcome);

    private static Setup Filled(Action<Linear, Linear> fill) => SoundSetups.Classifier with { Model = () => Model(fill), Evaluate = null };

    private static Sequential Model(Action<Linear, Linear> fill, long outputs = 4)
    {
        using IDisposable grad = no_grad();
        Linear hidden = Linear(8, 32), head = Linear(32, outputs);
        fill(hidden, head);
        return Sequential(hidden, ReLU(), head);
    }

    private static Verdict Broken(Setup setup, string because, string module)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal("TG3009", verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }

    /// <summary>Sound: a branch behind a gate, both of which begin at zero; the gate gets a gradient at once, the branch once that has moved.</summary>
    private sealed class ClosedGate : Module<Tensor, Tensor>
    {
        private readonly Linear hidden = Linear(8, 16), shift = Linear(16, 16), head = Linear(16, 4);
        private readonly Parameter gate = new(zeros(16));

        public ClosedGate() : base(nameof(ClosedGate))
        {
            init.zeros_(shift.weight!);
            init.zeros_(shift.bias!);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor features = hidden.call(x).relu();
            return head.call(features + (gate * (features + shift.call(features))));
        }
    }
}
