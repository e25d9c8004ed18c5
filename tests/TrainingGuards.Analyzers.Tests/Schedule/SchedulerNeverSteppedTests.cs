using TrainingGuards.Analyzers.Schedule;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Schedule;

public sealed class SchedulerNeverSteppedTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        using static TorchSharp.torch.optim.lr_scheduler;
        var model = nn.Linear(4, 1);
        var optimizer = SGD(model.parameters(), 0.1);
        optimizer.step();

        """;

    [Fact]
    public Task The_message_names_the_scheduler_and_the_optimizer() => Verify<SchedulerNeverStepped>.Flags(
        Start + "var decay = [|StepLR(optimizer, 1)|];",
        "'decay' is never stepped, so the learning rate of 'optimizer' stays where it starts. Call 'decay.step()' after each epoch.");

    [Fact]
    public Task A_cycle_is_stepped_after_each_batch() => Verify<SchedulerNeverStepped>.Flags(
        Start + "LRScheduler cycle = [|new impl.OneCycleLR(optimizer, 0.1, total_steps: 100)|];",
        "'cycle' is never stepped, so the learning rate of 'optimizer' stays where it starts. Call 'cycle.step()' after each batch.");

    [Fact]
    public Task A_plateau_is_stepped_with_a_metric() => Verify<SchedulerNeverStepped>.Flags(
        Start + "var plateau = [|ReduceLROnPlateau(optimizer)|];",
        "'plateau' is never stepped, so the learning rate of 'optimizer' stays where it starts. Call 'plateau.step(metric)' after each epoch.");

    [Fact]
    public Task A_dropped_scheduler_is_named_by_its_kind() => Verify<SchedulerNeverStepped>.Flags(
        Start + "[|ExponentialLR(optimizer, 0.9)|];",
        "'ExponentialLR' is never stepped, so the learning rate of 'optimizer' stays where it starts. Keep it, and call its step() after each epoch.");

    [Theory]
    [InlineData("_ = [|StepLR(optimizer, 1)|];")]
    [InlineData("[|new impl.StepLR(optimizer, 1)|];")]
    [InlineData("impl.StepLR decay = [|new(optimizer, 1)|]; Console.WriteLine(decay.get_last_lr().First());")]
    [InlineData("LRScheduler? decay = null; if (args.Length > 0) decay = [|StepLR(optimizer, 1)|]; Console.WriteLine(decay?.get_last_lr().Count());")]
    [InlineData("var decay = args.Length > 0 ? [|StepLR(optimizer, 1)|] : null; if (decay != null) Console.WriteLine(nameof(decay));")]
    [InlineData("var decay = [|SequentialLR(optimizer, new[] { LinearLR(optimizer), StepLR(optimizer, 1) }, new[] { 5 })|];")]
    [InlineData("void Fit(Optimizer o) { var decay = [|StepLR(o, 1)|]; o.step(); } Fit(optimizer);")]
    [InlineData("Action fit = () => { var decay = [|StepLR(optimizer, 1)|]; optimizer.step(); }; fit();")]
    [InlineData("var decay = [|StepLR(optimizer, 1)|]; Fit(optimizer, decay); void Fit(Optimizer o, LRScheduler s) { o.step(); Console.WriteLine(s.get_last_lr().First()); }")]
    [InlineData("new Trainer(optimizer, [|StepLR(optimizer, 1)|]).Step(); class Trainer { Optimizer o; LRScheduler s; public Trainer(Optimizer o, LRScheduler s) { this.o = o; this.s = s; } public void Step() => o.step(); }")]
    [InlineData("new Trainer(optimizer).Step(); class Trainer(Optimizer o) { readonly LRScheduler s = [|StepLR(o, 1)|]; public void Step() { o.step(); Console.WriteLine(s.get_last_lr().First()); } }")]
    [InlineData("new Trainer(optimizer).Step(); class Trainer(Optimizer o) { public LRScheduler Decay { get; } = [|StepLR(o, 1)|]; public void Step() => o.step(); }")]
    public Task A_scheduler_that_nothing_steps_is_flagged(string code) => Verify<SchedulerNeverStepped>.Flags(Start + code);

    [Fact]
    public Task A_private_field_is_followed_through_the_parts_of_its_type() => Verify<SchedulerNeverStepped>.Flags("""
        public abstract class Training<T> where T : nn.Module<Tensor, Tensor>
        {
            protected optim.Optimizer? optimizer;
            public virtual void Step(Tensor loss) { loss.backward(); optimizer!.step(); }
        }
        public sealed partial class Classifier : Training<nn.Module<Tensor, Tensor>>
        {
            private optim.lr_scheduler.LRScheduler? decay;
            public Classifier(nn.Module<Tensor, Tensor> model)
            {
                optimizer = optim.AdamW(model.parameters(), weight_decay: 0.1);
                this.decay = [|optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)|];
            }
        }
        public sealed partial class Classifier
        {
            public IEnumerable<double> Rates => decay!.get_last_lr();
        }
        """);

    [Theory]
    [InlineData("var decay = StepLR(optimizer, 1); while (true) { optimizer.step(); decay.step(); }")]
    [InlineData("var decay = StepLR(optimizer, 1); if (args.Length > 0) decay?.step();")]
    [InlineData("var decay = StepLR(optimizer, 1); void End() => decay.step(); End();")]
    [InlineData("var decay = StepLR(optimizer, 1); Action next = decay.step; next();")]
    [InlineData("var decay = StepLR(optimizer, 1); var all = new List<LRScheduler> { decay }; foreach (var one in all) one.step();")]
    [InlineData("var decay = StepLR(optimizer, 1); var same = decay; same.step();")]
    [InlineData("var decay = StepLR(optimizer, 1); Fit(optimizer, decay); void Fit(Optimizer o, LRScheduler s) { o.step(); s.step(); }")]
    [InlineData("var decay = StepLR(optimizer, 1); decay.Next(); static class Steps { public static void Next(this LRScheduler s) => s.step(); }")]
    [InlineData("var both = ChainedLR(new[] { StepLR(optimizer, 1), ExponentialLR(optimizer, 0.9) }); both.step();")]
    [InlineData("Func<Optimizer, LRScheduler> make = o => StepLR(o, 1); make(optimizer).step();")]
    [InlineData("StepLR(optimizer, 1).step();")]
    [InlineData("(Optimizer O, LRScheduler S) both = (optimizer, StepLR(optimizer, 1)); both.S.step();")]
    [InlineData("Throws(() => StepLR(optimizer, 0)); void Throws(Action what) { try { what(); } catch (DivideByZeroException) { } }")]
    [InlineData("new Trainer(optimizer, StepLR(optimizer, 1)).Step(); class Trainer(Optimizer o, LRScheduler s) { public void Step() { o.step(); s.step(); } }")]
    [InlineData("new Trainer(optimizer).Step(); class Trainer(Optimizer o) { readonly LRScheduler s = StepLR(o, 1); public void Step() { o.step(); s.step(); } }")]
    [InlineData("new Trainer(optimizer).Go(); class Trainer(Optimizer o) : IDecays { public LRScheduler Decay { get; } = StepLR(o, 1); public void Go() { o.step(); Steps.Next(this); } } interface IDecays { LRScheduler Decay { get; } } static class Steps { public static void Next(IDecays any) => any.Decay.step(); }")]
    [InlineData("new Own(optimizer); class Own : LRScheduler { public Own(Optimizer o) : base(o) { } }")]
    public Task A_scheduler_that_may_be_stepped_is_silent(string code) => Verify<SchedulerNeverStepped>.Silent(Start + code);

    [Theory]
    [InlineData("var optimizer = optim.SGD(nn.Linear(1, 1).parameters(), 0.1); var warmup = optim.lr_scheduler.LinearLR(optimizer, 0.5); Console.WriteLine(optimizer.ParamGroups.First().LearningRate);")]
    [InlineData("var warmup = optim.lr_scheduler.LinearLR(optim.SGD(nn.Linear(1, 1).parameters(), 0.1));")]
    public Task A_scheduler_of_an_optimizer_that_never_steps_is_silent(string code) => Verify<SchedulerNeverStepped>.Silent(code);

    [Fact]
    public Task A_member_that_other_assemblies_reach_is_silent() => Verify<SchedulerNeverStepped>.Silent("""
        public class Trainer(optim.Optimizer optimizer)
        {
            public optim.lr_scheduler.LRScheduler Decay { get; } = optim.lr_scheduler.StepLR(optimizer, 1);
            protected optim.lr_scheduler.LRScheduler Warmup = optim.lr_scheduler.LinearLR(optimizer);
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<SchedulerNeverStepped>.SilentOnBroken(Start + "var decay = StepLR(optimizer, 1); while (true) { optimizer.step(); deca.step(); }");
}
