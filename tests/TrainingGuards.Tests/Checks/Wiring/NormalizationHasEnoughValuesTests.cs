using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class NormalizationHasEnoughValuesTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(new NormalizationHasEnoughValues());
        if (name is not (nameof(SoundSetups.ConvNet) or nameof(SoundSetups.ResidualNet) or nameof(SoundSetups.Tokens)))
        {
            Assert.Equal(Outcome.NotApplicable, verdict.Outcome);
            return;
        }
        verdict.MustHold();
        Assert.Equal(new Cost(1, 0, 0), verdict.Cost);
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(name switch { nameof(SoundSetups.ConvNet) => 24 * 64, nameof(SoundSetups.ResidualNet) => 24 * 16, _ => 32 }, verdict.Findings.Claims[0].Worst.Value);
        SoundSetups.Of(name, seed).MustSatisfy(new NormalizationHasEnoughValues(smallestBatch: 1));
    }

    [Fact]
    public void A_last_batch_of_one_is_found_on_its_line()
    {
        Verdict verdict = Broken(NormOfVectors.Setup(), smallestBatch: 1, "`norm` (BatchNorm1d) is given [1, 16], one value for each mean: all outputs are 0", "norm");
        Assert.Contains("the batch has one example", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(SourceLine.Of("../Checks/Wiring/Saboteurs/Starved.cs", "norm"), $"../Checks/Wiring/Saboteurs/{verdict.Findings.Where!.Source}");
        NormOfVectors.Setup().MustSatisfy(new NormalizationHasEnoughValues(smallestBatch: 2));
    }

    [Fact]
    public void A_batch_of_one_to_come_is_noted() =>
        Assert.StartsWith("in a batch of one `norm` would see one value for each mean", Assert.Single(NormOfVectors.Setup().MustSatisfy(new NormalizationHasEnoughValues()).Findings.Notes), StringComparison.Ordinal);

    [Fact]
    public void A_loop_over_examples_takes_the_batch_apart()
    {
        Verdict verdict = Broken(NormOfVectors.Setup(oneByOne: true), smallestBatch: 0, "the batch has 32 examples, and one at a time comes here", "norm");
        Assert.Equal(32, verdict.Findings.Claims[0].Outside);
        Assert.Equal("norm, call 32", verdict.Findings.Claims[0].Readings[^1].Culprit);
    }

    [Fact]
    public void Maps_of_one_pixel_in_a_batch_of_one_are_one_value() =>
        Broken(NormOfOnePixel.Setup(() => nn.BatchNorm2d(8)), smallestBatch: 1, "is given [1, 8, 1, 1], one value for each mean", "norm");

    [Fact]
    public void A_normalisation_within_an_example_sees_one_pixel_in_any_batch()
    {
        Broken(NormOfOnePixel.Setup(() => nn.InstanceNorm2d(8)), smallestBatch: 0, "it normalises within each example, whatever the batch size", "norm");
        Broken(NormOfOnePixel.Setup(() => nn.GroupNorm(8, 8)), smallestBatch: 0, "it normalises within each example, whatever the batch size", "norm");
        Broken(NormOfOnePixel.Setup(() => nn.LayerNorm(1)), smallestBatch: 0, "it normalises within each example, whatever the batch size", "norm");
        NormOfOnePixel.Setup(() => nn.GroupNorm(4, 8)).MustSatisfy(new NormalizationHasEnoughValues());
    }

    [Fact]
    public void The_output_of_one_value_is_zero_without_an_exception()
    {
        using var norm = nn.BatchNorm1d(3);
        Assert.Equal(0, norm.call(full(1, 3, 5.0f)).abs().max().ToDouble());
    }

    [Fact]
    public void Statistics_that_are_frozen_are_not_taken() =>
        Assert.Equal(Outcome.NotApplicable, (SoundSetups.Classifier with { Model = () => new FrozenStatistics(), Evaluate = null }).Judge(new NormalizationHasEnoughValues(smallestBatch: 1)).Outcome);

    [Fact]
    public void A_normalisation_that_is_never_called_is_no_pass()
    {
        Setup setup = NormOfVectors.Setup() with { Forward = (_, inputs) => inputs[0] };
        Assert.Equal(Outcome.Inconclusive, setup.Judge(new NormalizationHasEnoughValues()).Outcome);
    }

    [Fact]
    public void A_smallest_batch_is_no_larger_than_the_batch()
    {
        Assert.Throws<SetupException>(() => NormOfVectors.Setup().Judge(new NormalizationHasEnoughValues(smallestBatch: 33)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NormalizationHasEnoughValues(smallestBatch: -1));
    }

    private static Verdict Broken(Setup setup, int smallestBatch, string because, string module)
    {
        Verdict verdict = setup.Judge(new NormalizationHasEnoughValues(smallestBatch));
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Null(verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
