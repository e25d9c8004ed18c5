using TrainingGuards.Analyzers.Schedule;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Schedule;

public sealed class ScheduleGranularityTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        using static TorchSharp.torch.optim.lr_scheduler;
        var model = nn.Linear(4, 1);
        var optimizer = SGD(model.parameters(), 0.1);
        var batches = new List<Tensor>();
        int epochs = int.Parse(args[0]);

        """;

    [Theory]
    [InlineData("var decay = StepLR(optimizer, epochs / 3); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }",
        "'decay' counts epochs by 'epochs / 3', but is stepped after each batch, so its schedule ends long before the training. Call 'decay.step()' after each epoch.")]
    [InlineData("var decay = ExponentialLR(optimizer, 0.5); for (int e = 0; e < 100; e++) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }",
        "'decay' is stepped after each batch, so the learning rate is gone after 27 of 100 batches. Call 'decay.step()' after each epoch.")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, epochs: epochs, steps_per_epoch: batches.Count); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); [|cycle.step()|]; }",
        "'cycle' counts batches by 'batches.Count', but is stepped after each epoch, so its schedule hardly begins. Call 'cycle.step()' after each batch.")]
    public Task The_message_says_what_is_counted_and_what_is_stepped(string code, string message) => Verify<ScheduleGranularity>.Flags(Start + code, message);

    [Fact]
    public Task It_points_to_the_loop_and_to_how_the_scheduler_was_made() => Verify<ScheduleGranularity>.Points(
        Start + "var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }",
        "foreach", "CosineAnnealingLR(optimizer, epochs)");

    [Theory]
    [InlineData("const int n = 20; var decay = CosineAnnealingLR(optimizer, 20); for (int e = 0; e < n; e++) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }")]
    [InlineData("int n = 20; var decay = PolynomialLR(optimizer, n); foreach (var e in Enumerable.Range(1, n)) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }")]
    [InlineData("var decay = MultiStepLR(optimizer, new[] { epochs / 2, epochs * 3 / 4 }); for (int e = 1; e <= epochs; e++) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }")]
    [InlineData("var decay = StepLR(optimizer, Convert.ToInt32(0.8 * epochs)); int e = 0; while (e < epochs) { foreach (var b in batches) { optimizer.step(); [|decay.step()|]; } e++; }")]
    [InlineData("int half = (int)(epochs * 0.5); var decay = StepLR(optimizer, half); for (int e = 0; e < epochs; e++) for (int b = 0; b < batches.Count; b++) { optimizer.step(); [|decay.step()|]; }")]
    [InlineData("var decay = LinearLR(optimizer, 1, 0.1, total_iters: epochs - 1); for (int e = 0; e < epochs; e++) Epoch(); void Epoch() { foreach (var b in batches) { optimizer.step(); [|decay.step()|]; } }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) foreach (var b in batches) Batch(); void Batch() { optimizer.step(); [|decay.step()|]; }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); Fit(optimizer, decay, epochs, batches); static void Fit(Optimizer o, LRScheduler s, int n, List<Tensor> all) { for (int e = 0; e < n; e++) foreach (var b in all) { o.step(); [|s.step()|]; } }")]
    [InlineData("var decay = StepLR(optimizer, 10); for (int e = 0; e < epochs; e++) for (int b = 0; b < 1000; b++) { optimizer.step(); [|decay.step()|]; }")]
    public Task A_schedule_in_epochs_that_is_stepped_in_batches_is_flagged(string code) => Verify<ScheduleGranularity>.Flags(Start + code);

    [Fact]
    public Task What_a_setting_is_called_it_counts_in_every_method() => Verify<ScheduleGranularity>.Flags("""
        record Settings(int Epochs, double Rate);
        class Trainer
        {
            readonly Settings settings;
            readonly optim.Optimizer optimizer;
            readonly optim.lr_scheduler.LRScheduler scheduler;
            public Trainer(nn.Module model, Settings settings)
            {
                this.settings = settings;
                optimizer = optim.Adam(model.parameters(), settings.Rate);
                scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.Epochs);
            }
            public void Fit(IReadOnlyList<Tensor> batches)
            {
                for (int epoch = 0; epoch < settings.Epochs; epoch++) Epoch(batches);
            }
            void Epoch(IReadOnlyList<Tensor> batches)
            {
                foreach (var batch in batches) { batch.sum().backward(); optimizer.step(); [|scheduler.step()|]; }
            }
        }
        """);

    [Theory]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, total_steps: epochs * batches.Count); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); [|cycle.step()|]; }")]
    [InlineData("int total = batches.Count() * epochs; var decay = CosineAnnealingLR(optimizer, total); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); [|decay.step()|]; }")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, total_steps: 5000); for (int e = 0; e < 20; e++) { Epoch(); [|cycle.step()|]; } void Epoch() { foreach (var b in batches) optimizer.step(); }")]
    [InlineData("var cycle = CyclicLR(optimizer, 0.01, 0.1); for (int e = 0; e < 20; e++) { foreach (var b in batches) optimizer.step(); [|cycle.step()|]; }")]
    public Task A_schedule_in_batches_that_is_stepped_in_epochs_is_flagged(string code) => Verify<ScheduleGranularity>.Flags(Start + code);

    [Theory]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); decay.step(); }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs * batches.Count); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs * 100); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) for (int i = 0; i < batches.Count; i++) { optimizer.step(); if (i == batches.Count - 1) decay.step(); }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) { optimizer.step(); decay.step(); }")]
    [InlineData("for (int fold = 0; fold < 10; fold++) { var o = SGD(nn.Linear(1, 1).parameters(), 0.1); var s = CosineAnnealingLR(o, 10); for (int e = 0; e < 20; e++) { o.step(); s.step(); } }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, 10); for (int fold = 0; fold < 10; fold++) for (int e = 0; e < 10; e++) { optimizer.step(); decay.step(); }")]
    [InlineData("var warmup = LinearLR(optimizer, 0.1, total_iters: 5); for (int e = 0; e < 5; e++) foreach (var b in batches) { optimizer.step(); warmup.step(); }")]
    [InlineData("var decay = StepLR(optimizer, 30); for (int e = 0; e < 90; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    [InlineData("var decay = StepLR(optimizer, 20); for (int e = 0; e < 20; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    [InlineData("var decay = ExponentialLR(optimizer, 0.9999); for (int e = 0; e < 90; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    [InlineData("var other = SGD(nn.Linear(1, 1).parameters(), 0.1); var decay = CosineAnnealingLR(other, epochs); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, total_steps: epochs); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); cycle.step(); }")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, epochs: epochs, steps_per_epoch: 1); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); cycle.step(); }")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, epochs: epochs, steps_per_epoch: batches.Count); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); cycle.step(); }")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, epochs: epochs, steps_per_epoch: batches.Count); for (int e = 0; e < epochs; e++) foreach (var b in batches) { for (int critic = 0; critic < 5; critic++) optimizer.step(); cycle.step(); }")]
    [InlineData("var cycle = OneCycleLR(optimizer, 0.1, total_steps: 5000); for (int e = 0; e < 50; e++) for (int b = 0; b < 100; b++) { for (int critic = 0; critic < 5; critic++) optimizer.step(); cycle.step(); }")]
    [InlineData("var cycle = CyclicLR(optimizer, 0.01, 0.1); Fit(); Fit(); void Fit() { for (int e = 0; e < 20; e++) { foreach (var b in batches) optimizer.step(); cycle.step(); } }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs * 2); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); decay.step(); }")]
    [InlineData("var cycle = CyclicLR(optimizer, 0.01, 0.1); for (int e = 0; e < epochs; e++) { foreach (var b in batches) optimizer.step(); cycle.step(); }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); while (true) foreach (var b in batches) { optimizer.step(); decay.step(); }")]
    public Task A_length_that_fits_or_says_nothing_is_silent(string code) => Verify<ScheduleGranularity>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<ScheduleGranularity>.SilentOnBroken(Start + "var decay = CosineAnnealingLR(optimizr, epochs); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); decay.step(); }");

    [Fact]
    public Task The_fix_moves_the_step_into_the_loop_over_batches() => Verify<ScheduleGranularity>.Fixes(
        Start + """
        var cycle = OneCycleLR(optimizer, 0.1, epochs: epochs, steps_per_epoch: batches.Count);
        for (int e = 0; e < epochs; e++)
        {
            foreach (var b in batches)
            {
                b.sum().backward();
                optimizer.step(); // learn
            }
            [|cycle.step()|];
        }
        """,
        Start + """
        var cycle = OneCycleLR(optimizer, 0.1, epochs: epochs, steps_per_epoch: batches.Count);
        for (int e = 0; e < epochs; e++)
        {
            foreach (var b in batches)
            {
                b.sum().backward();
                optimizer.step(); // learn
                cycle.step();
            }
        }
        """);

    [Theory]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) foreach (var b in batches) { optimizer.step(); [|decay.step()|]; }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) { foreach (var b in batches) { optimizer.step(); [|decay.step()|]; /* now */ } }")]
    [InlineData("var decay = CosineAnnealingLR(optimizer, epochs); for (int e = 0; e < epochs; e++) { foreach (var b in batches) Batch(); } void Batch() { optimizer.step(); [|decay.step()|]; }")]
    public Task No_fix_is_offered_where_no_move_is_certain(string code) => Verify<ScheduleGranularity>.HasNoFix(Start + code);
}
