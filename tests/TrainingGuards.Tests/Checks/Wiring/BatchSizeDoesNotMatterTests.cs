using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class BatchSizeDoesNotMatterTests
{
    private static readonly BatchSizeDoesNotMatter Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(Check);
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(new Cost(4, 0, 0), verdict.Cost);
        Assert.All(verdict.Findings.Claims.SelectMany(claim => claim.Readings), reading => Assert.InRange(reading.Value, 0, 1e-5));
    }

    [Fact]
    public void A_statistic_of_the_batch_is_told_by_copies_of_one_example()
    {
        Verdict verdict = Broken(() => new CentresBatch(), "among 31 copies of itself gives what it gives alone: the output depends on which the other examples are", "TG6004, TG6010", "block");
        Assert.Equal(Line("centre"), verdict.Findings.Where!.Source);
        Assert.Equal(3, verdict.Findings.Claims[0].Outside);
    }

    [Fact]
    public void A_division_by_the_number_of_examples_is_told_by_copies_of_one_example()
    {
        Verdict verdict = Broken(() => new DividesByBatchSize(), "among 31 copies of itself gives another output than alone", "TG6002, TG6004", "block");
        Assert.Equal(Line("divided"), verdict.Findings.Where!.Source);
    }

    [Fact]
    public void A_normalisation_without_running_statistics_is_named() =>
        Broken(() => nn.BatchNorm1d(32, track_running_stats: false), "`block` has no running statistics and normalises by the batch in evaluation too", rule: null, "block");

    [Fact]
    public void A_standard_deviation_of_one_example_is_NaN()
    {
        Verdict verdict = Broken(() => new StandardisesBatch(), "alone gives NaN: a statistic over the batch that one example does not have", "TG6004", "block");
        Assert.Equal(Line("deviation"), verdict.Findings.Where!.Source);
    }

    [Fact]
    public void A_dimension_that_is_squeezed_out_is_found_on_its_line()
    {
        Verdict verdict = Broken(() => new SqueezesAll(), "32 examples give [32, 4], one alone gives [4]: squeeze drops the dimension of the batch", "TG6003", "block");
        Assert.Equal(Line("squeezed"), verdict.Findings.Where!.Source);
        Assert.True(verdict.Findings.Claims[0].Holds);
    }

    [Fact]
    public void A_single_number_without_its_dimension_is_a_note() =>
        Assert.Equal(
            ["output [32] is a single number for an example alone: squeeze drops the dimension of the batch too (TG6003)"],
            (SoundSetups.Regressor with { Forward = (model, inputs) => ((nn.Module<Tensor, Tensor>)model).call(inputs).squeeze(), Loss = (output, target) => nn.functional.mse_loss(output, target.squeeze()) })
                .MustSatisfy(Check).Findings.Notes);

    [Fact]
    public void Noise_is_told_from_the_size_of_the_batch() =>
        Broken(SoundSetups.Classifier with { Model = () => new FunctionalDropout(), Evaluate = null }, "functional.dropout without `training: training`", "TG2005", "block");

    [Fact]
    public void A_model_that_takes_no_single_example_is_judged_by_pairs()
    {
        Verdict verdict = BatchDependent.Setup(() => new NeedsTwo()).MustSatisfy(Check);
        Assert.Equal(["the model takes no example alone (InvalidOperationException): pairs are compared in place of single examples"], verdict.Findings.Notes);
        Assert.Equal(["for examples 0 and 1", "for examples 15 and 16", "for examples 30 and 31"], verdict.Findings.Claims[0].Readings.Select(reading => reading.Culprit));
        Assert.Equal(Outcome.Broken, BatchDependent.Setup(() => nn.Sequential(new NeedsTwo(), new CentresBatch())).Judge(Check).Outcome);
    }

    [Fact]
    public void Outputs_of_the_batch_as_a_whole_are_not_judged()
    {
        Verdict similarities = (SoundSetups.Classifier with { Forward = (model, inputs) => ((MlpClassifier)model).call(inputs) is var x ? x.matmul(x.t()) : throw new InvalidOperationException() }).Judge(Check);
        Assert.Equal("no output counts the examples: 32 of them give [32, 32], 1 of them [1, 1]", similarities.Reason);
        Assert.Equal(Outcome.NotApplicable, similarities.Outcome);
        Verdict classes = (SoundSetups.Classifier with { Forward = (model, inputs) => ((MlpClassifier)model).call(inputs).argmax(-1) }).Judge(Check);
        Assert.StartsWith("the outputs [32] are integers", classes.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_batch_may_be_another_dimension_of_an_output_or_one_with_positions()
    {
        Setup swapped = SoundSetups.Tokens with { Forward = (model, inputs) => ((TokenModel)model).call(inputs).transpose(0, 1), Loss = null };
        swapped.MustSatisfy(Check);
        (SoundSetups.Tokens with { Forward = (model, inputs) => ((TokenModel)model).call(inputs).flatten(0, 1), Loss = null }).MustSatisfy(Check);
        (SoundSetups.Tokens with { Forward = (model, inputs) => ((TokenModel)model).call(inputs).transpose(0, 1).flatten(0, 1), Loss = null }).MustSatisfy(Check);
    }

    [Fact]
    public void A_head_that_begins_at_zero_is_opened_by_two_steps()
    {
        Setup closed = SoundSetups.Classifier with { Model = () => new ZeroHead(), Evaluate = null };
        Verdict verdict = closed.Judge(Check);
        Assert.Contains("measured after 2 training steps: at initialisation all examples have the same output", verdict.Findings.Notes);
        Assert.Equal(Outcome.Inconclusive, (closed with { Optimizer = null }).Judge(Check).Outcome);
    }

    [Fact]
    public void A_type_of_few_bits_is_given_its_rounding()
    {
        Setup half = SoundSetups.Classifier with { Model = () => new MlpClassifier().to(ScalarType.BFloat16), Forward = (model, inputs) => ((MlpClassifier)model).call(inputs[0].to(ScalarType.BFloat16)), Evaluate = null };
        Assert.EndsWith("rounding explains 0.0625)", half.MustSatisfy(Check).Findings.Claims[0].Expected.ToString(), StringComparison.Ordinal);
    }

    private static string Line(string mark) => SourceLine.Of("../Checks/Wiring/Saboteurs/BatchDependent.cs", mark).Replace("../Checks/Wiring/Saboteurs/", "", StringComparison.Ordinal);

    private static Verdict Broken(Func<nn.Module<Tensor, Tensor>> block, string because, string? rule, string module) => Broken(BatchDependent.Setup(block), because, rule, module);

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
