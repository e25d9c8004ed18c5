using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class LossIsMeanOverExamplesTests
{
    private static readonly Setup Sequences = SoundSetups.Tokens, Vectors = SoundSetups.Classifier with { Evaluate = null };

    // [n, 8] → [n, 4] compared with the first four inputs.
    private static readonly Setup Numbers = Vectors with { Batch = () => SampleData.Blobs(24, 8, 4).Inputs is var x ? (x, x.narrow(1, 0, 4)) : default };

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new LossIsMeanOverExamples());
        Assert.Equal((1, 0, 0), (verdict.Cost.Forwards, verdict.Cost.Backwards, verdict.Cost.Steps));
        Assert.Empty(verdict.Findings.Notes);
    }

    public static TheoryData<string> Means => [.. MeanLosses.Keys];

    private static readonly Dictionary<string, Setup> MeanLosses = new()
    {
        ["class weights"] = Vectors with { Loss = (output, target) => cross_entropy(output, target, weight: tensor(new[] { 0.1f, 1, 5, 2 }, device: output.device)) },
        ["label smoothing"] = Vectors with { Loss = (output, target) => cross_entropy(output, target, label_smoothing: 0.1) },
        ["log-probabilities"] = Vectors with { Loss = (output, target) => nll_loss(log_softmax(output, -1), target) },
        ["padding"] = Sequences with { Batch = Padded },
        ["sums over positions divided by their number"] = Sequences with { Batch = Padded, Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target, reduction: Reduction.Sum) / target.ne(-100).sum() },
        ["flattened"] = Sequences with { Loss = (output, target) => cross_entropy(output.reshape(-1, 12), target.reshape(-1)) },
        ["absolute"] = Numbers with { Loss = (output, target) => l1_loss(output, target) },
        ["Huber"] = Numbers with { Loss = (output, target) => huber_loss(output, target) },
        ["divergence"] = Numbers with { Loss = (output, target) => kl_div(log_softmax(output, -1), softmax(target, -1), log_target: false, reduction: Reduction.Sum) / output.shape[0] },
        ["binary with weights"] = Numbers with { Loss = (output, target) => binary_cross_entropy_with_logits(output, target.gt(0).to(ScalarType.Float32), pos_weights: full(4, 3f, device: output.device)) },
        ["sum of features, mean of examples"] = Numbers with { Loss = (output, target) => mse_loss(output, target, Reduction.Sum) / output.shape[0] },
        ["negative"] = Numbers with { Loss = (output, target) => -cosine_similarity(output, target, 1).mean() },
        ["a column and a row, brought together"] = SoundSetups.Regressor with { Loss = (output, target) => mse_loss(output.squeeze(), target.squeeze()) },
        ["time first"] = Sequences with { Forward = (model, inputs) => ((Module<Tensor, Tensor>)model).call(inputs).transpose(0, 1), Loss = (output, target) => cross_entropy(output.permute(1, 2, 0), target) },
        ["rows of positions"] = Sequences with { Forward = (model, inputs) => ((Module<Tensor, Tensor>)model).call(inputs).reshape(-1, 12), Loss = (output, target) => cross_entropy(output, target.reshape(-1)) },
        ["terms"] = SoundSetups.TwoOutputs with { JointLoss = null, LossTerms = (outputs, targets) => new Dictionary<string, Tensor> { ["kind"] = cross_entropy(outputs[0], targets[0]), ["position"] = 3 * mse_loss(outputs[1], targets[1]) } },
    };

    [Theory]
    [MemberData(nameof(Means))]
    public void Holds_for_every_kind_of_mean(string name)
    {
        for (int seed = 0; seed < 3; seed++) (MeanLosses[name] with { Seed = seed }).MustSatisfy(new LossIsMeanOverExamples());
    }

    [Fact]
    public void A_root_of_a_mean_is_noted()
    {
        Verdict verdict = (Numbers with { Loss = (output, target) => mse_loss(output, target.pow(3)).sqrt() }).MustSatisfy(new LossIsMeanOverExamples());
        Assert.Contains("a root or a ratio of means", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    public static TheoryData<string> NoMeans => [.. OtherLosses.Keys];

    private static readonly Dictionary<string, (Setup Setup, string Reason)> OtherLosses = new()
    {
        ["contrastive"] = (Numbers with { Loss = (output, target) => cross_entropy(output.mm(target.t()), arange(output.shape[0], device: output.device)) }, "compares the examples of a batch with each other"),
        ["symmetric contrastive"] = (Numbers with { Loss = Symmetric }, "compares the examples of a batch with each other"),
        ["neighbours"] = (Numbers with { Loss = (output, target) => (output[TensorIndex.Slice(0, null, 2)] - target[TensorIndex.Slice(1, null, 2)]).square().mean() }, "goes by the order"),
        ["no targets"] = (Numbers with { Loss = (output, _) => output.square().mean() }, "does not depend on the targets"),
        ["moments"] = (Numbers with { Loss = (output, target) => (output.mean([0L]) - target.mean([0L])).square().sum() }, "compares the batch as a whole"),
        ["random"] = (Numbers with { Loss = (output, target) => mse_loss(output + (0.1 * randn_like(output)), target) }, "draws random numbers"),
        ["one size"] = (Numbers with { Loss = (output, target) => mse_loss(output.reshape(24, 2, 2), target.reshape(24, 2, 2)) }, "only batches of 24"),
    };

    [Theory]
    [MemberData(nameof(NoMeans))]
    public void Does_not_apply_to_what_is_no_mean(string name)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            Verdict verdict = (OtherLosses[name].Setup with { Seed = seed }).Judge(new LossIsMeanOverExamples());
            verdict.MustBe(Outcome.NotApplicable);
            Assert.Contains(OtherLosses[name].Reason, verdict.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_batch_of_two_is_no_sum_by_chance()
    {
        Verdict verdict = (Numbers with { Batch = () => (randn(2, 8), randn(2, 4)), Loss = (output, target) => cross_entropy(0 * output.mm(target.t()), arange(output.shape[0], device: output.device)) }).Judge(new LossIsMeanOverExamples());
        Assert.Equal(Outcome.NotApplicable, verdict.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_column_against_a_row_is_every_pair(bool byHand)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            Verdict verdict = Broken((byHand ? BroadcastLoss.ByHand : BroadcastLoss.Setup) with { Seed = seed }, "outputs [32, 1] and targets [32] are broadcast to all pairs", "TG4006");
            Assert.StartsWith("BroadcastLoss.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_sum_is_told() => Broken(Vectors with { Loss = (output, target) => cross_entropy(output, target, reduction: Reduction.Sum) }, "it is a sum over examples", "TG4008");

    [Fact]
    public void A_sum_of_tokens_of_which_some_are_ignored_is_told() =>
        Broken(Sequences with { Batch = Padded, Loss = (output, target) => cross_entropy(output.permute(0, 2, 1), target, reduction: Reduction.Sum) }, "it is a sum over examples", "TG4008");

    [Fact]
    public void A_term_that_is_a_sum_is_named()
    {
        Verdict verdict = Broken(
            SoundSetups.TwoOutputs with { JointLoss = null, LossTerms = (outputs, targets) => new Dictionary<string, Tensor> { ["kind"] = cross_entropy(outputs[0], targets[0]), ["position"] = mse_loss(outputs[1], targets[1], Reduction.Sum) } },
            "`position` is a sum over examples", "TG4008");
        Assert.Equal("of term position", verdict.Findings.Claims[0].Worst.Culprit);
    }

    [Fact]
    public void A_sum_beside_a_mean_is_told() => Broken(
        SoundSetups.TwoOutputs with { JointLoss = (outputs, targets) => cross_entropy(outputs[0], targets[0]) + mse_loss(outputs[1], targets[1], Reduction.Sum) },
        "of it is a sum over examples, beside a mean", "TG4008");

    [Fact]
    public void A_mean_that_is_divided_again_is_told() =>
        Broken(Vectors with { Loss = (output, target) => cross_entropy(output, target) / target.shape[0] }, "divided by the number of examples again", "TG1009");

    [Fact]
    public void A_softmax_over_the_batch_is_told_from_a_contrastive_loss() =>
        Broken(Vectors with { Loss = (output, target) => nll_loss(log_softmax(output, 0), target) }, "a softmax runs over the batch", "TG6004");

    [Fact]
    public void Targets_in_another_order_than_outputs_are_found()
    {
        for (int seed = 0; seed < 10; seed++)
            Broken(Sequences with { Seed = seed, Loss = (output, target) => cross_entropy(output.transpose(0, 1).reshape(-1, 12), target.reshape(-1)) }, "are flattened in different orders", "TG6001, TG6010");
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_broken()
    {
        Verdict verdict = (Vectors with { Loss = (output, target) => cross_entropy(output, target) / 0 }).Judge(new LossIsMeanOverExamples());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
    }

    [Fact]
    public void Equal_targets_tell_nothing()
    {
        Verdict verdict = (Vectors with { Batch = () => (randn(8, 8), zeros(8, ScalarType.Int64)) }).Judge(new LossIsMeanOverExamples());
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("two different targets", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_begins_at_zero_is_opened_by_two_steps()
    {
        Verdict verdict = (Vectors with { Model = () => new ZeroHead() }).MustSatisfy(new LossIsMeanOverExamples());
        Assert.Equal(2, verdict.Cost.Steps);
    }

    [Fact]
    public void A_step_of_ones_own_without_a_loss_is_none_of_its_business() =>
        Assert.Contains("no Loss beside its Step", (Vectors with { Loss = null, Step = _ => 0 }).Judge(new LossIsMeanOverExamples()).Reason, StringComparison.Ordinal);

    [Fact]
    public void At_least_two_examples_are_tried() => Assert.Throws<ArgumentOutOfRangeException>(() => new LossIsMeanOverExamples(examples: 1));

    private static Tensor Symmetric(Tensor output, Tensor target)
    {
        Tensor similarity = normalize(output).mm(normalize(target).t()) / 0.07, own = arange(output.shape[0], device: output.device);
        return (cross_entropy(similarity, own) + cross_entropy(similarity.t(), own)) / 2;
    }

    // The last positions of the examples, more or fewer, are ignored.
    private static Batch Padded()
    {
        (Tensor inputs, Tensor next) = SampleData.Counting(16);
        Tensor length = arange(16).remainder(9).add(1).unsqueeze(1);
        return (inputs, next.masked_fill(arange(10).unsqueeze(0).ge(length), -100));
    }

    private static Verdict Broken(Setup setup, string because, string rule)
    {
        Verdict verdict = setup.Judge(new LossIsMeanOverExamples());
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.EndsWith("Loss" + (setup.LossTerms is null ? "" : "Terms"), verdict.Findings.Where!.Module, StringComparison.Ordinal);
        return verdict;
    }
}
