using TorchSharp.Modules;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class TimeIsCausalTests
{
    private static readonly TimeIsCausal Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        bool ofTokens = name is nameof(SoundSetups.Tokens) or nameof(SoundSetups.CausalTransformer) or nameof(SoundSetups.LstmLanguageModel);
        verdict.MustBe(ofTokens ? Outcome.Holds : Outcome.NotApplicable);
        Assert.Equal(new Cost(ofTokens ? 5 : 1, 0, 0), verdict.Cost);
    }

    [Fact]
    public void What_looks_back_only_holds()
    {
        Reader.Setup(() => new HidesTheFuture()).MustSatisfy(Check);
        Reader.Setup(() => new Encoded(diagonal: 1)).MustSatisfy(Check);
        Reader.Setup(() => new Recurrent()).MustSatisfy(Check);
        Reader.Setup(() => new Convolved(left: true)).MustSatisfy(Check);
        Reader.Setup(() => new Normalised(() => BatchNorm1d(16))).MustSatisfy(Check);
    }

    [Fact]
    public void A_mask_that_is_off_by_one_names_its_tokens()
    {
        Verdict verdict = Broken(() => new HidesOneTooFew(), "output 1 changes with token 2 (Δ ", nameof(HidesOneTooFew));
        Assert.EndsWith("), not with 3: the mask is off by one", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Contains("triu(diagonal: 1)", verdict.Findings.Causes[0].Remedy, StringComparison.Ordinal);
        Assert.StartsWith("Readers.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Assert.Equal(4, verdict.Findings.Claims[0].Outside);
    }

    [Fact]
    public void A_mask_that_is_off_by_one_in_two_layers_looks_two_ahead() =>
        Broken(() => new Encoded(diagonal: 2), "not with 4: the mask is off by one in each of 2 layers", "encoder");

    [Fact]
    public void A_missing_mask_is_every_later_token()
    {
        Broken(() => new HidesNothing(), "every output changes with every later token (28 of 28 pairs): attention in `HidesNothing` has no mask", nameof(HidesNothing));
        Broken(() => new Encoded(diagonal: null), "`encoder` (TransformerEncoder) is given no mask", "encoder");
    }

    [Fact]
    public void Attention_over_the_batch_is_no_missing_mask()
    {
        Verdict verdict = Broken(() => new AttendsOverTheBatch(), "with the first of 5 sequences alone replaced the outputs of the others change too", nameof(AttendsOverTheBatch), "TG6004, TG6010");
        Assert.DoesNotContain(verdict.Findings.Causes, cause => cause.Evidence.Contains("mask", StringComparison.Ordinal));
    }

    [Fact]
    public void A_mask_the_wrong_way_round_hides_the_past() =>
        Broken(() => new HidesThePast(), "the mask is the wrong way round", nameof(HidesThePast));

    [Fact]
    public void A_mask_of_the_wrong_shape_leaks_in_blocks() =>
        Broken(() => new HidesLaterBlocks(), "its own block of 4", nameof(HidesLaterBlocks));

    [Fact]
    public void A_bidirectional_recurrence_is_named() =>
        Broken(() => new Recurrent(bidirectional: true), "`recurrent` is a bidirectional LSTM", "recurrent");

    [Fact]
    public void A_reversed_sequence_is_told_by_its_order()
    {
        Broken(() => new Recurrent(before: true), "time is reversed", nameof(Recurrent));
        Broken(() => new Recurrent(before: true, after: true), "since time is reversed by flip", nameof(Recurrent));
    }

    [Fact]
    public void A_convolution_that_is_padded_on_both_sides_is_named()
    {
        Broken(() => new Convolved(left: false), "the kernel of `convolution` (Conv1d) is centred on its position", "convolution");
        Verdict called = Broken(() => new ConvolvedByFunction(), "the kernel of conv1d is centred on its position", nameof(ConvolvedByFunction));
        Assert.Equal(SourceLine.Of("../Checks/Wiring/Saboteurs/Readers.cs", "looks ahead"), $"../Checks/Wiring/Saboteurs/{called.Findings.Where!.Source}");
    }

    [Fact]
    public void A_normalisation_over_time_is_named()
    {
        Broken(() => new Normalised(() => LayerNorm(8)), "`norm` (LayerNorm) takes its mean over all positions", "norm", "TG6004");
        Broken(() => new Normalised(() => InstanceNorm1d(16)), "`norm` (InstanceNorm1d) takes its mean over all positions", "norm", "TG6004");
    }

    [Fact]
    public void A_mean_over_time_is_named_by_its_call() =>
        Broken(() => new Centred(), "mean in `Centred` runs over time", nameof(Centred), "TG6004");

    [Fact]
    public void Positions_that_change_places_by_a_view_are_named() =>
        Broken(() => new Rearranged(), "positions change places by view in `Rearranged`", nameof(Rearranged), "TG6001");

    [Fact]
    public void Positions_that_are_rolled_are_in_no_order_of_a_mask() =>
        Broken(() => new RolledOverTime(), "in no order of a causal mask", nameof(RolledOverTime));

    [Theory]
    [InlineData("[n · time, classes]"), InlineData("[n, classes, time]"), InlineData("[n, 12, 12]"), InlineData("[time, n]")]
    public void Time_is_found_wherever_it_is(string layout)
    {
        var check = layout == "[time, n]" ? new TimeIsCausal(timeDimension: 0) : Check;
        Setup Laid(Func<Reader> model) => Reader.Setup(() => new Laid(model(), layout)) with
        {
            Batch = () => layout switch
            {
                "[n, 12, 12]" => (randint(1, 12, [6, 12], dtype: ScalarType.Int64), randint(1, 12, [6, 12], dtype: ScalarType.Int64)),
                "[time, n]" => (randint(1, 12, [8, 6], dtype: ScalarType.Int64), randint(1, 12, [8, 6], dtype: ScalarType.Int64)),
                _ => SampleData.Sentences(16, padding: 0, ignored: -100),
            },
        };
        Laid(() => new Recurrent()).MustSatisfy(check);
        Assert.Contains("bidirectional", Laid(() => new Recurrent(bidirectional: true)).Judge(check).Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Contains("off by one", Laid(() => new HidesOneTooFew()).Judge(check).Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public void Numbers_are_replaced_as_tokens_are(bool bidirectional)
    {
        Setup setup = new() { Model = () => new Forecast(bidirectional), Batch = () => (randn(6, 9, 4), randn(6, 9, 2)) };
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(bidirectional ? Outcome.Broken : Outcome.Holds);
        if (bidirectional) Assert.Contains("changes with input 2", verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dimension_that_cannot_be_told_is_asked_for()
    {
        Setup setup = new() { Model = () => Conv1d(4, 4, 3, padding: 1), Batch = () => (randn(6, 4, 9), randn(6, 4, 9)) };
        Assert.Contains("the dimension that counts time", setup.Judge(Check).Reason, StringComparison.Ordinal);
        Assert.Equal(Outcome.Broken, setup.Judge(new TimeIsCausal(timeDimension: 2)).Outcome);
    }

    [Fact]
    public void An_encoder_may_see_all_where_the_decoder_may_not()
    {
        Setup setup = new()
        {
            Model = () => new Translator(),
            Batch = () => ((randint(1, 12, [6, 8], dtype: ScalarType.Int64), randint(1, 12, [6, 8], dtype: ScalarType.Int64)), randint(1, 12, [6, 8], dtype: ScalarType.Int64)),
        };
        setup.MustSatisfy(new TimeIsCausal(input: 1));
        Assert.Equal(Outcome.Broken, setup.Judge(Check).Outcome);
    }

    [Fact]
    public void A_head_that_starts_at_zero_is_opened_by_two_steps()
    {
        Setup setup = SoundSetups.LstmLanguageModel with { Model = ZeroHead };
        Assert.Contains("after 2 training steps", Assert.Single(setup.MustSatisfy(Check).Findings.Notes), StringComparison.Ordinal);
        Assert.Equal(Outcome.Inconclusive, (setup with { Optimizer = null }).Judge(Check).Outcome);
    }

    [Fact]
    public void Noise_in_evaluation_is_no_leak()
    {
        Verdict verdict = Reader.Setup(() => new NoisyReader()).Judge(Check);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("two passes of the same tokens differ", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_of_two_are_too_short() =>
        Assert.Contains("at least 3 positions; these have 2", (SoundSetups.LstmLanguageModel with { Batch = () => (randint(1, 12, [6, 2], dtype: ScalarType.Int64), randint(1, 12, [6, 2], dtype: ScalarType.Int64)) }).Judge(Check).Reason, StringComparison.Ordinal);

    [Fact]
    public void Numbers_below_zero_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeIsCausal(timeDimension: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeIsCausal(input: -1));
    }

    private static LstmLanguageModel ZeroHead()
    {
        var model = new LstmLanguageModel();
        using IDisposable grad = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
            if (name.StartsWith("head", StringComparison.Ordinal)) parameter.zero_();
        return model;
    }

    private static Verdict Broken(Func<Reader> model, string because, string module, string? rule = null)
    {
        Verdict verdict = Reader.Setup(model).Judge(Check);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }

    private sealed class Laid : Module<Tensor, Tensor>
    {
        private readonly Reader reader;
        private readonly string layout;

        public Laid(Reader reader, string layout) : base("laid")
        {
            (this.reader, this.layout) = (reader, layout);
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens)
        {
            Tensor output = reader.call(layout == "[time, n]" ? tokens.transpose(0, 1) : tokens);
            return layout switch
            {
                "[n · time, classes]" => output.reshape(-1, 12),
                "[n, classes, time]" => output.transpose(1, 2),
                "[time, n]" => output.transpose(0, 1),
                _ => output,
            };
        }
    }

    private sealed class Forecast : Module<Tensor, Tensor>
    {
        private readonly GRU recurrent;
        private readonly Linear head;

        public Forecast(bool bidirectional) : base(nameof(Forecast))
        {
            recurrent = GRU(4, 8, batchFirst: true, bidirectional: bidirectional);
            head = Linear(bidirectional ? 16 : 8, 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => head.call(recurrent.call(x).Item1);
    }

    private sealed class Translator : Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding source = Embedding(12, 8), target = Embedding(12, 8);
        private readonly GRU decoder = GRU(8, 8, batchFirst: true);
        private readonly Linear head = Linear(8, 12);

        public Translator() : base(nameof(Translator)) => RegisterComponents();

        public override Tensor forward(Tensor from, Tensor to) => head.call(decoder.call(target.call(to) + source.call(from).mean([1L], keepdim: true)).Item1);
    }
}
