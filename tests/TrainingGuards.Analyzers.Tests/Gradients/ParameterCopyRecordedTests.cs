using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class ParameterCopyRecordedTests
{
    private const string Start = """
        var online = nn.Linear(4, 1);
        var target = nn.Linear(4, 1);
        const double tau = 0.01;
        void Each(Action<Parameter, Parameter> update) { }

        """;

    private const string Pairs = "foreach (var (slow, fast) in target.parameters().Zip(online.parameters())) ";

    [Fact]
    public Task The_message_names_both_parameters() => Verify<ParameterCopyRecorded>.Flags(
        Start + Pairs + "slow.[|copy_(fast)|];",
        "'copy_' writes 'fast' into the parameter 'slow' while gradients are recorded, so the update becomes part of a graph that grows with each call. "
            + "Do it in 'using (no_grad())'.");

    [Fact]
    public Task It_points_to_what_is_written() => Verify<ParameterCopyRecorded>.Points(Start + Pairs + "slow.[|lerp_(fast, tau)|];", "fast");

    [Theory]
    [InlineData(Pairs + "slow.[|copy_(fast * tau + slow * (1 - tau))|];")]
    [InlineData(Pairs + "slow.mul_(1 - tau).[|add_(fast, alpha: tau)|];")]
    [InlineData(Pairs + "slow.[|add_((fast - slow) * tau)|];")]
    [InlineData("target.weight!.[|copy_(online.weight!)|];")]
    [InlineData("using (no_grad()) { Console.Write(1); } target.weight!.[|copy_(online.weight!)|];")]
    [InlineData("using (enable_grad()) target.weight!.[|copy_(online.weight!)|];")]
    [InlineData("Update(); void Update() { " + Pairs + "slow.[|copy_(fast)|]; }")]
    [InlineData("new Ema(target, online).Update(); class Ema(Linear slow, Linear fast) { public void Update() => slow.weight!.[|lerp_(fast.weight!, 0.1)|]; }")]
    public Task A_recorded_update_is_flagged(string code) => Verify<ParameterCopyRecorded>.Flags(Start + code);

    [Theory]
    [InlineData("using (no_grad()) " + Pairs + "slow.copy_(fast);")]
    [InlineData("using var _ = no_grad(); " + Pairs + "slow.copy_(fast);")]
    [InlineData("using (inference_mode()) { " + Pairs + "{ slow.copy_(fast); } }")]
    [InlineData("using (set_grad_enabled(args.Length > 0)) " + Pairs + "slow.copy_(fast);")]
    [InlineData("using (no_grad()) Update(); void Update() { " + Pairs + "slow.copy_(fast); }")]
    [InlineData("Update(); using (no_grad()) Update(); void Update() { " + Pairs + "slow.copy_(fast); }")]
    [InlineData("using (no_grad()) Each((slow, fast) => slow.copy_(fast));")]
    [InlineData("Each((slow, fast) => slow.copy_(fast));")]
    [InlineData(Pairs + "slow.copy_(fast.detach());")]
    [InlineData(Pairs + "slow.detach().copy_(fast);")]
    [InlineData(Pairs + "slow.copy_(rand(4, 1));")]
    [InlineData(Pairs + "slow.mul_(0.5);")]
    [InlineData(Pairs + "{ fast.requires_grad = false; slow.copy_(fast); }")]
    [InlineData("var sum = rand(4, 1); " + Pairs + "sum.add_(fast);")]
    public Task What_is_not_recorded_or_not_a_parameter_is_silent(string code) => Verify<ParameterCopyRecorded>.Silent(Start + code);

    [Fact]
    public Task A_caller_out_of_sight_may_turn_recording_off() => Verify<ParameterCopyRecorded>.Silent(
        "public class Ema { public void Update(Parameter slow, Parameter fast) => slow.copy_(fast); }");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<ParameterCopyRecorded>.SilentOnBroken(Start + "target.weight.copy_(unknown.weight); slow.copy_(fast;");

    [Theory]
    [InlineData("foreach (var (slow, fast) in target.parameters().Zip(online.parameters()))\n{\n    slow.[|copy_(fast)|]; // follow\n}\n", "using (no_grad())\n{\n    foreach (var (slow, fast) in target.parameters().Zip(online.parameters()))\n    {\n        slow.copy_(fast); // follow\n    }\n}\n")]
    [InlineData("// follow\ntarget.weight!.[|lerp_(online.weight!, tau)|];\nConsole.Write(1);\n", "// follow\nusing (no_grad())\n{\n    target.weight!.lerp_(online.weight!, tau);\n}\nConsole.Write(1);\n")]
    public Task The_fix_stops_recording(string flagged, string cured) => Verify<ParameterCopyRecorded>.Fixes(Start + flagged, Start + cured);
}
