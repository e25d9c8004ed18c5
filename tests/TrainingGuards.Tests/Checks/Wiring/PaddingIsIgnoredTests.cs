using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class PaddingIsIgnoredTests
{
    private static readonly PaddingIsIgnored Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        bool padded = name is nameof(SoundSetups.CausalTransformer) or nameof(SoundSetups.LstmLanguageModel);
        verdict.MustBe(padded ? Outcome.Holds : Outcome.NotApplicable);
        Assert.Equal(new Cost(padded ? 2 : 0, 0, 0), verdict.Cost);
        if (padded) Assert.Equal(2, verdict.Findings.Claims.Count);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void What_leaves_out_padding_holds(bool left)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            (Padded.Setup(() => new AttendsToTokens(), left) with { Seed = seed }).MustSatisfy(Check);
            (Padded.Setup(() => new EncodesPadding(masked: true), left) with { Seed = seed }).MustSatisfy(Check);
        }
        Padded.Setup(() => new ReadsPadding()).MustSatisfy(Check);
        Assert.Equal(new Cost(3, 0, 0), GivenTheMask.Setup(masked: true).MustSatisfy(Check).Cost);
    }

    [Fact]
    public void Attention_without_a_padding_mask_is_named()
    {
        Verdict verdict = Broken(Padded.Setup(() => new AttendsToPadding()), "4 more positions of padding after the tokens change what is said of them: attention in `AttendsToPadding` sees padding", nameof(AttendsToPadding));
        Assert.StartsWith("Padded.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Broken(Padded.Setup(() => new EncodesPadding(masked: false)), "`encoder` (TransformerEncoder) attends to padding", "encoder");
    }

    [Fact]
    public void A_mean_and_a_maximum_that_count_padding_are_named()
    {
        Broken(Padded.Setup(() => new MeanOfAll()), "mean in `MeanOfAll` counts padding", nameof(MeanOfAll));
        Verdict maximum = Broken(Padded.Setup(() => new MaximumOfAll()), "amax in `MaximumOfAll` counts padding", nameof(MaximumOfAll));
        Assert.Equal(SourceLine.Of("../Checks/Wiring/Saboteurs/Padded.cs", "the maximum"), $"../Checks/Wiring/Saboteurs/{maximum.Findings.Where!.Source}");
    }

    [Theory]
    [InlineData(typeof(ViewsTimeAsBatch)), InlineData(typeof(ReadsOnThroughTheBatch))]
    public void Examples_that_are_mixed_are_told_before_padding(Type model)
    {
        Verdict verdict = Padded.Setup(() => (nn.Module)Activator.CreateInstance(model)!).Judge(Check);
        Assert.True(verdict.Outcome == Outcome.Broken && verdict.Findings.Causes[0].Evidence.StartsWith("what is said of a sequence depends on the other sequences", StringComparison.Ordinal), verdict.ToString());
        Assert.Equal("TG6001, TG6010", Assert.Single(verdict.Findings.Causes).Rule);
    }

    [Fact]
    public void The_last_position_is_padding() =>
        Broken(Padded.Setup(() => new ReadsToTheEnd()), "takes the last position or the last state, which is that of the padding", nameof(ReadsToTheEnd));

    [Fact]
    public void A_recurrence_from_the_other_end_begins_in_padding()
    {
        Broken(Padded.Setup(() => new ReadsPadding(bidirectional: true)), "`recurrent` (LSTM) reads backwards from the padding on", "recurrent");
        Broken(Padded.Setup(() => new ReadsPadding(), left: true), "4 more positions of padding before the tokens change what is said of them: `recurrent` (LSTM) reads the padding before the tokens", "recurrent");
    }

    [Fact]
    public void A_kernel_that_reaches_into_learnt_padding_is_named()
    {
        Broken(Padded.Setup(() => new OverTime(() => nn.Conv1d(16, 16, 3, padding: 1), padding: null)), "the kernel of `module` reaches from tokens into padding", "module");
        Padded.Setup(() => new OverTime(() => nn.Conv1d(16, 16, 3, padding: 1))).MustSatisfy(Check);
    }

    [Fact]
    public void A_normalisation_over_time_is_named() =>
        Broken(Padded.Setup(() => new OverTime(() => nn.InstanceNorm1d(16))), "`module` (InstanceNorm1d) takes its mean and variance over padding too", "module");

    [Fact]
    public void A_batch_normalisation_over_time_is_seen_in_training()
    {
        Verdict verdict = Broken(Padded.Setup(() => new OverTime(() => nn.BatchNorm1d(16))), "`module` (BatchNorm1d) takes its mean and variance over padding too, in training", "module");
        Assert.True(verdict.Findings.Claims[0].Holds);
        Assert.Equal("change of output with padding in training", verdict.Findings.Claims[1].Quantity);
    }

    [Fact]
    public void A_mask_that_is_not_used_is_seen_by_tokens_behind_it() =>
        Assert.Equal("change of output with what stands at padding", Broken(GivenTheMask.Setup(masked: false), "sum in `GivenTheMask` counts padding", nameof(GivenTheMask)).Findings.Claims.Last(claim => !claim.Holds).Quantity);

    [Fact]
    public void A_loss_that_counts_padding_is_named()
    {
        Verdict verdict = Broken(SoundSetups.CausalTransformer with { Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target) }, "it counts padding as tokens to be predicted", "Setup.Loss");
        Assert.Contains("ignore_index: 0", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_over_all_positions_is_told_by_its_size() => Broken(
        SoundSetups.CausalTransformer with { Loss = (output, target) => (cross_entropy(output.permute(0, 2, 1), target, reduction: nn.Reduction.None) * target.ne(0)).mean() },
        "it is the part of positions that are not new, 0.5; the mean divides by all positions",
        "Setup.Loss");

    [Fact]
    public void A_vector_of_padding_that_is_learnt_is_noted()
    {
        Assert.StartsWith("`embedding` has a vector for padding that is not 0", Assert.Single(SoundSetups.LstmLanguageModel.MustSatisfy(Check).Findings.Notes), StringComparison.Ordinal);
        Assert.Empty(SoundSetups.CausalTransformer.MustSatisfy(Check).Findings.Notes);
    }

    [Fact]
    public void A_loss_that_cannot_be_compared_is_noted()
    {
        Setup full = SoundSetups.LstmLanguageModel with { Batch = () => Shifted.Cut(1) };
        Assert.Contains(full.MustSatisfy(Check).Findings.Notes, note => note.StartsWith("the loss was not compared", StringComparison.Ordinal));
    }

    [Fact]
    public void Noise_in_evaluation_is_not_padding()
    {
        Verdict verdict = Reader.Setup(() => new NoisyReader()).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("two passes of the same tokens differ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_for_one_length_tells_nothing()
    {
        Verdict verdict = Padded.Setup(() => nn.Sequential(nn.Embedding(12, 4), nn.Flatten(1), nn.Linear(32, 3))).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("a model that takes sequences of other lengths than 8; at 4 it throws", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_token_of_padding_it_does_not_concern_the_setup() =>
        Assert.StartsWith("the setup gives no PaddingIndex", (SoundSetups.LstmLanguageModel with { PaddingIndex = null }).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PaddingIsIgnored(pads: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PaddingIsIgnored(tolerance: 0));
    }

    private static Verdict Broken(Setup setup, string because, string module)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
