using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using VerifyXunit;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class EvaluationIsRepeatableTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new EvaluationIsRepeatable());
        Assert.Empty(verdict.Findings.Notes);
    }

    [Fact]
    public Task An_evaluation_in_training_mode_is_named_by_its_modules()
    {
        Verdict verdict = Broken(EvaluateInTrainingMode.Setup, "`norm` and `drop` were in training mode while Evaluate ran: eval() was not called", "TG2001", "norm");
        Assert.Equal(["drop", "in the metric", "norm", "norm.num_batches_tracked", "norm.running_mean", "norm.running_var"], Outside(verdict).Order(StringComparer.Ordinal));
        Assert.StartsWith("EvaluateInTrainingMode.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        return Verifier.Verify(Measured.Masked(verdict.ToString()));
    }

    [Fact]
    public void Functional_dropout_is_found_on_its_line()
    {
        Verdict verdict = Broken(With(() => new FunctionalDropout()), "`block` holds no Dropout module: functional.dropout without `training: training`", "TG2005", "block");
        Assert.Equal("FunctionalDropout.cs:25", verdict.Findings.Where!.Source);
        Assert.Equal([.. Enumerable.Range(0, 32).Select(i => $"for example {i}")], Outside(verdict));
    }

    [Fact]
    public void A_dropout_in_an_array_is_found_where_it_hides()
    {
        Verdict verdict = Broken(With(() => new DropoutInArray()), "`drops[0]` (Dropout) is in training mode although eval() was called: not registered", "TG3001", nameof(DropoutInArray));
        Assert.Equal("DropoutInArray.cs:17–18", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void An_override_of_train_without_its_base_is_found()
    {
        Verdict verdict = Broken(With(() => new TrainWithoutBase()), "`noisy`, `noisy.hidden` and `noisy.drop` are in training mode although eval() was called", rule: null, "noisy");
        Assert.Equal("TrainWithoutBase.cs:25", verdict.Findings.Where!.Source);
        Assert.Contains("noisy.drop", Outside(verdict));
    }

    [Fact]
    public void A_part_that_stays_in_evaluation_after_train_is_found()
    {
        Verdict verdict = Broken(With(() => new StaysInEvaluation()), "`drop` stays in evaluation mode after train()", "TG2002", "drop");
        Assert.Equal(["drop"], Outside(verdict));
        Assert.StartsWith("StaysInEvaluation.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_and_parts_that_are_frozen_on_purpose_are_noted_and_not_judged()
    {
        Verdict verdict = With(() => new FrozenStatistics()).MustSatisfy(new EvaluationIsRepeatable());
        string note = Assert.Single(verdict.Findings.Notes);
        Assert.EndsWith(" stay in evaluation mode in training: taken for frozen on purpose", note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_buffer_that_counts_passes_is_a_change_of_state()
    {
        Verdict verdict = Broken(With(() => new CountsCalls()), "buffer `calls` changed in evaluation", rule: null, nameof(CountsCalls));
        Assert.Equal(["calls"], Outside(verdict));
    }

    [Fact]
    public void Noise_in_evaluation_is_found_on_its_line()
    {
        Verdict verdict = Broken(With(() => new NoiseInEvaluation()), "it calls randn_like in evaluation too", rule: null, nameof(NoiseInEvaluation));
        Assert.Equal("NoiseInEvaluation.cs:17", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void What_does_not_come_from_torchs_generator_is_told_apart() =>
        Broken(With(() => new RemembersLastCall()), "not by torch's generator", rule: null, nameof(RemembersLastCall));

    [Fact]
    public void A_head_that_begins_at_zero_is_opened_by_two_steps()
    {
        Verdict verdict = Broken(With(() => new ZeroHead()), "functional.dropout", "TG2005", nameof(ZeroHead));
        Assert.Contains("measured after 2 training steps: at initialisation all examples have the same output", verdict.Findings.Notes);
        Setup untrained = With(() => new ZeroHead()) with { Optimizer = null };
        Assert.Equal(Outcome.Inconclusive, untrained.Judge(new EvaluationIsRepeatable()).Outcome);
    }

    [Fact]
    public void A_no_grad_that_is_never_disposed_is_found_and_undone()
    {
        Broken(
            SoundSetups.Classifier with
            {
                Evaluate = _ =>
                {
                    no_grad();
                    return 1;
                },
            },
            "gradients are off after Evaluate", "TG2003", nameof(MlpClassifier));
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void An_evaluation_of_other_examples_each_time_is_told_from_a_random_model() => Broken(
        SoundSetups.Classifier with
        {
            Evaluate = model =>
            {
                model.eval();
                double mean = ((MlpClassifier)model).call(randn(16, 8, device: model.parameters().First().device)).mean().ToDouble();
                model.train();
                return mean;
            },
        },
        "though two forwards of one batch are equal: Evaluate looks at other examples", "TG5008", nameof(MlpClassifier));

    [Fact]
    public void A_metric_of_NaN_is_equal_to_nothing()
    {
        Verdict verdict = Broken(SoundSetups.Classifier with { Evaluate = _ => double.NaN }, "the metric is NaN, then NaN", rule: null, nameof(MlpClassifier));
        Assert.True(double.IsNaN(verdict.Findings.Claims[0].Readings[0].Value));
    }

    [Fact]
    public void A_dropout_without_effect_and_randomness_without_a_module_are_notes()
    {
        Assert.Equal(
            ["three passes in training mode are equal although `drop` (Dropout) is registered: without effect"],
            With(() => new UnusedDropout()).MustSatisfy(new EvaluationIsRepeatable()).Findings.Notes);
        Setup noisy = SoundSetups.Classifier with
        {
            Evaluate = null,
            Forward = (model, inputs) => ((MlpClassifier)model).call(model.training ? inputs[0] + randn_like(inputs[0]) : inputs[0]),
        };
        Assert.Equal(
            ["passes in training mode differ although no Dropout module is registered"],
            noisy.MustSatisfy(new EvaluationIsRepeatable()).Findings.Notes);
    }

    [Fact]
    public void A_setup_without_an_optimizer_or_a_loss_is_enough() =>
        (SoundSetups.Classifier with { Loss = null, Optimizer = null }).MustSatisfy(new EvaluationIsRepeatable());

    private static Setup With(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };

    private static string[] Outside(Verdict verdict) => [.. verdict.Findings.Claims
        .SelectMany(claim => claim.Readings.Where(reading => !claim.Expected.Contains(reading.Value)))
        .Select(reading => reading.Culprit)];

    private static Verdict Broken(Setup setup, string because, string? rule, string? module)
    {
        Verdict verdict = setup.Judge(new EvaluationIsRepeatable());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
