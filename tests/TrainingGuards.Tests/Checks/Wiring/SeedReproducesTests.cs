using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class SeedReproducesTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(new SeedReproduces());
        Assert.Equal(new Cost(0, 0, 9), verdict.Cost);
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(name == nameof(SoundSetups.ConvNet), verdict.Findings.Claims.Any(claim => claim.Quantity == "part of the dropout units that change"));
    }

    [Fact]
    public void Weights_from_an_own_generator_differ_at_the_start()
    {
        Verdict verdict = Broken(With(() => new RandomWeights()), "`head.weight` differ at the start, though both models were built from seed 0: it draws from System.Random", rule: null, "head.weight");
        Assert.Equal(Line("weights"), verdict.Findings.Where!.Source);
        Assert.Equal(["head.weight at the start"], Outside(verdict));
    }

    [Fact]
    public void Weights_in_the_order_of_a_dictionary_differ_at_the_start()
    {
        // A weight may keep its place by chance, the first too.
        Verdict verdict = Broken(With(() => new WeightsInHashOrder()), "it goes by the order of ConcurrentDictionary<Object, Linear>, another one in each build", rule: null, module: null);
        Assert.Matches(@"^all\.\d+\.weight$", verdict.Findings.Where!.Module);
    }

    [Fact]
    public void Examples_from_an_own_generator_are_told_from_the_model()
    {
        Verdict verdict = Broken(Unrepeatable.Batch, "input of batch 1 is another in the second run from seed 0: it is drawn by System.Random", rule: null, "Batch");
        Assert.Equal(["input of batch 1", "input of batch 2", "input of batch 3"], Outside(verdict));
        Assert.StartsWith("Unrepeatable.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void The_order_of_a_loader_that_shuffles_without_a_seed_is_noted(int seed)
    {
        foreach (bool augmented in new[] { false, true })
        {
            Verdict verdict = (Loaded(augmented) with { Seed = seed }).MustSatisfy(new SeedReproduces());
            Assert.Contains("the same examples in another order each time", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
            Assert.Contains(verdict.Findings.Claims, claim => claim.Quantity == "example differs (1) or not (0) when it is fetched again from one seed");
            Assert.Equal(new Cost(0, 0, 9, 16), verdict.Cost);
        }
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8), InlineData(9)]
    public void The_order_of_batches_that_have_no_index_is_noted(int seed)
    {
        Verdict verdict = (Streamed(changed: false) with { Seed = seed }).MustSatisfy(new SeedReproduces());
        Assert.Contains("the same examples in another order each time", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Examples_that_differ_themselves_are_more_than_an_order()
    {
        Broken(Streamed(changed: true), "Training goes on where its last call stopped, or draws from what torch.manual_seed does not reach", rule: null, "Training");
        Broken(SoundExamples.Images(), "Training goes on where its last call stopped, or draws from what torch.manual_seed does not reach", rule: null, "Training");
    }

    [Fact]
    public void An_order_does_not_excuse_a_random_forward()
    {
        Verdict verdict = (Streamed(changed: false) with { Model = () => new RandomInForward() }).Judge(new SeedReproduces());
        Assert.True(verdict.Outcome == Outcome.Broken && verdict.Findings.Causes.Any(cause => cause.Evidence.Contains("it draws from System.Random", StringComparison.Ordinal)), verdict.ToString());
    }

    [Fact]
    public void Data_that_goes_on_from_call_to_call_is_not_repeated()
    {
        int call = 0;
        Setup setup = SoundSetups.Classifier with { Batch = () => (full(4, 8, 0.1f * ++call), arange(4)) };
        Assert.Equal(3, Outside(Broken(setup, "Batch goes on where its last call stopped", rule: null, "Batch")).Length);
    }

    [Fact]
    public void A_random_forward_is_found_on_its_line()
    {
        Verdict verdict = Broken(With(() => new RandomInForward()), "differ after step 1", rule: null, nameof(RandomInForward));
        Assert.Contains("`RandomInForward` gives other numbers; it draws from System.Random", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(Line("forward"), verdict.Findings.Where!.Source);
        Assert.All(Outside(verdict), culprit => Assert.EndsWith(" after step 1", culprit, StringComparison.Ordinal));
    }

    [Fact]
    public void Sums_in_the_order_of_a_dictionary_differ_by_rounding()
    {
        // A GPU adds in any order itself: there this is no finding.
        Verdict verdict = Broken(With(() => new ExpertsInHashOrder()) with { Device = CPU, Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1) }, "of the size of rounding, sums are taken in another order, that of ConcurrentDictionary<Object, Linear>", rule: null, nameof(ExpertsInHashOrder));
        Assert.True(verdict.Findings.Claims[0].Worst.Value < 1e-5, verdict.ToString());
    }

    [Fact]
    public void Seeding_in_forward_repeats_the_masks()
    {
        Verdict verdict = Broken(With(() => Reseeds.New(toTheStart: true)), "after step 1 the generator is in the same state from seed 0 as from seed 1: manual_seed is called there", "TG5005", nameof(Reseeds));
        Assert.Equal(["after step 1", "in drop from step 1 to step 2", "in drop from step 2 to step 3"], Outside(verdict));
        Assert.Equal(Line("reseeds"), verdict.Findings.Where!.Source);
    }

    [Fact]
    public void A_generator_that_is_put_back_repeats_the_masks()
    {
        Verdict verdict = Broken(With(() => Reseeds.New(toTheStart: false)), "`drop` drops the same units in consecutive steps: manual_seed puts the generator back between them", "TG5005", "drop");
        Assert.StartsWith("Unrepeatable.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Assert.Equal(["in drop from step 1 to step 2", "in drop from step 2 to step 3"], Outside(verdict));
    }

    [Fact]
    public void Seeding_in_the_batch_repeats_what_the_model_draws()
    {
        Verdict verdict = Broken(Unrepeatable.SeededBatch, "after Batch 1 the generator is in the same state from seed 0 as from seed 1", "TG5005", "Batch 1");
        Assert.Contains("in drop from step 1 to step 2", Outside(verdict));
    }

    [Fact]
    public void Seeding_in_the_batch_is_noted_where_nothing_else_is_drawn()
    {
        Verdict verdict = (Unrepeatable.SeededBatch with { Model = () => nn.Sequential(nn.Flatten(), nn.Linear(64, 4)) }).MustSatisfy(new SeedReproduces());
        Assert.Contains("Batch 1 leaves the generator in the same state from every seed", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Seeding_in_the_factory_takes_the_seed_its_effect() =>
        Assert.Equal(["after Model"], Outside(Broken(Unrepeatable.SeededModel, "after Model the generator is in the same state", "TG5005", "Model")));

    [Fact]
    public void What_no_generator_decides_is_noted()
    {
        Batch fixedBatch = SampleData.Held(() => SampleData.Blobs(16, 8, 4));
        Setup setup = SoundSetups.Classifier with
        {
            Model = () =>
            {
                TorchSharp.Modules.Linear head = nn.Linear(8, 4);
                nn.init.zeros_(head.weight!);
                nn.init.zeros_(head.bias!);
                return head;
            },
            Batch = () => fixedBatch,
            Evaluate = null,
        };
        Assert.StartsWith("seed 1 begins with the weights and the batch of seed 0", Assert.Single(setup.MustSatisfy(new SeedReproduces()).Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_move_nothing_prove_nothing() =>
        Assert.Equal(Outcome.Inconclusive, (SoundSetups.Classifier with { Optimizer = parameters => new SkippedStep(parameters) }).Judge(new SeedReproduces()).Outcome);

    [Fact]
    public void Consecutive_steps_are_two() => Assert.Throws<ArgumentOutOfRangeException>(() => new SeedReproduces(steps: 1));

    private static Setup Loaded(bool augmented)
    {
        manual_seed(0);
        (Tensor inputs, Tensor classes) = SampleData.Blobs(256, 8, 4);
        return SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = new PointsDataset(inputs, classes, augmented).Loaded() };
    }

    // Batches in an order of System.Random's, of examples that are the same or are changed by it too.
    private static Setup Streamed(bool changed)
    {
        manual_seed(0);
        (Tensor inputs, Tensor classes) = SampleData.Blobs(256, 8, 4);
        var random = new Random(1);
        IEnumerable<Batch> Epoch()
        {
            long[] order = [.. Enumerable.Range(0, 256).Select(i => (long)i).OrderBy(_ => random.Next())];
            foreach (long[] part in order.Chunk(32))
            {
                Tensor rows = tensor(part);
                yield return (inputs.index_select(0, rows) * (changed ? (float)(1 + (0.1 * random.NextDouble())) : 1), classes.index_select(0, rows));
            }
        }
        return SoundSetups.Classifier with { Batch = null, Evaluate = null, Training = Examples.From(Epoch) };
    }

    private static Setup With(Func<nn.Module> model) => SoundSetups.Classifier with { Model = model, Evaluate = null };

    private static string Line(string mark) => SourceLine.Of("../Checks/Wiring/Saboteurs/Unrepeatable.cs", mark).Replace("../Checks/Wiring/Saboteurs/", "", StringComparison.Ordinal);

    private static string[] Outside(Verdict verdict) => [.. verdict.Findings.Claims
        .SelectMany(claim => claim.Readings.Where(reading => !claim.Expected.Contains(reading.Value)))
        .Select(reading => reading.Culprit)];

    private static Verdict Broken(Setup setup, string because, string? rule, string? module)
    {
        Verdict verdict = setup.Judge(new SeedReproduces());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        if (module is not null) Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
