using TrainingGuards.Analyzers.Schedule;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Schedule;

public sealed class SchedulerArgumentMisreadTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        using static TorchSharp.torch.optim.lr_scheduler;
        var model = nn.Linear(4, 1);
        var optimizer = SGD(model.parameters(), 0.1);
        double loss = 0.5;

        """;

    [Theory]
    [InlineData("var decay = StepLR(optimizer, 1, 0.2, [|last_epoch: 5|]);",
        "'decay' goes on after epoch 5, but 'optimizer' has just been made, so the schedule starts in its middle. Leave 'last_epoch' out.")]
    [InlineData("var decay = StepLR(optimizer, 1); decay.step([|loss|]);",
        "'decay' takes 'loss' for a metric, which StepLR ignores. Call 'decay.step()', or make it by ReduceLROnPlateau.")]
    [InlineData("var decay = StepLR(optimizer, 1); foreach (var epoch in args) decay.step([|1|]);",
        "'decay' is set to epoch 1 in every round, so the learning rate stands still. Call 'decay.step()'.")]
    [InlineData("var decay = StepLR(optimizer, 1); foreach (var epoch in args) { int right = model.call(rand(1, 4)).gt(0).sum().to(int32).item<int>(); decay.step([|right|]); }",
        "'decay' takes 'right', a number out of a tensor, for the number of an epoch. Call 'decay.step()', or give a metric as a double.")]
    [InlineData("var plateau = ReduceLROnPlateau(optimizer); foreach (var epoch in args) [|plateau.step()|];",
        "'plateau' looks at a metric, and throws where there is none. Call 'plateau.step(metric)' with a double.")]
    [InlineData("var plateau = ReduceLROnPlateau(optimizer); int errors = 3; foreach (var epoch in args) [|plateau.step(errors)|];",
        "'plateau' looks at a metric, takes the int 'errors' for the number of an epoch, and throws. Call 'plateau.step(metric)' with a double.")]
    public Task The_message_says_what_the_argument_is_taken_for(string code, string message) => Verify<SchedulerArgumentMisread>.Flags(Start + code, message);

    [Fact]
    public Task A_step_points_to_how_the_scheduler_was_made() => Verify<SchedulerArgumentMisread>.Points(
        Start + "var decay = StepLR(optimizer, 1); decay.step([|loss|]);", "StepLR(optimizer, 1)");

    [Theory]
    [InlineData("var decay = new impl.ExponentialLR(optimizer, 0.9, [|0|]);")]
    [InlineData("const int last = 15; var warmup = LinearLR(optimizer); var decay = CosineAnnealingLR(optimizer, 20, [|last_epoch: last|]);")]
    [InlineData("var dataloader = Downloads(); var decay = StepLR(optimizer, 1, [|last_epoch: 5|]); int Downloads() => 3;")]
    [InlineData("var decay = StepLR(Adam(model.parameters()), 1, [|last_epoch: 3|]);")]
    [InlineData("void Fit(nn.Module m) { using var adam = Adam(m.parameters()); var decay = StepLR(adam, 1, [|last_epoch: 3|]); adam.step(); } Fit(model);")]
    [InlineData("new Trainer(model); class Trainer { readonly Optimizer o; readonly LRScheduler s; public Trainer(nn.Module m) { o = Adam(m.parameters()); s = StepLR(o, 1, [|last_epoch: 9|]); } }")]
    public Task A_new_optimizer_with_a_past_is_flagged(string code) => Verify<SchedulerArgumentMisread>.Flags(Start + code);

    [Theory]
    [InlineData("var decay = StepLR(optimizer, 1, last_epoch: -1);")]
    [InlineData("var decay = StepLR(optimizer, 1, last_epoch: args.Length);")]
    [InlineData("optimizer.step(); var decay = StepLR(optimizer, 1, last_epoch: 5);")]
    [InlineData("optimizer.load_state_dict(\"optimizer.dat\"); var decay = StepLR(optimizer, 1, last_epoch: 5);")]
    [InlineData("model.load(\"model.dat\"); var decay = StepLR(optimizer, 1, last_epoch: 5);")]
    [InlineData("Reload(); var decay = StepLR(optimizer, 1, last_epoch: 5); void Reload() { }")]
    [InlineData("ResumeRun(); var decay = StepLR(optimizer, 1, last_epoch: 5); void ResumeRun() { }")]
    [InlineData("void Fit(Optimizer o) { var decay = StepLR(o, 1, last_epoch: 5); } Fit(optimizer);")]
    [InlineData("foreach (var group in optimizer.ParamGroups) group.LearningRate = 0.01; var decay = StepLR(optimizer, 1, last_epoch: 5);")]
    [InlineData("new Own(optimizer, 5); class Own(Optimizer o, int last_epoch) : LRScheduler(o, last_epoch);")]
    public Task A_run_that_goes_on_is_silent(string code) => Verify<SchedulerArgumentMisread>.Silent(Start + code);

    [Theory]
    [InlineData("LRScheduler decay = new impl.StepLR(optimizer, 1); for (long epoch = 0; epoch < 9; epoch++) decay.step([|epoch|]);")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, 10); for (int i = 0; i < 50; i++) decay.step([|i / 5.0|]);")]
    [InlineData("void Rest(impl.StepLR s) => s.step([|loss|]); Rest(new impl.StepLR(optimizer, 1));")]
    [InlineData("var either = loss > 1 ? StepLR(optimizer, 1) : ExponentialLR(optimizer); either.step([|loss|], 3);")]
    [InlineData("new Trainer(optimizer).Rest(1.0); class Trainer(Optimizer o) { readonly LRScheduler s = StepLR(o, 1); public void Rest(double validation) => s.step([|current: validation|]); }")]
    public Task A_metric_that_is_ignored_is_flagged(string code) => Verify<SchedulerArgumentMisread>.Flags(Start + code);

    [Theory]
    [InlineData("var decay = StepLR(optimizer, 1); foreach (var epoch in args) Rest(); void Rest() => decay.step([|0|]);")]
    [InlineData("var plateau = new impl.ReduceLROnPlateau(optimizer); while (true) [|plateau.step()|];")]
    [InlineData("var plateau = ReduceLROnPlateau(optimizer); Fit(plateau); static void Fit(LRScheduler s) { for (int epoch = 0; epoch < 9; epoch++) [|s.step(epoch)|]; }")]
    [InlineData("var decay = StepLR(optimizer, 1); while (true) { var error = model.call(rand(1, 4)).sum(); decay.step([|(int)(error.item<float>() * 100)|]); }")]
    public Task An_int_that_is_no_epoch_is_flagged(string code) => Verify<SchedulerArgumentMisread>.Flags(Start + code);

    [Theory]
    [InlineData("var decay = StepLR(optimizer, 1); for (int epoch = 0; epoch < 9; epoch++) decay.step(epoch);")]
    [InlineData("var decay = StepLR(optimizer, 1); decay.step(1); decay.step(2);")]
    [InlineData("var decay = StepLR(optimizer, 1); while (true) decay.step(epoch: 3);")]
    [InlineData("var decay = StepLR(optimizer, 1); foreach (var cycle in args) { decay.step(0); foreach (var epoch in args) decay.step(); }")]
    [InlineData("var decay = StepLR(optimizer, 1); int done = (int)ones(1).item<float>(); for (int i = 0; i < 9; i++) decay.step(done + i);")]
    [InlineData("var plateau = ReduceLROnPlateau(optimizer); while (true) plateau.step(loss);")]
    [InlineData("var plateau = ReduceLROnPlateau(optimizer); Throws(() => plateau.step()); void Throws(Action what) { try { what(); } catch (InvalidOperationException) { } }")]
    [InlineData("var either = args.Length > 0 ? ReduceLROnPlateau(optimizer) : StepLR(optimizer, 1); while (true) either.step(loss);")]
    [InlineData("void Fit(LRScheduler s) => s.step(loss); Fit(StepLR(optimizer, 1));")]
    [InlineData("var both = ChainedLR(new[] { StepLR(optimizer, 1), ReduceLROnPlateau(optimizer) }); both.step(loss);")]
    [InlineData("var own = new Own(optimizer); own.step(loss); class Own(Optimizer o) : LRScheduler(o) { public override void step(double current, int? epoch = null) { } }")]
    public Task What_is_taken_for_what_it_is_is_silent(string code) => Verify<SchedulerArgumentMisread>.Silent(Start + code);

    [Fact]
    public Task A_scheduler_that_callers_may_choose_is_silent() => Verify<SchedulerArgumentMisread>.Silent("""
        public static class Training
        {
            public static void Rest(optim.lr_scheduler.LRScheduler scheduler, double loss) => scheduler.step(loss);
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<SchedulerArgumentMisread>.SilentOnBroken(Start + "optimizer.lod(); var decay = StepLR(optimizer, 1, last_epoch: 5); decay.step(los);");

    [Fact]
    public Task The_fix_takes_the_argument_away() => Verify<SchedulerArgumentMisread>.Fixes(
        Start + """
        var decay = StepLR(optimizer, 1, [|last_epoch: 5|], verbose: true); // decays
        foreach (var epoch in args)
        {
            decay.step([|loss|]); // once
        }
        """,
        Start + """
        var decay = StepLR(optimizer, 1, verbose: true); // decays
        foreach (var epoch in args)
        {
            decay.step(); // once
        }
        """);

    [Theory]
    [InlineData("var decay = StepLR(optimizer, 1, 0.1, [|5|], true);")]
    [InlineData("var decay = StepLR(optimizer, 1); decay.step([|Measure()|]); double Measure() { optimizer.zero_grad(); return 0; }")]
    [InlineData("var plateau = ReduceLROnPlateau(optimizer); while (true) [|plateau.step()|];")]
    public Task No_fix_is_offered_where_more_would_go_with_it(string code) => Verify<SchedulerArgumentMisread>.HasNoFix(Start + code);
}
