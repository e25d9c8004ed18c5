using TrainingGuards.Checks.Dynamics;
using TrainingGuards.Tests.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace TrainingGuards.Tests.Checks.Dynamics;

public sealed class LearningRateLastsThroughTests
{
    // 480 examples in batches of 32: 15 steps an epoch.
    private static readonly LearningRateLastsThrough SeventyEpochs = new(epochs: 70);

    public static TheoryData<string, int> Sound => SoundSetups.EverySeed;

    [Theory]
    [MemberData(nameof(Sound))]
    public void Holds_on_sound_setups(string name, int seed) =>
        SoundSetups.Of(name, seed).Judge(new LearningRateLastsThrough(totalSteps: 200)).MustBe(name == nameof(SoundSetups.ResidualNet) ? Outcome.Holds : Outcome.NotApplicable);

    public static TheoryData<string> SoundSchedules => [.. Schedules.Keys];

    private static readonly Dictionary<string, (Func<Optimizer, LRScheduler> Make, ScheduleUnit Unit)> Schedules = new()
    {
        ["cosine in steps"] = (optimizer => CosineAnnealingLR(optimizer, 1050), ScheduleUnit.Batch),
        ["cosine in epochs"] = (optimizer => CosineAnnealingLR(optimizer, 70), ScheduleUnit.Epoch),
        ["one cycle"] = (optimizer => OneCycleLR(optimizer, 0.01, total_steps: 1050), ScheduleUnit.Batch),
        ["three steps down"] = (optimizer => MultiStepLR(optimizer, [21, 42, 63], 0.1), ScheduleUnit.Epoch),
        ["a step down every third"] = (optimizer => StepLR(optimizer, 24, 0.1), ScheduleUnit.Epoch),
        ["exponential"] = (optimizer => ExponentialLR(optimizer, 0.95), ScheduleUnit.Epoch),
        ["cycles"] = (optimizer => CyclicLR(optimizer, 1e-6, 1e-2, 40, cycle_momentum: false), ScheduleUnit.Batch),
        ["Noam"] = (optimizer => LambdaLR(optimizer, step => Math.Min(1 / Math.Sqrt(step + 1), (step + 1) * Math.Pow(50, -1.5))), ScheduleUnit.Batch),
        ["linear to zero with warm-up"] = (optimizer => LambdaLR(optimizer, step => step < 50 ? step / 50.0 : (1050 - step) / 1000.0), ScheduleUnit.Batch),
        ["warm restarts"] = (optimizer => LambdaLR(optimizer, step => 0.5 * (1 + Math.Cos(Math.PI * (step % 105) / 105))), ScheduleUnit.Batch),
        ["constant by choice"] = (optimizer => LambdaLR(optimizer, _ => 1), ScheduleUnit.Batch),
        ["polynomial"] = (optimizer => PolynomialLR(optimizer, 1050, 2), ScheduleUnit.Batch),
    };

    [Theory]
    [MemberData(nameof(SoundSchedules))]
    public void Schedules_as_long_as_training_hold(string name)
    {
        Verdict verdict = With(Schedules[name].Make, Schedules[name].Unit).MustSatisfy(SeventyEpochs);
        Assert.Equal(0, verdict.Cost.StepEquivalents);
    }

    [Fact]
    public void A_cosine_counted_in_epochs_and_stepped_once_a_batch_goes_up_and_down() => Broken(
        CosineInEpochs, "TG8003", "the learning rate falls below 1 % of its peak at step 67 of 1050, at 6.29 % of training and climbs back 7 times: CosineAnnealingLR is stepped 1050 times and has a length like the 70 epochs");

    [Fact]
    public void Steps_down_counted_in_epochs_and_taken_once_a_batch() => Broken(
        With(optimizer => StepLR(optimizer, 20, 0.1)), "TG8003", "the learning rate falls below 1 % of its peak at step 61 of 1050", "StepLR is stepped 1050 times and has a length like the 70 epochs");

    [Fact]
    public void A_rate_that_dies_early_in_its_own_steps() => Broken(
        With(optimizer => ExponentialLR(optimizer, 0.9), ScheduleUnit.Epoch), "TG8003", "the learning rate falls below 1 % of its peak at epoch 45 of 70", new LearningRateLastsThrough(epochs: 70, lasts: 0.8));

    [Fact]
    public void A_cycle_counted_in_batches_and_stepped_once_an_epoch_never_leaves_its_warm_up() => Broken(
        With(optimizer => OneCycleLR(optimizer, 0.01, total_steps: 1050), ScheduleUnit.Epoch), "TG8003", "the learning rate still rises at epoch 7", "OneCycleLR counts more epochs than there are");

    [Fact]
    public void A_schedule_that_begins_after_the_end() => Broken(
        With(optimizer => StepLR(optimizer, 100), ScheduleUnit.Epoch), "TG8003", "StepLR first changes the rate at epoch 101, and training ends at epoch 70");

    [Fact]
    public void A_division_of_integers_is_a_rate_of_zero() => Broken(
        With(optimizer => LambdaLR(optimizer, step => step / 2000)), rule: null, "the learning rate is 0 in all 1050 steps of LambdaLR");

    [Fact]
    public void A_step_that_gives_the_scheduler_a_number_stands_still() => Broken(
        Own(step => step.Schedulers[0].step(1)), "TG8004", "Step steps the scheduler twice to the same place");

    [Fact]
    public void A_step_that_steps_the_scheduler_is_followed()
    {
        Setup setup = Own(step => step.Schedulers[0].step()) with { ScheduledBy = ScheduleUnit.Epoch };
        Verdict verdict = setup.MustSatisfy(SeventyEpochs);
        Assert.Equal(new Cost(0, 0, 2), verdict.Cost);
        Assert.Contains(verdict.Findings.Notes, note => note.StartsWith("ScheduledBy is Epoch", StringComparison.Ordinal));
    }

    [Fact]
    public void A_step_without_the_scheduler_leaves_it_to_the_loop() =>
        Assert.Contains(Own(_ => { }).MustSatisfy(SeventyEpochs).Findings.Notes, note => note.StartsWith("Step does not step the scheduler: the dry run does it once a step", StringComparison.Ordinal));

    [Fact]
    public void A_scheduler_before_the_optimizer_is_noted()
    {
        Setup setup = Own(step => { }) with
        {
            Step = step =>
            {
                step.Schedulers[0].step();
                return Descend(step);
            },
        };
        Assert.Contains(setup.MustSatisfy(SeventyEpochs).Findings.Notes, note => note.EndsWith("(TG8002)", StringComparison.Ordinal));
    }

    [Fact]
    public void The_setup_says_how_long_training_is()
    {
        Verdict verdict = (CosineInEpochs with { Epochs = 70 }).Judge(new LearningRateLastsThrough());
        Assert.Equal(CosineInEpochs.Judge(SeventyEpochs).Findings.Causes[0], verdict.Findings.Causes[0]);
    }

    [Fact]
    public void What_waits_for_a_metric_and_what_is_not_said_does_not_apply()
    {
        Assert.Contains("goes by a metric", With(optimizer => ReduceLROnPlateau(optimizer)).Judge(SeventyEpochs).Reason, StringComparison.Ordinal);
        Assert.Contains("how long training is, is not said", CosineInEpochs.Judge(new LearningRateLastsThrough()).Reason, StringComparison.Ordinal);
        Assert.Contains("gives no Training", (SoundSetups.Classifier with { Scheduler = CosineInEpochs.Scheduler }).Judge(SeventyEpochs).Reason, StringComparison.Ordinal);
        Assert.Contains("no Scheduler", SoundSetups.Classifier.Judge(SeventyEpochs).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_group_is_named()
    {
        Setup setup = SoundSetups.Classifier with
        {
            Optimizer = null,
            Optimizers = model => [SGD(model.parameters().Take(2), 0.1), SGD(model.parameters().Skip(2), 0.2)],
            Scheduler = optimizer => optimizer.ParamGroups.First().LearningRate > 0.15 ? StepLR(optimizer, 2) : StepLR(optimizer, 90),
        };
        Assert.Equal("in parameter group 0 of optimizer 1", setup.Judge(new LearningRateLastsThrough(totalSteps: 200)).Findings.Claims[1].Worst.Culprit);
    }

    [Fact]
    public void The_monitor_tells_of_it_while_training_goes_on()
    {
        var warnings = new List<MonitorWarning>();
        Verdict verdict = Train(1000, optimizer => StepLR(optimizer, 20), warnings, stepped: true);
        Assert.Equal(Outcome.Broken, verdict.Outcome);
        Assert.InRange(Assert.Single(warnings).FirstStep, 61, 120);
    }

    [Fact]
    public void The_monitor_sees_that_nobody_steps_it()
    {
        Verdict verdict = Train(100, optimizer => StepLR(optimizer, 20), [], stepped: false);
        Assert.Equal("TG8001", Assert.Single(verdict.Findings.Causes).Rule);
        Assert.Equal(Outcome.Holds, Train(100, optimizer => LambdaLR(optimizer, _ => 1), [], stepped: false).Outcome);
    }

    [Fact]
    public void The_monitor_is_content_with_a_schedule_to_the_end_and_waits_for_it()
    {
        Assert.Equal(Outcome.Holds, Train(300, optimizer => CosineAnnealingLR(optimizer, 300), [], stepped: true).Outcome);
        Assert.Equal("it needs training to its end; there were 100 of 300 steps", Train(100, optimizer => CosineAnnealingLR(optimizer, 300), [], stepped: true, total: 300).Reason);
    }

    internal static Setup CosineInEpochs => With(optimizer => CosineAnnealingLR(optimizer, T_max: 70));

    private static Setup With(Func<Optimizer, LRScheduler> scheduler, ScheduleUnit unit = ScheduleUnit.Batch) => SoundExamples.Classifier() with { Scheduler = scheduler, ScheduledBy = unit };

    private static Setup Own(Action<TrainingStep> schedule) => With(optimizer => CosineAnnealingLR(optimizer, 1050)) with
    {
        Step = step =>
        {
            double loss = Descend(step);
            schedule(step);
            return loss;
        },
    };

    private static double Descend(TrainingStep step)
    {
        step.Optimizer.zero_grad();
        Tensor loss = nn.functional.cross_entropy(((nn.Module<Tensor, Tensor>)step.Model).call(step.Batch.Inputs), step.Batch.Targets);
        loss.backward();
        step.Optimizer.step();
        return loss.ToDouble();
    }

    private static Verdict Train(int steps, Func<Optimizer, LRScheduler> make, List<MonitorWarning> warnings, bool stepped, long? total = null)
    {
        using var model = nn.Linear(1, 1);
        using var optimizer = SGD(model.parameters(), 0.1);
        LRScheduler scheduler = make(optimizer);
        using var monitor = new TrainingMonitor(model, optimizer, scheduler, new() { Checks = [new LearningRateLastsThrough()], Warned = warnings.Add, TotalSteps = total ?? steps });
        for (int step = 0; step < steps; step++)
        {
            monitor.Step(1.0);
            optimizer.step();
            if (stepped) scheduler.step();
        }
        return Assert.Single(monitor.Verdicts());
    }

    private static void Broken(Setup setup, string? rule, string evidence, LearningRateLastsThrough check) => Broken(setup.Judge(check), rule, evidence);

    private static void Broken(Setup setup, string? rule, params string[] evidence) => Broken(setup.Judge(SeventyEpochs), rule, evidence);

    private static void Broken(Verdict verdict, string? rule, params string[] evidence)
    {
        verdict.MustBe(Outcome.Broken);
        foreach (string part in evidence) Assert.Contains(part, verdict.Findings.Causes[0].Evidence, StringComparison.Ordinal);
        Assert.Equal(rule, verdict.Findings.Causes[0].Rule);
    }
}
