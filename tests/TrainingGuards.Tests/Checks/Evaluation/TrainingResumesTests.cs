using TrainingGuards.Checks.Evaluation;
using TrainingGuards.Tests.Checks.Evaluation.Saboteurs;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;

namespace TrainingGuards.Tests.Checks.Evaluation;

public sealed class TrainingResumesTests
{
    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed)
    {
        Verdict verdict = SoundSetups.Of(name, seed).MustSatisfy(Stored());
        Assert.Equal(new Cost(0, 0, 15), verdict.Cost);
        Assert.StartsWith("load does not put back the state of torch's generator", Assert.Single(verdict.Findings.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Holds_with_a_schedule_that_is_stored() => TrainingFiles.Scheduled.MustSatisfy(Stored());

    [Fact]
    public void A_generator_that_is_stored_is_not_noted()
    {
        Tensor? generator = null;
        Verdict verdict = SoundSetups.ConvNet.MustSatisfy(new TrainingResumes(
            (state, path) =>
            {
                TrainingFiles.Save(state, path);
                generator = get_rng_state().DetachFromDisposeScope();
            },
            (state, path) =>
            {
                TrainingFiles.Load(state, path);
                set_rng_state(generator!);
            }));
        Assert.Empty(verdict.Findings.Notes);
    }

    [Fact]
    public void An_optimizer_that_is_not_stored_is_found() => Broken(
        SoundSetups.Classifier, "AdamW remembers something else than when it was saved, for 4 of 4 parameters", TrainingFiles.LoadWithoutOptimizer);

    [Fact]
    public void Momentum_that_is_not_stored_is_found() => Broken(
        SoundSetups.ConvNet, "SGD remembers something else than when it was saved", TrainingFiles.LoadWithoutOptimizer);

    [Fact]
    public void One_of_two_optimizers_is_found_by_its_number() => Broken(
        SoundSetups.MultiLabel, "AdamW (optimizer 0) remembers something else", TrainingFiles.LoadWithoutOptimizer);

    [Fact]
    public void A_schedule_that_begins_anew_is_found_by_its_rates() => Broken(
        TrainingFiles.Scheduled, "without interruption ", TrainingFiles.LoadWithoutSchedule);

    [Fact]
    public void A_schedule_that_is_stepped_after_the_optimizer_is_loaded_is_found() => Broken(
        TrainingFiles.Scheduled, "the learning rate is ", TrainingFiles.LoadScheduleLast);

    [Fact]
    public void A_model_that_is_not_loaded_is_found() => Broken(
        SoundSetups.Classifier, "after loading, `hidden.weight`, `hidden.bias` and 2 more are not what was saved", TrainingFiles.LoadWithoutModel, "TG7002");

    [Fact]
    public void A_counter_of_the_step_is_told_apart()
    {
        int calls = 0;
        Setup setup = SoundSetups.Classifier with
        {
            Device = CPU,
            Step = step =>
            {
                step.Optimizer.zero_grad();
                Tensor loss = nn.functional.cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets) * (1 + (0.1 * calls++));
                loss.backward();
                step.Optimizer.step();
                return loss.ToDouble();
            },
        };
        Broken(setup, "something else goes on from step to step", TrainingFiles.Load, rule: null);
    }

    [Fact]
    public void Plain_gradient_descent_has_nothing_to_forget() =>
        (SoundSetups.Classifier with { Optimizer = parameters => optim.SGD(parameters, learningRate: 0.1) }).MustSatisfy(new TrainingResumes(TrainingFiles.Save, TrainingFiles.LoadWithoutOptimizer));

    [Fact]
    public void Both_delegates_are_needed()
    {
        Assert.Throws<ArgumentNullException>(() => new TrainingResumes(null!, TrainingFiles.Load));
        Assert.Throws<ArgumentNullException>(() => new TrainingResumes(TrainingFiles.Save, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingResumes(TrainingFiles.Save, TrainingFiles.Load, 0));
    }

    private static TrainingResumes Stored() => new(TrainingFiles.Save, TrainingFiles.Load);

    private static void Broken(Setup setup, string because, Action<TrainingState, string> load, string? rule = "TG7004")
    {
        Verdict verdict = setup.Judge(new TrainingResumes(TrainingFiles.Save, load));
        verdict.MustBe(Outcome.Broken);
        Assert.True(verdict.Findings.Causes[0].Evidence.Contains(because, StringComparison.Ordinal), verdict.ToString());
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
        Assert.StartsWith("TrainingFiles.cs:", verdict.Findings.Where!.Source, StringComparison.Ordinal);
    }
}
