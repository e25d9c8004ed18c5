using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class TargetsAreShiftedTests
{
    private static readonly TargetsAreShifted Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        bool ofTokens = name is nameof(SoundSetups.Tokens) or nameof(SoundSetups.CausalTransformer) or nameof(SoundSetups.LstmLanguageModel);
        verdict.MustBe(ofTokens ? Outcome.Holds : Outcome.NotApplicable);
        Assert.Equal(ofTokens ? new Cost(1, 3, 0) : new Cost(0, 0, 0), verdict.Cost);
    }

    [Theory]
    [InlineData(1, 0), InlineData(0, 1), InlineData(2, -1)]
    public void It_is_all_one_who_shifts(int data, int loss)
    {
        for (int seed = 0; seed < 10; seed++) (Shifted.Setup(data, loss) with { Seed = seed }).MustSatisfy(Check);
    }

    [Fact]
    public void Targets_that_are_the_inputs_are_copied()
    {
        Verdict verdict = Broken(Shifted.Setup(data: 0), "100 % of the targets are the inputs' token of their own position, and the loss compares each output with the target of its own position: each output is asked for the token that it is shown", "TG4005", "Setup.Batch");
        Assert.StartsWith("Shifted.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Assert.Equal(0, verdict.Findings.Claims[0].Worst.Value);
    }

    [Fact]
    public void A_loss_that_takes_the_shift_back_copies_too() =>
        Broken(Shifted.Setup(data: 1, loss: -1), "the loss compares output t with target t − 1: each output is asked for the token that it is shown", "TG4005", "Setup.Loss");

    [Fact]
    public void A_shift_in_the_data_and_in_the_loss_is_one_too_many()
    {
        Verdict verdict = Broken(Shifted.Setup(data: 1, loss: 1), "the targets are shifted twice, in the data and in the loss", null, "Setup.Loss");
        Assert.StartsWith("Shifted.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_after_the_next_is_named() => Broken(Shifted.Setup(data: 2), "asked for the token after the next", null, "Setup.Batch");

    [Fact]
    public void The_wrong_way_is_named() => Broken(Shifted.Setup(data: -1), "the shift goes the wrong way", null, "Setup.Batch");

    [Fact]
    public void Far_away_is_counted() => Broken(Shifted.Setup(data: 4), "asked for the token 4 after its own", null, "Setup.Batch");

    [Fact]
    public void Targets_of_other_examples_are_seen() =>
        Broken(Shifted.Setup() with { Batch = () => Shifted.Cut(1) is var batch ? (batch.Inputs[0], batch.Targets[0].roll(5, 0)) : null! }, "follow the inputs of another example", null, "Setup.Batch");

    [Fact]
    public void Outputs_that_are_flattened_in_another_order_are_seen() =>
        Broken(Shifted.Setup() with { Loss = (output, target) => cross_entropy(output.transpose(1, 2).reshape(-1, 12), target.reshape(-1)) }, "flattened in different orders", "TG6001", "Setup.Loss");

    [Fact]
    public void Outputs_that_are_flattened_time_first_are_seen() =>
        Broken(Shifted.Setup() with { Loss = (output, target) => cross_entropy(output.transpose(0, 1).reshape(-1, 12), target.reshape(-1)) }, "flattened in different orders", "TG6001", "Setup.Loss");

    [Fact]
    public void Weights_and_smoothing_do_not_hide_the_pairing()
    {
        (Shifted.Setup() with { Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target, weight: linspace(0.1, 3, 12, device: output.device)) }).MustSatisfy(Check);
        (Shifted.Setup() with { Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target, label_smoothing: 0.2) }).MustSatisfy(Check);
    }

    [Fact]
    public void Sequences_that_repeat_themselves_tell_nothing()
    {
        Setup constant = Shifted.Setup() with { Batch = () => randint(1, 12, [16, 1], dtype: ScalarType.Int64).expand(16, 8) is var text ? (text, text) : null! };
        Verdict verdict = constant.Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("a token differs from its neighbours", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_that_are_something_else_do_not_concern_it() =>
        Assert.Contains("the targets are not the inputs' tokens", (Shifted.Setup() with { Batch = () => (Shifted.Cut(1).Inputs, randint(12, [16, 8], dtype: ScalarType.Int64)) }).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Padding_that_is_not_declared_is_asked_for()
    {
        Setup padded = SoundSetups.CausalTransformer with { PaddingIndex = null, IgnoreIndex = -100, Batch = () => SampleData.Sentences(16, padding: 0, ignored: 11) };
        Verdict verdict = padded.Judge(Check);
        verdict.MustBe(Outcome.Inconclusive);
        Assert.Contains("Setup.PaddingIndex", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_targets_are_too_few() =>
        Assert.Contains("at least 200 targets", Shifted.Setup().Judge(new TargetsAreShifted(positions: 200)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Without_a_loss_the_data_are_judged_alone()
    {
        Assert.StartsWith("the loss was not looked at", Assert.Single((Shifted.Setup() with { Loss = null }).MustSatisfy(Check).Findings.Notes), StringComparison.Ordinal);
        Assert.Equal(Outcome.Broken, (Shifted.Setup(data: 0) with { Loss = null }).Judge(Check).Outcome);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TargetsAreShifted(share: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TargetsAreShifted(positions: 0));
    }

    private static Verdict Broken(Setup setup, string because, string? rule, string module)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
