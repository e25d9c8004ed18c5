using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using VerifyXunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class ExamplesAreIsolatedTests
{
    private static readonly ExamplesAreIsolated Check = new();

    private static Verdict Judge(Func<Mixer> model, int seed = 0) => (Mixer.Setup(model) with { Seed = seed }).Judge(Check);

    [Theory]
    [InlineData(nameof(SoundSetups.CausalTransformer)), InlineData(nameof(SoundSetups.LstmLanguageModel))]
    public void Language_models_hold_over_ten_seeds(string name)
    {
        for (int seed = 0; seed < 10; seed++) SoundSetups.Of(name, seed).MustSatisfy(Check);
    }

    [Fact]
    public void A_mean_over_time_holds_over_ten_seeds()
    {
        for (int seed = 0; seed < 10; seed++) Assert.Equal(Outcome.Holds, Judge(() => new MeanOverTime(), seed).Outcome);
    }

    [Fact]
    public async Task A_view_in_place_of_a_permute_is_a_permutation_at_its_line()
    {
        Verdict verdict = Scrambling().Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG6001", verdict.Findings.Causes[0].Rule);
        Assert.Equal(new Place("Scrambled", SourceLine.Of("Scrambled.cs", "mixes")), verdict.Findings.Where);
        await Verifier.Verify(Measured.Masked(verdict.ToString()));
    }

    [Theory]
    [InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    public void A_view_is_found_whatever_the_batch(int examples)
    {
        Verdict verdict = Scrambling().Judge(new ExamplesAreIsolated(examples));
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG6001", verdict.Findings.Causes[0].Rule);
    }

    [Fact]
    public void A_view_is_localised_in_a_forward_with_dispose_scopes_of_its_own()
    {
        Verdict verdict = (Scrambling() with { Model = () => new Scoped() }).Judge(Check);
        Assert.Equal("TG6001", verdict.Findings.Causes[0].Rule);
        Assert.Equal(new Place("scrambled", SourceLine.Of("Scrambled.cs", "mixes")), verdict.Findings.Where);
    }

    [Fact]
    public void A_mean_taken_over_the_batch_is_dense()
    {
        Verdict verdict = Judge(() => new CentredOverBatch());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("every output depends on every example (20 of 20 pairs)", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("CentredOverBatch", verdict.Findings.Where!.Module);
    }

    [Fact]
    public void Outputs_that_are_all_alike_are_a_reduction_over_the_batch()
    {
        Verdict verdict = Judge(() => new MeanOverBatch());
        Assert.Equal("TG6004", verdict.Findings.Causes[0].Rule);
        Assert.Contains("all examples have the same output", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_that_change_places_are_reordered() =>
        Assert.Contains("reordered as a whole", Judge(() => new Rolled()).Findings.Causes[0].Evidence, StringComparison.Ordinal);

    [Fact]
    public void One_example_given_to_all_is_named() =>
        Assert.Contains("depends on example 0 and on no other", Judge(() => new FirstForAll()).Findings.Causes[0].Evidence, StringComparison.Ordinal);

    [Fact]
    public void A_triangle_is_a_recurrence_over_the_batch()
    {
        Verdict verdict = Judge(() => new SummedOverBatch());
        Assert.Equal("TG6010", verdict.Findings.Causes[0].Rule);
        Assert.Contains("all earlier examples", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_is_a_convolution_over_the_batch() =>
        Assert.Contains("its 1 neighbours", Judge(() => new SmoothedOverBatch()).Findings.Causes[0].Evidence, StringComparison.Ordinal);

    [Fact]
    public void A_softmax_over_the_batch_is_seen_by_its_columns()
    {
        Verdict verdict = Of(() => Sequential(Linear(6, 3), Softmax(0))).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Equal("TG6004", verdict.Findings.Causes[0].Rule);
        Assert.Equal("1", verdict.Findings.Where!.Module);
    }

    [Fact]
    public void Normalisation_without_running_statistics_is_named()
    {
        Verdict verdict = Of(() => Sequential(Linear(6, 6), BatchNorm1d(6, track_running_stats: false), Linear(6, 3))).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("`1` has no running statistics", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal("1", verdict.Findings.Where!.Module);
    }

    [Fact]
    public void Batch_normalisation_in_evaluation_isolates() =>
        Assert.Equal(Outcome.Holds, Of(() => Sequential(Linear(6, 6), BatchNorm1d(6), ReLU(), Linear(6, 3))).Judge(Check).Outcome);

    [Fact]
    public void A_softmax_over_classes_does_not_blind_the_probe() =>
        Assert.Equal(Outcome.Holds, Of(() => Sequential(Linear(6, 3), LayerNorm(3), Softmax(-1))).Judge(Check).Outcome);

    [Fact]
    public void A_leak_behind_a_softmax_is_seen()
    {
        Verdict verdict = Of(() => Sequential(Linear(6, 6), BatchNorm1d(6, track_running_stats: false), Linear(6, 3), Softmax(-1))).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Claims[0].Worst.Value > 1e-4);
    }

    [Fact]
    public void A_head_that_starts_at_zero_is_opened_by_two_steps()
    {
        Verdict verdict = Of(ZeroHead).Judge(Check);
        Assert.Equal(Outcome.Holds, verdict.Outcome);
        Assert.Contains("after 2 training steps", verdict.Findings.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_stays_at_zero_proves_nothing()
    {
        Verdict verdict = (Of(ZeroHead) with { Optimizer = null }).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Throws<GuardException>(verdict.MustHold);
    }

    [Fact]
    public void An_output_without_examples_is_inconclusive() =>
        Assert.Contains("first dimension counts the examples", Of(() => new WholeBatchSum()).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Fewer_than_two_examples_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ExamplesAreIsolated(examples: 1));

    [Fact]
    public void Dropout_that_is_left_on_mixes_no_examples() => Reader.Setup(() => new NoisyReader()).MustSatisfy(new ExamplesAreIsolated());

    [Fact]
    public void Noise_that_no_seed_repeats_is_no_dependence()
    {
        Verdict verdict = Reader.Setup(() => new Restless()).Judge(new ExamplesAreIsolated());
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("two passes of the same inputs from one seed differ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_over_the_batch_is_told()
    {
        Verdict verdict = Reader.Setup(() => new AttendsOverTheBatch()).Judge(new ExamplesAreIsolated());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.Contains("runs over the batch", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    private sealed class Scoped : Module<Tensor, Tensor>
    {
        private readonly Scrambled scrambled = new();

        public Scoped() : base(nameof(Scoped)) => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return scrambled.call(x * 2).MoveToOuterDisposeScope();
        }
    }

    private static Setup Scrambling() => Mixer.Setup(() => new MeanOverTime()) with { Model = () => new Scrambled() };

    private static Setup Of(Func<Module<Tensor, Tensor>> model) => new()
    {
        Model = model,
        Batch = () => (randn(8, 6), randn(8, 3)),
        Loss = (output, target) => functional.mse_loss(output, target),
        Optimizer = parameters => optim.SGD(parameters, 0.1),
    };

    private static Module<Tensor, Tensor> ZeroHead()
    {
        var head = Linear(6, 3);
        init.zeros_(head.weight);
        return Sequential(Linear(6, 6), head);
    }

    private sealed class WholeBatchSum : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> layer = Linear(6, 3);

        public WholeBatchSum() : base("sum") => RegisterComponents();

        public override Tensor forward(Tensor x) => layer.call(x).sum(dim: 0);
    }
}
