using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class SchedulerTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        using static TorchSharp.torch.optim.lr_scheduler;
        var optimizer = SGD(nn.Linear(4, 1).parameters(), 0.1);
        var decay = StepLR(optimizer, 5);

        """;

    [Theory]
    [InlineData("[|decay|].step();", "StepLR of optimizer")]
    [InlineData("var same = decay; [|same|].step();", "StepLR of optimizer")]
    [InlineData("LRScheduler? one = null; if (args.Length > 0) one = new impl.ExponentialLR(optimizer); [|one|]!.step();", "ExponentialLR of optimizer")]
    [InlineData("var either = args.Length > 0 ? decay : ReduceLROnPlateau(optimizer); [|either|].step(1.0);", "StepLR of optimizer, ReduceLROnPlateau of optimizer")]
    [InlineData("Fit(decay, optimizer); void Fit(LRScheduler s, Optimizer o) => [|s|].step();", "StepLR of optimizer, o, passed")]
    [InlineData("Steps.Next(decay); static class Steps { public static void Next(LRScheduler s) => [|s|].step(); }", "StepLR of nothing, passed")]
    [InlineData("new T(optimizer, decay).Fit(); class T(Optimizer o, LRScheduler s) { public void Fit() => [|s|].step(); }", "StepLR of o, passed")]
    [InlineData("new T(optimizer, decay).Fit(); class T { Optimizer o; LRScheduler s; public T(Optimizer a, LRScheduler b) { o = a; s = b; } public void Fit() => [|s|].step(); }", "StepLR of o, passed")]
    [InlineData("new T().Fit(); class T { LRScheduler s; public T() { var o = SGD(nn.Linear(1, 1).parameters(), 0.1); s = StepLR(o, 1); Held = o; } Optimizer Held { get; } public void Fit() => [|s|].step(); }", "StepLR of Held")]
    [InlineData("foreach (var one in new[] { decay }) [|one|].step();", "")]
    [InlineData("Fit(decay); Fit(Make()); LRScheduler Make() => decay; void Fit(LRScheduler s) => [|s|].step();", "")]
    [InlineData("void Fit(LRScheduler s) => [|s|].step();", "")]
    public async Task A_scheduler_is_known_by_how_it_was_made(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        var found = Scheduler.Of(Receiver.Of(marked.Operation, marked.Body.Locals), marked.Body, marked.Program);
        Assert.Equal(expected, string.Join(", ", found.Select(one =>
            $"{one.Kind} of {(one.Optimizers.IsEmpty ? "nothing" : string.Join(", ", one.Optimizers))}{(one.IsPassed ? ", passed" : "")}")));
    }
}
