using TorchSharp.Modules;
using TrainingGuards.Checks.Wiring;
using TrainingGuards.Tests.Checks.Wiring.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Wiring;

public sealed class FrozenStaysFrozenTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups_with_a_frozen_layer(string name, int seed)
    {
        Setup setup = SoundSetups.Of(name, seed);
        Verdict verdict = (setup with
        {
            Model = () =>
            {
                nn.Module model = setup.Model!();
                foreach (Parameter parameter in model.parameters().Take(2)) parameter.requires_grad = false;
                return model;
            },
        }).MustSatisfy(new FrozenStaysFrozen());
        Assert.Equal(new Cost(0, 0, 5), verdict.Cost);
        Assert.Equal(2, verdict.Findings.Claims[0].Readings.Count);
        Assert.Empty(verdict.Findings.Notes);
        Assert.Equal(name == nameof(SoundSetups.FineTuned) ? Outcome.Holds : Outcome.NotApplicable, setup.Judge(new FrozenStaysFrozen()).Outcome);
    }

    [Fact]
    public void A_teacher_follows_as_it_is_declared()
    {
        foreach (double decay in new[] { 0.5, 0.9, 0.999 })
        {
            Verdict verdict = Distilled.Setup(decay).MustSatisfy(new FrozenStaysFrozen(averages: string.Create(System.Globalization.CultureInfo.InvariantCulture, $"teacher: {decay} student")));
            Assert.Equal(["teacher.bias", "teacher.weight"], verdict.Findings.Claims[0].Readings.Select(reading => reading.Culprit).Order(StringComparer.Ordinal));
        }
        Assert.Equal(Outcome.Broken, Distilled.Setup(0.9).Judge(new FrozenStaysFrozen()).Outcome);
    }

    [Theory]
    [InlineData(0.1, false, null, "follows `student` with a decay of 0.1 where 0.9 is declared: the two weights have changed places")]
    [InlineData(0.8, false, null, "follows `student` with a decay of 0.8 where 0.9 is declared")]
    [InlineData(1.0, false, 0.0, "does not follow `student` at all")]
    [InlineData(0.9, true, null, "follows `student` as it was before the update (decay 0.9)")]
    [InlineData(0.9, false, 0.2, "is no average of itself and `student`")]
    public void A_teacher_that_follows_otherwise_is_told_how(double own, bool early, double? rest, string evidence)
    {
        Verdict verdict = Distilled.Setup(own, early, rest).Judge(new FrozenStaysFrozen(averages: "teacher: 0.9 student"));
        verdict.MustBe(Outcome.Broken);
        Assert.Contains(evidence, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_declaration_that_cannot_be_read_or_found_is_refused()
    {
        Assert.Contains("'teacher 0.9' is no moving average. Write 'teacher: 0.99 encoder'", Assert.Throws<ArgumentException>(() => new FrozenStaysFrozen(averages: "teacher 0.9")).Message, StringComparison.Ordinal);
        Assert.Contains("nothing at `tutor`", Assert.Throws<SetupException>(() => Distilled.Setup(0.9).Judge(new FrozenStaysFrozen(averages: "tutor: 0.9 student"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weight_decay_moves_a_frozen_weight_whose_gradient_is_zeros()
    {
        Verdict verdict = Broken(Thawed.Setup(optimizer: parameters => optim.AdamW(parameters, lr: 1e-2, weight_decay: 0.1), warm: true), "the optimizer's step moves `pretrained.weight`, `pretrained.bias` and `norm.weight` straight towards 0, by weight decay: the gradient is zeros and not null", "pretrained.weight");
        Assert.Equal(["norm.weight", "pretrained.bias", "pretrained.weight"], Outside(verdict).Order(StringComparer.Ordinal));
        Assert.StartsWith("Thawed.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
        Broken(Thawed.Setup(optimizer: parameters => optim.SGD(parameters, learningRate: 1e-2, weight_decay: 0.1), warm: true), "by weight decay", "pretrained.weight");
    }

    [Fact]
    public void Momentum_moves_what_was_frozen_after_a_step() =>
        Broken(Thawed.Setup(optimizer: parameters => optim.SGD(parameters, learningRate: 1e-2, momentum: 0.9), stepped: true), "not straight towards 0, by momentum or by a gradient", "pretrained.weight");

    [Fact]
    public void Without_decay_zeros_move_nothing() => Thawed.Setup(warm: true).MustSatisfy(new FrozenStaysFrozen());

    [Fact]
    public void Decay_passes_over_what_has_no_gradient() =>
        Thawed.Setup(optimizer: parameters => optim.AdamW(parameters, lr: 1e-2, weight_decay: 0.1)).MustSatisfy(new FrozenStaysFrozen());

    [Fact]
    public void A_write_in_forward_is_found_on_its_line()
    {
        Verdict verdict = Broken(Thawed.Setup(Thawed.By.Write), "`pretrained.weight` changed before the optimizer's step: mul_ in the forward pass writes it", "pretrained.weight");
        Assert.Equal(SourceLine.Of("../Checks/Wiring/Saboteurs/Thawed.cs", "writes"), $"../Checks/Wiring/Saboteurs/{verdict.Findings.Where!.Source}");
        Assert.Equal(["pretrained.weight"], Outside(verdict));
    }

    [Fact]
    public void A_write_that_begins_later_is_seen_too() =>
        Broken(Thawed.Setup(Thawed.By.LateWrite), "`pretrained.weight` changed in a later step than the first", "pretrained.weight");

    [Fact]
    public void A_buffer_that_forward_updates_is_found_unless_it_is_declared()
    {
        Verdict verdict = Broken(Thawed.Setup(Thawed.By.Buffer), "buffer `scale` changed before the optimizer's step", "scale");
        Assert.Equal(["scale"], Outside(verdict));
        Verdict declared = Thawed.Setup(Thawed.By.Buffer).MustSatisfy(new FrozenStaysFrozen(moving: "scale"));
        Assert.DoesNotContain(declared.Findings.Claims[0].Readings, reading => reading.Culprit == "scale");
        Assert.Equal("FrozenStaysFrozen(moving: scale)", declared.Check.ToString());
    }

    [Fact]
    public void Unfreezing_in_forward_is_found()
    {
        Verdict verdict = Broken(Thawed.Setup(Thawed.By.Unfreezing), "`pretrained.bias` requires a gradient after training and did not before: set_requires_grad unfreezes it", "pretrained.bias");
        Assert.Equal(SourceLine.Of("../Checks/Wiring/Saboteurs/Thawed.cs", "unfreezes"), $"../Checks/Wiring/Saboteurs/{verdict.Findings.Where!.Source}");
    }

    [Fact]
    public void Statistics_that_adapt_beside_frozen_weights_are_noted()
    {
        string note = Assert.Single(Thawed.Setup().MustSatisfy(new FrozenStaysFrozen()).Findings.Notes);
        Assert.StartsWith("`norm.running_mean`, `norm.running_var` and `norm.num_batches_tracked` move though the weights beside them are frozen", note, StringComparison.Ordinal);
        Assert.Empty((SoundSetups.Classifier with { Model = () => new FrozenStatistics(), Evaluate = null }).MustSatisfy(new FrozenStaysFrozen()).Findings.Notes);
    }

    [Fact]
    public void Training_that_moves_nothing_proves_nothing() =>
        Assert.Equal(Outcome.Inconclusive, Thawed.Setup(optimizer: parameters => new SkippedStep(parameters)).Judge(new FrozenStaysFrozen()).Outcome);

    [Fact]
    public void What_is_declared_must_be_there()
    {
        SetupException refused = Assert.Throws<SetupException>(() => Thawed.Setup().Judge(new FrozenStaysFrozen(moving: "scale, scael")));
        Assert.Contains("`scael` as moving", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrozenStaysFrozen(steps: 0));
    }

    private static string[] Outside(Verdict verdict) => [.. verdict.Findings.Claims
        .SelectMany(claim => claim.Readings.Where(reading => !claim.Expected.Contains(reading.Value)))
        .Select(reading => reading.Culprit)
        .Distinct()];

    private static Verdict Broken(Setup setup, string because, string module)
    {
        Verdict verdict = setup.Judge(new FrozenStaysFrozen());
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(module, verdict.Findings.Where?.Module);
        return verdict;
    }
}
