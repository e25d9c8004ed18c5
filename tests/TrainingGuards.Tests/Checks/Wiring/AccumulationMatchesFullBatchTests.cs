using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class AccumulationMatchesFullBatchTests
{
    private static readonly AccumulationMatchesFullBatch Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(Check).MustBe(name == nameof(SoundSetups.ResidualNet) ? Outcome.Holds : Outcome.NotApplicable);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Holds_for_the_mean_of_any_number_of_batches(int seed)
    {
        foreach (int batches in new[] { 2, 3, 5 })
        {
            Verdict verdict = (OwnStep.Accumulates(batches, batches) with { Seed = seed }).MustSatisfy(Check);
            Assert.Equal(1, verdict.Findings.Claims[0].Worst.Value, 1e-3);
            Assert.Equal(new Cost(batches + 1, batches + 1, 1), verdict.Cost);
            Assert.Contains("clipped, if that is meant", Assert.Single((OwnStep.Accumulates(batches, batches, clip: 0.01) with { Seed = seed }).MustSatisfy(Check).Findings.Notes), StringComparison.Ordinal);
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 10)];

    [Fact]
    public void A_sum_is_as_many_times_too_long_as_there_are_batches()
    {
        Verdict verdict = Broken(OwnStep.Accumulates(3, 1), "the gradients of 3 batches are summed: 3 times the mean", "TG1009");
        Assert.StartsWith("OwnStep.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Dividing_twice_is_told_from_clipping() => Broken(OwnStep.Accumulates(4, 16), "which is 1/4: the loss of 4 batches is divided by their number twice", null);

    [Fact]
    public void Clipping_to_half_by_chance_is_clipping() => OwnStep.Accumulates(2, 2, clip: NormOfTheFirst(OwnStep.Accumulates(2, 2)) / 2).MustSatisfy(Check);

    [Fact]
    public void Zeroing_between_batches_leaves_the_last_alone() => Broken(OwnStep.Accumulates(3, 3, zeroesBetween: true), "the update uses the gradient of batch 3 of 3 alone: zero_grad() is called between them", "TG1002");

    [Fact]
    public void Batches_that_count_different_numbers_of_targets_are_a_mean_of_means()
    {
        Setup setup = OwnStep.Accumulates(2, 2);
        int drawn = 0;
        Broken(setup with { Batch = () => SampleData.Blobs(drawn++ % 2 == 0 ? 32 : 8, 8, 4) }, "each batch weighs the same, though they count different numbers of targets (32 and 8 examples): a mean of means", null);
    }

    [Fact]
    public void Ignored_targets_do_not_count()
    {
        int drawn = 0;
        Setup setup = OwnStep.Accumulates(2, 2) with
        {
            Batch = () =>
            {
                (Tensor inputs, Tensor classes) = SampleData.Blobs(16, 8, 4);
                if (drawn++ % 2 == 0) classes.narrow(0, 0, 12).fill_(-100);
                return (inputs, classes);
            },
        };
        Broken(setup, "a mean of means", null);
    }

    [Fact]
    public void Batch_normalisation_makes_each_batch_its_own()
    {
        Verdict verdict = SoundSetups.ResidualNet.MustSatisfy(Check);
        Assert.Contains("a normalisation over the batch treats each batch by itself", verdict.Findings.Notes[0], StringComparison.Ordinal);
        Setup summed = SoundSetups.ResidualNet with
        {
            Step = step =>
            {
                step.Optimizer.zero_grad();
                foreach (Batch batch in new[] { step.Batch, step.NextBatch() })
                    cross_entropy(((ResidualNet)step.Model).call(batch.Inputs), batch.Targets).backward();
                step.Optimizer.step();
                return 0;
            },
        };
        Broken(summed, "the gradients of 2 batches are summed", "TG1009");
    }

    [Fact]
    public void One_batch_a_step_accumulates_nothing()
    {
        Assert.Equal("a step of one batch; one that accumulates asks for others by step.NextBatch()", OwnStep.Sound.Judge(Check).Reason);
        Assert.Equal(Outcome.NotApplicable, SoundSetups.Classifier.Judge(Check).Outcome);
    }

    [Fact]
    public void Another_loss_than_the_setups_cannot_be_judged() => Assert.Contains(
        "a step whose gradient is that of the setup's loss; their cosine is",
        (OwnStep.Accumulates(2, 2) with { Loss = (output, target) => output[.., 0].square().mean() + (0 * cross_entropy(output, target)) }).Judge(Check).Reason,
        StringComparison.Ordinal);

    private static double NormOfTheFirst(Setup setup)
    {
        double norm = 0;
        (setup with
        {
            Step = step =>
            {
                double loss = setup.Step!(step);
                if (norm == 0) norm = Math.Sqrt(step.Model.parameters().Sum(parameter => parameter.grad!.square().sum().ToDouble()));
                return loss;
            },
        }).MustSatisfy(Check);
        return norm;
    }

    private static Verdict Broken(Setup setup, string evidence, string? rule)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Contains(evidence, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        return verdict;
    }
}
