using TrainingGuards.Analyzers.Schedule;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Schedule;

public sealed class SchedulerBeforeOptimizerTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        using static TorchSharp.torch.optim.lr_scheduler;
        var model = nn.Linear(4, 1);
        var optimizer = SGD(model.parameters(), 0.1);
        var decay = StepLR(optimizer, 5);

        """;

    [Fact]
    public Task The_message_names_both_and_where_to_go() => Verify<SchedulerBeforeOptimizer>.Flags(
        Start + "foreach (var epoch in args) { [|decay.step()|]; optimizer.step(); }",
        "'decay' is stepped before 'optimizer' in each round, so its schedule runs one step ahead. Call 'decay.step()' after 'optimizer.step()'.");

    [Fact]
    public Task It_points_to_the_call_that_steps_the_optimizer() => Verify<SchedulerBeforeOptimizer>.Points(
        Start + "foreach (var epoch in args) { [|decay.step()|]; Train(); } void Train() { foreach (var batch in args) optimizer.step(); }", "Train()");

    [Theory]
    [InlineData("foreach (var epoch in args) { [|decay.step()|]; foreach (var batch in args) { model.zero_grad(); optimizer.step(); } }")]
    [InlineData("for (int i = 0; i < 9; i++) { Console.WriteLine(i); [|decay.step()|]; if (i > 3) optimizer.step(); }")]
    [InlineData("while (true) { try { [|decay.step()|]; optimizer.step(); } finally { Console.WriteLine(1); } }")]
    [InlineData("foreach (var epoch in args) Epoch(); void Epoch() { [|decay.step()|]; foreach (var batch in args) optimizer.step(); }")]
    [InlineData("Action epoch = () => { [|decay.step()|]; optimizer.step(); }; while (true) epoch();")]
    [InlineData("foreach (var epoch in args) { [|decay.step()|]; Train(optimizer); } static void Train(Optimizer o) { o.step(); }")]
    [InlineData("Fit(optimizer, decay); void Fit(Optimizer o, LRScheduler s) { foreach (var batch in args) { [|s.step()|]; o.step(); } }")]
    [InlineData("new Trainer(optimizer, decay).Fit(); class Trainer { readonly Optimizer o; readonly LRScheduler s; public Trainer(Optimizer o, LRScheduler s) { this.o = o; this.s = s; } public void Fit() { for (int i = 0; i < 9; i++) { [|s.step()|]; o.step(); } } }")]
    [InlineData("new Trainer(optimizer, decay).Fit(); class Trainer(Optimizer o, LRScheduler s) { public void Fit() { for (int i = 0; i < 9; i++) { [|s.step()|]; Train(); } } void Train() => o.step(); }")]
    [InlineData("var other = SGD(nn.Linear(1, 1).parameters(), 0.1); while (true) { other.step(); [|decay.step()|]; optimizer.step(); }")]
    [InlineData("while (true) { [|decay.step()|]; optimizer.step(() => model.call(rand(1, 4))); }")]
    public Task A_scheduler_that_goes_first_is_flagged(string code) => Verify<SchedulerBeforeOptimizer>.Flags(Start + code);

    [Fact]
    public Task Fields_of_one_type_are_followed_from_its_constructor() => Verify<SchedulerBeforeOptimizer>.Flags("""
        class Trainer
        {
            readonly nn.Module<Tensor, Tensor> model;
            readonly optim.Optimizer optimizer;
            readonly optim.lr_scheduler.LRScheduler scheduler;
            public Trainer(nn.Module<Tensor, Tensor> model)
            {
                this.model = model;
                var adam = optim.Adam(model.parameters());
                optimizer = adam;
                scheduler = optim.lr_scheduler.CosineAnnealingLR(adam, 10);
            }
            public void Fit(IReadOnlyList<Tensor> batches)
            {
                for (int epoch = 0; epoch < 10; epoch++) { [|scheduler.step()|]; Epoch(batches); }
            }
            void Epoch(IReadOnlyList<Tensor> batches)
            {
                foreach (var batch in batches) { optimizer.zero_grad(); model.call(batch).sum().backward(); optimizer.step(); }
            }
        }
        """);

    [Theory]
    [InlineData("foreach (var epoch in args) { optimizer.step(); decay.step(); }")]
    [InlineData("foreach (var epoch in args) { foreach (var batch in args) optimizer.step(); decay.step(); }")]
    [InlineData("foreach (var epoch in args) { if (epoch.Length > 1) decay.step(); optimizer.step(); }")]
    [InlineData("bool first = true; foreach (var epoch in args) { if (!first) decay.step(); first = false; optimizer.step(); }")]
    [InlineData("optimizer.step(); foreach (var epoch in args) { decay.step(); optimizer.step(); }")]
    [InlineData("foreach (var done in args) decay.step(); foreach (var epoch in args) { optimizer.step(); decay.step(); }")]
    [InlineData("decay.step(); foreach (var epoch in args) { decay.step(); optimizer.step(); }")]
    [InlineData("foreach (var epoch in args) decay.step();")]
    [InlineData("decay.step(); optimizer.step();")]
    [InlineData("for (int epoch = 0; epoch < 9; epoch++) { decay.step(epoch); optimizer.step(); }")]
    [InlineData("var noam = LambdaLR(optimizer, i => Math.Min(1 / Math.Sqrt(i), i / 4000.0)); while (true) { noam.step(); optimizer.step(); }")]
    [InlineData("var other = SGD(nn.Linear(1, 1).parameters(), 0.1); var its = StepLR(other, 5); while (true) { optimizer.step(); decay.step(); its.step(); other.zero_grad(); }")]
    [InlineData("var d = SGD(nn.Linear(1, 1).parameters(), 0.1); var dDecay = StepLR(d, 5); while (true) { d.step(); dDecay.step(); optimizer.step(); decay.step(); }")]
    [InlineData("foreach (var fold in args) { var o = SGD(nn.Linear(1, 1).parameters(), 0.1); var s = StepLR(o, 1); s.step(); foreach (var batch in args) o.step(); }")]
    [InlineData("foreach (var epoch in args) { Epoch(); } void Epoch() { optimizer.step(); decay.step(); }")]
    [InlineData("Warm(optimizer); Fit(optimizer, decay); void Warm(Optimizer o) => o.step(); void Fit(Optimizer o, LRScheduler s) { foreach (var batch in args) { s.step(); o.step(); } }")]
    [InlineData("Action train = args.Length > 0 ? () => optimizer.step() : () => { }; while (true) { train(); decay.step(); optimizer.step(); }")]
    [InlineData("new Trainer(optimizer, decay).Fit(); class Trainer(Optimizer o, LRScheduler s) { public void Fit() { for (int i = 0; i < 9; i++) { o.step(); s.step(); } } }")]
    public Task Every_other_order_is_silent(string code) => Verify<SchedulerBeforeOptimizer>.Silent(Start + code);

    [Fact]
    public Task A_scheduler_of_unknown_origin_is_silent() => Verify<SchedulerBeforeOptimizer>.Silent("""
        public class Trainer(optim.Optimizer optimizer, optim.lr_scheduler.LRScheduler scheduler)
        {
            public void Fit() { for (int i = 0; i < 9; i++) { scheduler.step(); optimizer.step(); } }
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<SchedulerBeforeOptimizer>.SilentOnBroken(Start + "while (true) { Train(optimizr); decay.step(); optimizer.step(); }");

    [Fact]
    public Task The_fix_moves_the_step_with_its_comment() => Verify<SchedulerBeforeOptimizer>.Fixes(
        Start + """
        foreach (var epoch in args)
        {
            // a little less each time
            [|decay.step()|]; // decay

            Train();
            Console.WriteLine(epoch);
        }
        void Train() => optimizer.step();
        """,
        Start + """
        foreach (var epoch in args)
        {

            Train();
            // a little less each time
            decay.step(); // decay
            Console.WriteLine(epoch);
        }
        void Train() => optimizer.step();
        """);

    [Theory]
    [InlineData("foreach (var epoch in args) { [|decay.step()|]; if (epoch.Length > 1) continue; optimizer.step(); }")]
    [InlineData("foreach (var epoch in args) { { [|decay.step()|]; } optimizer.step(); }")]
    public Task No_fix_is_offered_where_no_move_is_certain(string code) => Verify<SchedulerBeforeOptimizer>.HasNoFix(Start + code);
}
