using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using VerifyXunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class EveryParameterLearnsTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new EveryParameterLearns());
        Assert.Equal(5, verdict.Cost.Steps);
    }

    [Fact]
    public Task A_trunk_in_no_optimizer_group_is_named()
    {
        Verdict verdict = Broken(OptimizerWithoutTrunk.Setup, "they are in no optimizer group", "TG1008, TG1011", "trunk");
        Assert.Equal(["trunk.0.weight", "trunk.0.bias"], Outside(verdict));
        Assert.StartsWith("OptimizerWithoutTrunk.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        return Verifier.Verify(Measured.Masked(verdict.ToString()));
    }

    [Fact]
    public void An_optimizer_over_another_models_parameters_is_told_from_one_over_a_part()
    {
        Verdict verdict = Broken(StaleOptimizer.Setup, "the optimizer holds 4 that the model does not have", "TG1008", nameof(MlpClassifier));
        Assert.Equal(4, Outside(verdict).Length);
        Assert.Contains("`MlpClassifier` (4 tensors, 100 % of weights)", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_that_forward_does_not_call_is_named_with_the_lines_of_forward()
    {
        Verdict verdict = Broken(With(() => new UnusedLayer()), "forward does not call it", "TG3011", "spare");
        Assert.Equal(["spare.weight", "spare.bias"], Outside(verdict));
        Assert.Equal("UnusedLayer.cs:17–18", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void A_cut_graph_is_found_on_its_line()
    {
        Verdict verdict = Broken(With(() => new DetachedTrunk()), "the graph is cut between `trunk` and `head`", "TG1004", nameof(DetachedTrunk));
        Assert.Equal("DetachedTrunk.cs:17", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void A_part_that_runs_without_gradients_is_found_on_its_line()
    {
        Verdict verdict = Broken(With(() => new TrunkWithoutGradients()), "the output of `trunk` requires no gradient", "TG2003", nameof(TrunkWithoutGradients));
        Assert.Equal("TrunkWithoutGradients.cs:17", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void Dead_units_are_found_behind_their_activation()
    {
        Verdict verdict = Broken(With(() => new DeadRelu()), "100 % of the numbers between `hidden` and `head` are 0", rule: null, nameof(DeadRelu));
        Assert.Equal(["hidden.weight", "hidden.bias", "head.weight"], Outside(verdict));
        Assert.Equal("DeadRelu.cs:21", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void What_weight_decay_alone_moves_does_not_learn()
    {
        Setup decay = With(() => new DeadRelu());
        Verdict verdict = Broken(decay with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1, weight_decay: 0.1) }, "the gradient is exactly 0", rule: null, nameof(DeadRelu));
        Assert.Contains("hidden.weight", Outside(verdict));
        Broken(decay with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-3, weight_decay: 0.1) }, "the gradient is exactly 0", rule: null, nameof(DeadRelu));
        Broken(decay with { Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3, weight_decay: 0.1) }, "the gradient is exactly 0", rule: null, nameof(DeadRelu));
    }

    [Fact]
    public void An_activation_behind_the_last_layer_is_found_by_its_outputs()
    {
        Verdict verdict = Broken(SoundSetups.Regressor with { Model = () => new ReluOutput() }, "all outputs are exactly 0", "TG3007", nameof(ReluOutput));
        Assert.Equal(4, Outside(verdict).Length);
        Assert.Equal("ReluOutput.cs:21", verdict.Findings.Where!.Source);
    }

    [Fact]
    public void Layers_that_begin_at_zero_keep_each_other_there()
    {
        Verdict verdict = Broken(With(() => new ZeroWeights()), "all weights of `head` are 0", "TG3009", "head");
        Assert.Equal(["hidden.weight", "hidden.bias", "head.weight"], Outside(verdict));
    }

    [Fact]
    public void A_clipped_loss_is_told_from_dead_units() =>
        Broken(SoundSetups.Classifier with { Loss = (output, target) => cross_entropy(output, target).clamp(max: 0.5) }, "no gradient to the outputs of 32 of 32 examples", "TG1005", module: null);

    [Fact]
    public void A_group_with_a_learning_rate_of_zero_is_named() => Broken(
        SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0) },
        "the learning rate of their group is 0", rule: null, nameof(MlpClassifier));

    [Fact]
    public void Updates_below_the_distance_of_two_numbers_are_lost()
    {
        Verdict verdict = Broken(
            SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-12) },
            "it is lost in rounding", rule: null, nameof(MlpClassifier));
        Assert.Contains("a learning rate of 1e−12", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_writes_nothing_is_told_from_one_that_is_lost() => Broken(
        SoundSetups.Classifier with { Optimizer = parameters => new SkippedStep(parameters) },
        "the optimizer does not write them", rule: null, module: null);

    [Theory]
    [InlineData(0.0), InlineData(0.1)]
    public void Gradients_that_are_zeroed_between_backward_and_step_are_told(double decay) =>
        OfStep(OwnStep.ZeroesBeforeStep, decay, "zero_grad() stands between backward() and step()", not: "that of its outputs too");

    [Theory]
    [InlineData(0.0), InlineData(0.1)]
    public void A_step_before_backward_is_told(double decay) =>
        OfStep(OwnStep.StepsOnZeroes, decay, "step() comes before backward()", not: "put back");

    [Fact]
    public void A_step_that_never_goes_back_is_told() => OfStep(OwnStep.NeverGoesBack, 0, "backward() is not called on it", not: "the loss does not depend on it");

    [Fact]
    public void An_optimizer_that_nobody_steps_is_told() => OfStep(OwnStep.NeverSteps, 0, "nobody calls step() of the optimizer that holds them", not: "put back");

    [Fact]
    public void Dead_units_under_a_step_of_ones_own_are_no_fault_of_the_step() =>
        Broken(OwnStep.Sound with { Model = () => new DeadRelu(), Evaluate = null }, "100 % of the numbers between `hidden` and `head` are 0", rule: null, nameof(DeadRelu));

    [Fact]
    public void A_step_of_ones_own_with_decay_holds() =>
        (OwnStep.Sound with { Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3, weight_decay: 0.1) }).MustSatisfy(new EveryParameterLearns());

    [Fact]
    public void NaN_is_no_movement()
    {
        Verdict verdict = Broken(SoundSetups.Regressor with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e30) }, "became NaN or infinite in step", rule: null, module: null);
        Assert.Contains(verdict.Findings.Claims[0].Readings, reading => !double.IsFinite(reading.Value));
    }

    [Fact]
    public void An_epsilon_of_zero_is_told_from_a_rate_that_is_too_high() => Broken(
        With(() => new DeadRelu()) with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-3, eps: 0) }, "the optimizer's eps is 0", rule: null, module: null);

    [Fact]
    public void Layers_in_an_array_are_no_parameters_and_no_pass()
    {
        Verdict verdict = Broken(With(() => new LayersInArray()), "registers no parameter", "TG3001, TG3002", nameof(LayersInArray));
        Assert.StartsWith("LayersInArray.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_frozen_as_a_whole_is_no_pass() => Broken(
        SoundSetups.Classifier with
        {
            Optimizer = null,
            OptimizerFor = model =>
            {
                foreach (TorchSharp.Modules.Parameter parameter in model.parameters()) parameter.requires_grad = false;
                return optim.Adam(model.parameters());
            },
        },
        "all 4 parameters of `MlpClassifier` are frozen", rule: null, nameof(MlpClassifier));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Branches_that_begin_at_zero_learn_from_the_second_step_on(int seed) =>
        (With(() => new ZeroBranches()) with { Seed = seed }).MustSatisfy(new EveryParameterLearns());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_bias_without_influence_is_noted_and_not_judged(int seed)
    {
        Verdict verdict = (With(() => new BiasBeforeNorm()) with { Seed = seed, Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1) })
            .MustSatisfy(new EveryParameterLearns());
        Assert.Contains(verdict.Findings.Notes, note => note.Contains("`hidden.bias` does not move", StringComparison.Ordinal));
        Assert.DoesNotContain(verdict.Findings.Claims[0].Readings, reading => reading.Culprit == "hidden.bias");
    }

    [Fact]
    public void Frozen_parameters_are_noted_and_not_judged()
    {
        Verdict verdict = With(() => new PartlyFrozen()).MustSatisfy(new EveryParameterLearns());
        Assert.Equal(["head.weight", "head.bias"], verdict.Findings.Claims[0].Readings.Select(reading => reading.Culprit));
        Assert.Equal(["2 frozen parameters are not judged: `pretrained.weight` and `pretrained.bias`"], verdict.Findings.Notes);
    }

    [Fact]
    public void Every_step_has_a_fresh_batch()
    {
        int batches = 0;
        (SoundSetups.Classifier with
        {
            Batch = () =>
            {
                batches++;
                return SampleData.Blobs(8, 8, 4);
            },
        }).MustSatisfy(new EveryParameterLearns(steps: 3));
        Assert.Equal(3, batches);
    }

    [Fact]
    public void At_least_one_step_is_made() => Assert.Throws<ArgumentOutOfRangeException>(() => new EveryParameterLearns(steps: 0));

    private static void OfStep(Setup setup, double decay, string because, string not)
    {
        Verdict verdict = Broken(setup with { Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3, weight_decay: decay) }, because, "TG1002", nameof(MlpClassifier));
        Assert.Equal(4, Outside(verdict).Length);
        Assert.StartsWith("OwnStep.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Assert.DoesNotContain(verdict.Findings.Causes, cause => cause.Evidence.Contains(not, StringComparison.Ordinal));
    }

    private static Setup With(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };

    private static string[] Outside(Verdict verdict) => [.. verdict.Findings.Claims
        .SelectMany(claim => claim.Readings.Where(reading => !claim.Expected.Contains(reading.Value)))
        .Select(reading => reading.Culprit)];

    private static Verdict Broken(Setup setup, string because, string? rule, string? module)
    {
        Verdict verdict = setup.Judge(new EveryParameterLearns());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
