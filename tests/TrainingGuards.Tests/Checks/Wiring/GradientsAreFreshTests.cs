using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class GradientsAreFreshTests
{
    private static readonly GradientsAreFresh Check = new();

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).Judge(Check);
        verdict.MustBe(SoundSetups.Of(name, seed).Step is null ? Outcome.NotApplicable : Outcome.Holds);
        if (verdict.Outcome == Outcome.Holds) Assert.Equal(new Cost(0, 0, 4), verdict.Cost);
    }

    [Fact]
    public void Gradients_are_zeroed_at_the_beginning_or_at_the_end()
    {
        Assert.Empty(OwnStep.Sound.MustSatisfy(Check).Findings.Notes);
        Assert.Equal(["a step leaves no gradients behind"], OwnStep.ZeroesAtTheEnd.MustSatisfy(Check).Findings.Notes);
        foreach (Setup setup in new[] { OwnStep.Accumulates(2, 2), OwnStep.Accumulates(3, 1, clip: 0.1) }) setup.MustSatisfy(Check);
    }

    [Fact]
    public void A_step_that_never_zeroes_adds_up()
    {
        Verdict verdict = Broken(OwnStep.NeverZeroes, "100 % of what is left in the gradients of `MlpClassifier` is in the next update: zero_grad() is not called between steps", "TG1001");
        Assert.All(verdict.Findings.Claims[0].Readings, reading => Assert.Equal(1, reading.Value, 1e-3));
        Assert.StartsWith("OwnStep.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void Clipping_does_not_hide_it()
    {
        Verdict verdict = Broken(OwnStep.NeverZeroesAndClips, "is in the next update: zero_grad() is not called between steps", "TG1001");
        Assert.InRange(verdict.Findings.Claims[0].Worst.Value, 0.01, 1);
    }

    [Fact]
    public void A_step_before_backward_uses_the_last_ones_gradients() =>
        Broken(OwnStep.StepsBeforeBackward, "uses exactly what the last step left, and nothing of its own: step() comes before backward()", "TG1002");

    [Fact]
    public void What_one_of_two_optimizers_zeroes_is_told_from_what_none_does()
    {
        Verdict verdict = Broken(OwnStep.ZeroesOneOfTwo, "100 % of what is left in the gradients of `head` is in the next update; those of the others are zeroed", "TG1001");
        Assert.Equal(["in head.bias", "in head.weight"], verdict.Findings.Claims[0].Readings.Where(reading => reading.Value != 0).Select(reading => reading.Culprit).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Dropout_that_differs_each_time_is_known_by_a_repeat()
    {
        var random = new Random(0);
        Setup Noisy(Func<TrainingStep, double> step) => OwnStep.With(step) with { Model = () => new Noise(random) };
        foreach (Setup sound in new[] { OwnStep.Sound, OwnStep.Accumulates(2, 2) })
            Assert.NotEqual(Outcome.Broken, Noisy(sound.Step!).Judge(Check).Outcome);
    }

    [Fact]
    public void An_optimizer_of_another_place_is_not_seen()
    {
        Setup setup = OwnStep.With(step => ((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs).sum().ToDouble());
        Assert.Contains("a Step that updates by the optimizers it is given", setup.Judge(Check).Reason, StringComparison.Ordinal);
    }

    private static Verdict Broken(Setup setup, string evidence, string rule)
    {
        Verdict verdict = setup.Judge(Check);
        verdict.MustBe(Outcome.Broken);
        Assert.Contains(evidence, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        return verdict;
    }

    /// <summary>Adds a little noise that torch's generator does not know of.</summary>
    private sealed class Noise : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear layer = nn.Linear(8, 4);
        private readonly Random _random;

        public Noise(Random random) : base(nameof(Noise))
        {
            _random = random;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => layer.call(x * (1 + (1e-3 * _random.NextDouble())));
    }
}
