using TrainingGuards.Checks.Fit;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Fit;

public sealed class TrainingIsLongEnoughTests
{
    // What the sound setups are trained with elsewhere in these tests.
    private static readonly TrainingIsLongEnough Of400Steps = new(totalSteps: 400), Of40Epochs = new(epochs: 40);

    /// <summary>The rate of Adam, given to SGD.</summary>
    internal static Setup RateOfAnother => SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 3e-3), Evaluate = null };

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    public static TheoryData<string, int> SoundData => SoundExamples.EverySeed;

    public static TheoryData<int> TenSeeds => [.. Enumerable.Range(0, 10)];

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) => SoundSetups.Of(name, seed).MustSatisfy(Of400Steps);

    [Theory]
    [MemberData(nameof(SoundData))]
    public void Holds_on_sound_examples(string name, int seed) => SoundExamples.Of(name, seed).MustSatisfy(Of40Epochs);

    [Theory]
    [MemberData(nameof(TenSeeds))]
    public void The_rate_of_another_optimizer_is_too_low(int seed) => Broken(RateOfAnother with { Seed = seed }, new(totalSteps: 150), "too low for so short a training", "TG8006");

    [Theory]
    [MemberData(nameof(TenSeeds))]
    public void An_epoch_of_one_batch_is_hardly_a_step(int seed) =>
        Broken(Blobs(seed, batchSize: 512), new(epochs: 6), "6 steps are planned, 6 epochs of 1, and they take the loss", "make smaller batches, of 32 to begin with");

    [Theory]
    [MemberData(nameof(TenSeeds))]
    public void One_epoch_of_some_batches_ends_early(int seed) => Broken(Blobs(seed, batchSize: 64), new(epochs: 1), "8 steps are planned, 1 epoch of 8", "training ends early", "train for about");

    [Theory]
    [MemberData(nameof(TenSeeds))]
    public void Few_examples_are_no_fault_of_the_batch(int seed)
    {
        manual_seed(seed);
        (Tensor points, Tensor labels) = SampleData.Blobs(40, 8, 4);
        Broken(SoundSetups.Classifier with { Batch = null, Evaluate = null, Seed = seed, Training = Examples.From(points, labels, batchSize: 20, shuffled: true) }, new(epochs: 5), "an epoch of so few examples is hardly any steps", "look whether all examples are read");
    }

    [Fact]
    public void Where_a_sweep_falls_nowhere_the_plan_is_to_fall_by_itself()
    {
        // A deep net does not begin to tell rings apart in the few steps that a sweep makes at each rate.
        Verdict[] verdicts = [.. Enumerable.Range(0, 10).Select(seed => Rings(seed).MustSatisfy(new TrainingIsLongEnough(epochs: 15)))];
        Assert.Contains(verdicts, verdict => verdict.ToString().Contains("more than noise, and more than in a sweep", StringComparison.Ordinal));
    }

    [Fact]
    public void A_loss_that_falls_nowhere_is_inconclusive()
    {
        // Of a loss with so large a constant all that is learnt is less than 5 %.
        Verdict verdict = (Blobs(0, batchSize: 64) with { Loss = (output, target) => nn.functional.cross_entropy(output, target) + 60 }).Judge(new TrainingIsLongEnough(epochs: 100)).MustBe(Outcome.Inconclusive);
        Assert.Contains("in a sweep over learning rates it does by no more than noise, and in 400 steps at yours by", verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TenSeeds))]
    public void A_longer_training_is_long_enough(int seed)
    {
        Blobs(seed, batchSize: 64).MustSatisfy(new TrainingIsLongEnough(epochs: 40));
        (RateOfAnother with { Seed = seed }).MustSatisfy(new TrainingIsLongEnough(totalSteps: 20_000));
    }

    [Fact]
    public void The_setup_says_how_long_it_is_trained()
    {
        Setup planned = Blobs(0, batchSize: 512) with { Epochs = 6 };
        Assert.Equal(Blobs(0, batchSize: 512).Judge(new TrainingIsLongEnough(epochs: 6)).Findings.Causes[0], planned.Judge(new TrainingIsLongEnough()).Findings.Causes[0]);
        planned.MustSatisfy(new TrainingIsLongEnough(totalSteps: 10_000));
    }

    [Fact]
    public void Steps_of_several_batches_are_counted_as_the_user_makes_them()
    {
        Setup accumulated = Blobs(0, batchSize: 32) with
        {
            Step = step =>
            {
                step.Optimizer.zero_grad();
                double sum = 0;
                for (int part = 0; part < 8; part++)
                {
                    Batch batch = part == 0 ? step.Batch : step.NextBatch();
                    Tensor loss = nn.functional.cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(batch.Inputs), batch.Targets) / 8;
                    loss.backward();
                    sum += loss.ToDouble();
                }
                step.Optimizer.step();
                return sum;
            },
        };
        Broken(accumulated, new(epochs: 5), "10 steps are planned, 5 epochs of 2");
    }

    [Fact]
    public void Few_steps_are_made_and_many_are_not()
    {
        Verdict few = Blobs(0, batchSize: 512).Judge(new TrainingIsLongEnough(epochs: 6)), many = Blobs(0, batchSize: 32).Judge(new TrainingIsLongEnough(epochs: 1000));
        Assert.Equal(9, few.Findings.Curves[1].Values.Count);
        Assert.Single(many.Findings.Curves);
        Assert.InRange(many.Cost.Steps, 1, 120);
    }

    [Fact]
    public void Nothing_is_said_where_no_length_is() => NotApplicable(SoundSetups.Classifier, new(), "how long training is, is not said; set Epochs");

    [Fact]
    public void Epochs_of_no_data_are_no_length() => NotApplicable(SoundSetups.Classifier, Of40Epochs, "the setup gives no Training");

    [Fact]
    public void An_optimizer_that_searches_along_a_line_is_not_concerned() =>
        NotApplicable(SoundSetups.Classifier with { Optimizer = parameters => optim.LBFGS(parameters) }, Of400Steps, "LBFGS finds the length of its steps itself");

    [Fact]
    public void A_loss_that_falls_at_no_rate_is_inconclusive() =>
        (SoundSetups.Classifier with { Loss = (output, target) => nn.functional.cross_entropy(0 * output, target) }).Judge(Of400Steps).MustBe(Outcome.Inconclusive);

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingIsLongEnough(epochs: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingIsLongEnough(totalSteps: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingIsLongEnough(steps: 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingIsLongEnough(tried: 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingIsLongEnough(part: 1));
    }

    private static Setup Blobs(int seed, int batchSize)
    {
        manual_seed(seed);
        (Tensor points, Tensor labels) = SampleData.Blobs(512, 8, 4);
        return SoundSetups.Classifier with { Batch = null, Evaluate = null, Seed = seed, Training = Examples.From(points, labels, batchSize, shuffled: true) };
    }

    private static Setup Rings(int seed)
    {
        manual_seed(seed);
        Tensor labels = randint(3, 512, dtype: ScalarType.Int64), radius = labels + 1 + (0.15 * randn(512)), angle = rand(512) * (2 * Math.PI);
        Tensor points = stack([radius * angle.cos(), radius * angle.sin()], 1);
        return new()
        {
            Model = () => nn.Sequential([.. Enumerable.Range(0, 4).SelectMany(k => new nn.Module<Tensor, Tensor>[] { nn.Linear(k == 0 ? 2 : 48, 48), nn.ReLU() }), nn.Linear(48, 3)]),
            Training = Examples.From(points / points.std(), labels, batchSize: 32, shuffled: true),
            Loss = (output, target) => nn.functional.cross_entropy(output, target),
            Optimizer = parameters => optim.SGD(parameters, learningRate: 0.18),
            Seed = seed,
        };
    }

    private static void NotApplicable(Setup setup, TrainingIsLongEnough check, string reason) =>
        Assert.StartsWith(reason, setup.Judge(check).MustBe(Outcome.NotApplicable).Reason, StringComparison.Ordinal);

    private static void Broken(Setup setup, TrainingIsLongEnough check, params string[] says)
    {
        Verdict verdict = setup.Judge(check).MustBe(Outcome.Broken);
        string cause = $"{verdict.Findings.Causes[0]} {verdict.Findings.Causes[0].Remedy}";
        Assert.All(says, part => Assert.Contains(part, cause, StringComparison.Ordinal));
    }
}
