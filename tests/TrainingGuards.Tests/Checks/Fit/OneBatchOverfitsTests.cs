using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using VerifyXunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class OneBatchOverfitsTests
{
    private static readonly OneBatchOverfits Check = new();
    private static readonly Setup Sound = Clusters.Classifier();

    [Theory]
    [InlineData(2), InlineData(10)]
    public void A_classifier_holds_over_ten_seeds(int classes) => HoldsOverSeeded(Clusters.Classifier(classes));

    [Fact]
    public void A_regressor_holds_over_ten_seeds() => HoldsOverSeeded(Clusters.Regressor());

    [Fact]
    public void Dropout_and_batch_normalisation_hold_over_ten_seeds() => HoldsOverSeeded(Sound with
    {
        Model = () => Sequential(Linear(Clusters.Features, 64), BatchNorm1d(64), ReLU(), Dropout(0.5), Linear(64, 10)),
    });

    [Fact]
    public void Label_smoothing_has_a_floor_of_its_own()
    {
        Verdict verdict = (Sound with { Loss = (output, target) => functional.cross_entropy(output, target, label_smoothing: 0.1) }).Judge(Check);
        verdict.MustBe(Outcome.Holds);
        Assert.True(verdict.Findings.Claims[0].Worst.Value > 0.4);
    }

    [Fact]
    public void Several_labels_an_example_hold() => HoldsOverSeeded(Sound with
    {
        Batch = () => (randn(32, Clusters.Features), randn(32, 10).gt(1).to(ScalarType.Float32)),
        Loss = (output, target) => functional.binary_cross_entropy_with_logits(output, target),
    });

    [Fact]
    public void An_absolute_loss_holds() => HoldsOverSeeded(Clusters.Regressor() with { Loss = (output, target) => functional.l1_loss(output, target) });

    [Fact]
    public async Task A_softmax_applied_twice_stops_at_its_floor()
    {
        Verdict verdict = (Sound with { Model = () => Clusters.Network(10, Softmax(-1)) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG4001", verdict.Findings.Causes[0].Rule);
        Assert.Contains("1.46 = log(1 + 9/e)", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        await Verifier.Verify(Measured.Masked(verdict.ToString()));
    }

    [Fact]
    public void An_activation_on_the_output_is_seen_by_its_zeros()
    {
        Verdict verdict = (Sound with { Model = () => Clusters.Network(10, ReLU()) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG3007", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_tanh_on_the_output_cannot_reach_the_targets()
    {
        Setup far = Clusters.Regressor() with { Batch = () => (randn(64, Clusters.Features), 3 * randn(64, 1)), Model = () => Clusters.Network(1, Tanh()) };
        Verdict verdict = far.Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG3007", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_clipped_loss_ignores_the_worst_examples()
    {
        Verdict verdict = (Sound with
        {
            Loss = (output, target) => functional.cross_entropy(output, target, reduction: Reduction.None).clamp(max: 2).mean(),
        }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG1005", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void Targets_broadcast_against_outputs_end_at_the_mean()
    {
        Setup flat = Clusters.Regressor();
        Verdict verdict = (flat with { Batch = () => flat.Batch!() is var batch ? (batch.Inputs[0], batch.Targets[0].squeeze(-1)) : null! }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG4006", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_rate_that_is_too_low_is_told_by_adam()
    {
        Verdict verdict = (Sound with { Optimizer = parameters => optim.SGD(parameters, 1e-7) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("with Adam at 0.001", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_much_dropout_is_told_by_leaving_it_out()
    {
        Verdict verdict = (Sound with { Model = () => Sequential(Dropout(0.97), Clusters.Network(10)) }).Judge(new OneBatchOverfits(steps: 200));
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("without dropout", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_is_not_used_is_told_by_zeros()
    {
        Verdict verdict = (Sound with { Model = () => new Deaf() }).Judge(new OneBatchOverfits(steps: 150));
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("does not depend on the input", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_explodes_is_broken()
    {
        Verdict verdict = (Clusters.Regressor() with { Optimizer = parameters => optim.SGD(parameters, 1e6) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG6009", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_rate_that_is_too_low_is_named_with_its_movement() =>
        Because(Sound with { Optimizer = parameters => optim.SGD(parameters, 1e-5) }, "at your learning rate of 1e−5 no weight matrix moves by more than", "TG8006", not: "does not depend on the input");

    [Fact]
    public void A_rate_that_is_too_low_where_adam_is_too_slow_as_well()
    {
        // Targets so far away that Adam at 1e-3 does not come near them either, only nearer.
        Setup far = Clusters.Regressor();
        Because(
            far with { Batch = () => far.Batch!() is var batch ? (batch.Inputs[0], 20 * batch.Targets[0]) : null!, Optimizer = parameters => optim.Adam(parameters, 1e-7) },
            "no weight matrix moves by more than", "TG8006", not: "does not depend on the input");
    }

    [Fact]
    public void A_rate_that_is_too_high_is_named_with_its_step() =>
        Because(Clusters.Regressor() with { Optimizer = parameters => optim.Adam(parameters, 2) }, "at your learning rate of 2 the first step changes a weight matrix by", "TG8006", not: "does not depend on the input");

    [Fact]
    public void An_epsilon_above_the_gradients_is_named() =>
        Because(Sound with { Optimizer = parameters => optim.Adam(parameters, 1e-3, eps: 100) }, "the optimizer's eps of 100 is ", rule: null, not: "does not depend on the input");

    [Fact]
    public void An_epsilon_that_only_slows_a_faster_rate_down_is_named()
    {
        // After 400 steps the loss still falls, and Adam at 1e-3 is not fast enough either.
        Because(SoundSetups.Autoencoder with { Optimizer = parameters => optim.Adam(parameters, 1e-2, eps: 1) }, "with an eps of 1e−8 the same training reaches", rule: null, not: "does not depend on the input");
    }

    [Fact]
    public void A_step_that_takes_a_part_of_its_batch_is_told() =>
        Because(Sound with { Step = OwnStep.FirstPart }, "the last 8 of 16 examples of a batch are left out by Step", rule: null, not: "learning rate");

    [Fact]
    public void Weight_decay_that_draws_outputs_to_zero_is_no_sigmoid() =>
        Because(Clusters.Regressor() with { Optimizer = parameters => optim.Adam(parameters, 1e-2, weight_decay: 10) }, "without the optimizer's weight decay of 10 the same training comes to", rule: null, not: "sigmoid");

    [Fact]
    public void A_decay_apart_from_the_gradient_is_named_too() =>
        Because(Sound with { Optimizer = parameters => optim.AdamW(parameters, 1e-2, weight_decay: 20) }, "without the optimizer's weight decay of 20", rule: null, not: "learning rate");

    [Fact]
    public void A_penalty_of_absolute_values_in_the_step_is_read_from_its_gradient() => Because(
        Sound with { Step = OwnStep.Penalised(model => 0.5 * model.parameters().Select(parameter => parameter.abs().sum()).Aggregate((sum, one) => sum + one)) },
        "the penalty 0.5 · Σ|w| is ", rule: null, not: "does not depend on the input");

    [Fact]
    public void A_penalty_of_squares_in_the_step_is_read_from_its_gradient() => Because(
        Sound with { Step = OwnStep.Penalised(model => 2 * model.parameters().Select(parameter => parameter.square().sum()).Aggregate((sum, one) => sum + one)) },
        "the penalty 2 · Σw² is ", rule: null, not: "does not depend on the input");

    [Fact]
    public void A_penalty_of_the_setup_is_left_out_for_comparison() => Because(
        Sound with { Penalty = model => 0.5 * model.parameters().Select(parameter => parameter.abs().sum()).Aggregate((sum, one) => sum + one) },
        "without the Penalty the same training comes to", rule: null, not: "does not depend on the input");

    [Fact]
    public void An_optimizer_that_goes_up_is_told_from_a_rate_that_is_too_high()
    {
        Because(Sound with { Optimizer = parameters => optim.Adam(parameters, 1e-2, maximize: true) }, "the update goes up the loss", rule: null, not: "it is the optimizer");
        Because(Sound with { Optimizer = parameters => optim.SGD(parameters, 0.5, maximize: true) }, "the update goes up the loss", rule: null, not: "it is the optimizer");
    }

    [Fact]
    public void Gradients_that_the_step_throws_away_are_told() =>
        Because(Clusters.Classifier() with { Step = OwnStep.ZeroesBeforeStep.Step }, "zero_grad() stands between backward() and step()", "TG1002", not: "does not depend on the input");

    [Fact]
    public void Dropout_that_is_left_on_is_told() =>
        Because(Sound with { Model = () => new AlwaysDrops() }, "two passes in evaluation mode differ", "TG2005", not: "learning rate");

    [Fact]
    public void A_model_too_small_for_its_examples_is_told_with_what_was_excluded()
    {
        Setup regressor = Clusters.Regressor();
        Because(regressor with { Model = () => Linear(2, 1), Batch = () => (randn(64, 2), randn(64, 1)) }, "with Adam at 0.001 it ends at", rule: null, not: "learning rate of 0.01: it is");
    }

    [Fact]
    public void A_loss_that_still_falls_needs_more_steps()
    {
        Verdict verdict = (Sound with { Optimizer = parameters => optim.Adam(parameters, 1e-3) }).Judge(new OneBatchOverfits(steps: 40));
        verdict.MustBe(Outcome.Inconclusive);
        Assert.Contains("more steps", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_on_its_way_is_given_four_times_as_many_steps()
    {
        Setup slow = Sound with { Optimizer = parameters => optim.Adam(parameters, 1e-3) };
        int needed = slow.Judge(new OneBatchOverfits(steps: 1000)).Findings.Curves[0].Values.Count;
        Assert.Equal(needed, slow.Judge(new OneBatchOverfits(steps: needed)).Findings.Curves[0].Values.Count);
        Verdict verdict = slow.Judge(new OneBatchOverfits(steps: needed * 2 / 3));
        verdict.MustBe(Outcome.Holds);
        Assert.Equal(needed, verdict.Findings.Curves[0].Values.Count, tolerance: 10);
    }

    [Fact]
    public void One_class_alone_is_inconclusive() => Assert.Equal(
        Outcome.Inconclusive,
        (Sound with { Batch = () => (randn(32, Clusters.Features), zeros(32, dtype: ScalarType.Int64)) }).Judge(Check).Outcome);

    [Fact]
    public void A_sorted_batch_still_shows_two_classes() => Assert.Equal(
        Outcome.Holds,
        (Sound with { Batch = () => (randn(64, Clusters.Features), arange(64).ge(32).to(ScalarType.Int64)) }).Judge(Check).Outcome);

    private static void Because(Setup setup, string because, string? rule, string not)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.DoesNotContain(verdict.Findings.Causes, cause => cause.Evidence.Contains(not, StringComparison.Ordinal));
    }

    private static void HoldsOverSeeded(Setup setup)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Verdict verdict = (setup with { Seed = seed }).Judge(Check);
            verdict.MustBe(Outcome.Holds);
        }
    }

    private sealed class AlwaysDrops : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> network = Clusters.Network(10);

        public AlwaysDrops() : base("drops") => RegisterComponents();

        public override Tensor forward(Tensor x) => network.call(functional.dropout(x, 0.9, training: true));
    }

    private sealed class Deaf : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> network = Clusters.Network(10);

        public Deaf() : base("deaf") => RegisterComponents();

        public override Tensor forward(Tensor x) => network.call(x * 0);
    }
}
