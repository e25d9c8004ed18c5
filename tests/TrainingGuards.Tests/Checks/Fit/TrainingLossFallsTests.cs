using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class TrainingLossFallsTests
{
    private static readonly TrainingLossFalls Check = new();
    private static readonly Setup Classifier = SoundSetups.Classifier with { Evaluate = null };

    public static TheoryData<string, int> Sound => SoundSetups.FewSeeds;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Check);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => SoundExamples.Of(name, seed).MustSatisfy(Check);

    [Fact]
    public void An_optimizer_over_another_models_parameters_is_named() => Broken(StaleOptimizer.Setup, "the optimizer holds 4 that the model does not have", "TG1008");

    [Fact]
    public void Gradients_that_are_zero_are_named() => Broken(Classifier with { Loss = (output, target) => nn.functional.cross_entropy(output, target).clamp(max: 0.1) }, "the gradient is exactly 0", "TG1005");

    [Fact]
    public void A_rate_of_zero_is_named() => Broken(Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0) }, "the learning rate of their group is 0");

    [Fact]
    public void A_rate_that_is_too_small_is_told_with_its_numbers() =>
        Broken(Classifier with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-8) }, "in 400 steps at a learning rate of 1e−8 no weight moves by more than", "TG8006");

    [Fact]
    public void A_rate_that_is_too_large_is_told_by_a_smaller_one() =>
        Broken(Classifier with { Optimizer = parameters => optim.Adam(parameters, lr: 30), Batch = () => SampleData.Blobs(32, 8, 4) is var (points, labels) ? (points, labels.where(rand(32).gt(0.3), randint(4, [32], dtype: ScalarType.Int64))) : default }, "at a learning rate of 30", "TG8006");

    [Fact]
    public void Weight_decay_that_holds_the_loss_up_is_told_by_leaving_it_out() =>
        Broken(Classifier with { Optimizer = parameters => optim.Adam(parameters, lr: 1e-2, weight_decay: 100) }, "without the optimizer's weight decay of 100 it falls from");

    [Fact]
    public void A_step_before_backward_under_decay_is_no_label_that_inputs_tell_nothing_of() =>
        Broken(OwnStep.StepsOnZeroes with { Evaluate = null, Optimizer = parameters => optim.AdamW(parameters, lr: 1e-3, weight_decay: 0.1) }, "step() comes before backward()", "TG1002");

    [Fact]
    public void An_update_that_goes_up_is_told_by_its_direction() =>
        Broken(Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-3, maximize: true) }, "and does not fall at a thousandth of it: the update goes up the loss");

    [Fact]
    public void A_loss_that_explodes_is_broken() => Broken(SoundSetups.Regressor with { Optimizer = parameters => optim.SGD(parameters, 1e6) }, "the loss is ", "TG6009");

    [Fact]
    public void Labels_that_inputs_tell_nothing_of_leave_the_loss_at_chance() =>
        Broken(Classifier with { Batch = () => (randn(32, 8), randint(4, [32], dtype: ScalarType.Int64)), Model = () => Quiet() }, "as with labels that the inputs tell nothing of");

    [Fact]
    public void What_a_model_cannot_express_is_said_to_be_so() =>
        Broken(SoundSetups.Regressor with { Model = () => nn.Linear(4, 1, hasBias: false), Batch = () => (randn(32, 4), 100 + (5 * randn(32, 1))) }, "whatever the optimizer");

    [Fact]
    public void A_rate_that_still_warms_up_needs_more_steps()
    {
        Verdict verdict = (Classifier with
        {
            Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-3),
            Scheduler = optimizer => optim.lr_scheduler.LinearLR(optimizer, start_factor: 1e-4, end_factor: 1, total_iters: 100_000),
        }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("the learning rate still rises", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_at_its_floor_holds()
    {
        Verdict verdict = (Classifier with { Model = () => Perfect(), Batch = () => (nn.functional.one_hot(arange(32).remainder(4), 8).to(ScalarType.Float32), arange(32).remainder(4)), Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-9) }).Judge(Check);
        Assert.Equal(Outcome.Holds, verdict.Outcome);
        Assert.Contains("it is at its floor", verdict.Findings.Claims[0].Expected.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_is_trained_already_is_inconclusive()
    {
        Verdict verdict = (Classifier with
        {
            Model = () => Perfect(scale: 3),
            Batch = () => SampleData.Blobs(32, 8, 4) is var (points, labels) ? (nn.functional.one_hot(labels, 8).to(ScalarType.Float32) + (0.02 * points), labels) : default,
            Optimizer = parameters => optim.SGD(parameters, learningRate: 1e-9),
        }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("a model that is not trained yet", verdict.Reason, StringComparison.Ordinal);
    }

    private static TorchSharp.Modules.Linear Quiet()
    {
        var head = nn.Linear(8, 4);
        using var grad = no_grad();
        head.weight!.zero_();
        head.bias!.zero_();
        return head;
    }

    private static TorchSharp.Modules.Linear Perfect(double scale = 30)
    {
        var head = nn.Linear(8, 4);
        using var grad = no_grad();
        head.weight!.copy_(scale * eye(4, 8));
        head.bias!.zero_();
        return head;
    }

    private static void Broken(Setup setup, string evidence, string? rule = null)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(evidence, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
    }
}
