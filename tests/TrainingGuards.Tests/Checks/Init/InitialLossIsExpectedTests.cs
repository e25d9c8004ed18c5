using TrainingGuards.Checks.Init;
using TrainingGuards.Tests.Models;
using VerifyXunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Init;

public sealed class InitialLossIsExpectedTests
{
    private static readonly InitialLossIsExpected Check = new();
    private static readonly Setup Sound = Clusters.Classifier();

    [Theory]
    [InlineData(nameof(SoundSetups.CausalTransformer)), InlineData(nameof(SoundSetups.LstmLanguageModel))]
    public void Language_models_hold_over_ten_seeds(string name)
    {
        for (int seed = 0; seed < 10; seed++) SoundSetups.Of(name, seed).MustSatisfy(new InitialLossIsExpected());
    }

    [Theory]
    [InlineData(2), InlineData(3), InlineData(10), InlineData(100)]
    public void A_classifier_holds_over_ten_seeds(int classes)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Verdict verdict = (Clusters.Classifier(classes, 128) with { Seed = seed }).Judge(new InitialLossIsExpected(classes));
            verdict.MustBe(Outcome.Holds);
        }
    }

    [Fact]
    public void A_regressor_holds_over_ten_seeds()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Verdict verdict = (Clusters.Regressor() with { Seed = seed }).Judge(Check);
            verdict.MustBe(Outcome.Holds);
        }
    }

    [Fact]
    public void Two_unbalanced_classes_hold_over_ten_seeds()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Setup unbalanced = Clusters.Classifier(classes: 2) with
            {
                Seed = seed,
                Batch = () => (randn(100, Clusters.Features), arange(100).lt(5).to(ScalarType.Int64)),
            };
            Verdict verdict = unbalanced.Judge(Check);
            verdict.MustBe(Outcome.Holds);
        }
    }

    [Fact]
    public void Log_probabilities_for_nll_loss_hold() => Assert.Equal(Outcome.Holds, (Sound with
    {
        Model = () => Clusters.Network(10, LogSoftmax(-1)),
        Loss = (output, target) => functional.nll_loss(output, target),
    }).Judge(Check).Outcome);

    [Fact]
    public void Several_labels_an_example_hold() => Assert.Equal(Outcome.Holds, (Sound with
    {
        Batch = () => (randn(64, Clusters.Features), randn(64, 10).gt(1).to(ScalarType.Float32)),
        Loss = (output, target) => functional.binary_cross_entropy_with_logits(output, target),
    }).Judge(Check).Outcome);

    [Fact]
    public void Every_position_of_a_sequence_counts() => Assert.Equal(Outcome.Holds, (Sound with
    {
        Batch = () => (randn(16, 7, Clusters.Features), randint(10, [16, 7])),
        Loss = (output, target) => functional.cross_entropy(output.reshape(-1, 10), target.flatten()),
    }).Judge(Check).Outcome);

    [Fact]
    public async Task A_softmax_before_cross_entropy_is_seen_by_its_rows()
    {
        Verdict verdict = (Sound with { Model = () => Clusters.Network(10, Softmax(-1)) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG4001", verdict.Findings.Causes[0].Rule);
        await Verifier.Verify(Measured.Masked(verdict.ToString()));
    }

    [Fact]
    public void A_softmax_over_the_batch_costs_the_log_of_its_size()
    {
        Verdict verdict = (Sound with { Loss = (output, target) => functional.nll_loss(functional.log_softmax(output, 0), target) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG6004", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_sum_over_examples_is_told_by_a_part_of_the_batch()
    {
        Verdict verdict = (Sound with { Loss = (output, target) => functional.cross_entropy(output, target, reduction: Reduction.Sum) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG4008", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void Probabilities_for_nll_loss_cost_minus_one_over_C()
    {
        Verdict verdict = (Sound with
        {
            Model = () => Clusters.Network(10, Softmax(-1)),
            Loss = (output, target) => functional.nll_loss(output, target),
        }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG4002", verdict.Findings.Causes[0].Rule);
        Assert.Contains("is given probabilities", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nll of probabilities", "= −1/10, minus a probability", "TG4002")]
    [InlineData("squares of probabilities", "= (10 − 1)/10², the squared error between a softmax", null)]
    [InlineData("squares of outputs", "= 1/10, the squared error between outputs", null)]
    [InlineData("margin", "= (10 − 1)/10, as a multi-class margin loss", null)]
    [InlineData("tenfold", "it is another loss, or one that is scaled", null)]
    public void A_loss_that_is_no_cross_entropy_is_told_by_its_zeros(string loss, string because, string? rule)
    {
        Tensor Hot(Tensor target) => functional.one_hot(target, 10).to(ScalarType.Float32);
        Verdict verdict = (Sound with
        {
            Loss = (output, target) => loss switch
            {
                "nll of probabilities" => functional.nll_loss(functional.softmax(output, 1), target),
                "squares of probabilities" => functional.mse_loss(functional.softmax(output, 1), Hot(target)),
                "squares of outputs" => functional.mse_loss(output, Hot(target)),
                "margin" => functional.multi_margin_loss(output, target),
                _ => 10 * functional.cross_entropy(output, target),
            },
        }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.DoesNotContain(verdict.Findings.Causes, cause => cause.Evidence.Contains("sure of themselves", StringComparison.Ordinal) || cause.Evidence.Contains("applied twice", StringComparison.Ordinal));
    }

    [Fact]
    public void Raw_outputs_for_nll_loss_cost_nearly_nothing()
    {
        Verdict verdict = (Sound with { Loss = (output, target) => functional.nll_loss(output, target) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("is given raw outputs", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_first_weights_make_sure_predictions()
    {
        Verdict verdict = (Sound with { Model = () => Sequential(Clusters.Network(10), new Scaled(40)) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("sure of themselves", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clipped_loss_is_below_what_knowing_nothing_costs()
    {
        Verdict verdict = (Sound with { Loss = (output, target) => functional.cross_entropy(output, target).clamp(max: 1) }).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG1005", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void Targets_far_from_zero_hold_and_a_tenfold_loss_does_not()
    {
        Setup far = Clusters.Regressor() with { Batch = () => (randn(64, Clusters.Features), 50 + (5 * randn(64, 1))) };
        Assert.Equal(Outcome.Holds, far.Judge(Check).Outcome);
        Verdict scaled = (far with { Model = () => Sequential(Clusters.Network(1), new Scaled(2000)) }).Judge(Check);
        Assert.Equal(Outcome.Broken, scaled.Outcome);
        Assert.StartsWith("the first outputs are ", scaled.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_known_is_compared_with_it()
    {
        Assert.Equal(Outcome.Holds, Sound.Judge(new InitialLossIsExpected(expected: Math.Log(10))).Outcome);
        Assert.Equal(Outcome.Broken, Sound.Judge(new InitialLossIsExpected(expected: 4.6)).Outcome);
    }

    [Fact]
    public void Few_examples_are_inconclusive() =>
        Assert.Contains("at least 32 examples", Clusters.Classifier(2, examples: 8) is var few ? (few with { Batch = Once(few.Batch!) }).Judge(Check).Reason : "", StringComparison.Ordinal);

    [Fact]
    public void A_wrong_number_of_classes_is_refused() => Assert.Throws<SetupException>(() => Sound.Judge(new InitialLossIsExpected(classes: 11)));

    private static Func<Batch> Once(Func<Batch> draw)
    {
        var batch = new Lazy<Batch>(draw);
        return () => batch.Value;
    }

    private sealed class Scaled(double factor) : Module<Tensor, Tensor>("scaled")
    {
        public override Tensor forward(Tensor x) => x * factor;
    }
}
