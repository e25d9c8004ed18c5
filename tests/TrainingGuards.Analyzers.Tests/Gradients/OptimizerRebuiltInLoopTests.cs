using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class OptimizerRebuiltInLoopTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        double rate = 0.1;

        """;

    private const string Learn = "optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); optimizer.step();";
    private const string Kept = "var optimizer = Adam(model.parameters()); ";

    [Fact]
    public Task The_message_names_what_is_forgotten_and_what_lives_on() => Verify<OptimizerRebuiltInLoop>.Flags(
        Start + "foreach (var batch in args) { var optimizer = [|Adam(model.parameters())|]; " + Learn + " }",
        "'optimizer' is made anew in each iteration while 'model' lives on, so what it remembers of the gradients is lost every time. "
            + "Make it once, before the loop.");

    [Fact]
    public Task It_points_to_the_step() => Verify<OptimizerRebuiltInLoop>.Points(
        Start + "foreach (var batch in args) { using var optimizer = [|Adam(model.parameters())|]; " + Learn + " }", "optimizer.step()");

    [Theory]
    [InlineData("for (int epoch = 0; epoch < 9; epoch++) { Optimizer optimizer = [|AdamW(model.parameters(), lr: rate)|]; foreach (var batch in args) {" + Learn + "} rate *= 0.9; }")]
    [InlineData("Optimizer optimizer; while (true) { optimizer = [|SGD(model.parameters(), 0.1, momentum: 0.9)|]; " + Learn + " }")]
    [InlineData("Optimizer optimizer; while (true) { (optimizer) = [|RMSProp(model.named_parameters())|]; " + Learn + " }")]
    [InlineData("for (int epoch = 0; epoch < 9; epoch++) { var optimizer = [|Adam(model.parameters())|]; Epoch(optimizer); } void Epoch(Optimizer optimizer) { foreach (var batch in args) {" + Learn + "} }")]
    [InlineData("foreach (var batch in args) Step(); void Step() { var optimizer = [|Adam(model.parameters())|]; " + Learn + " }")]
    [InlineData("foreach (var batch in args) Train.Step(model, x); static class Train { public static void Step(nn.Module<Tensor, Tensor> net, Tensor x) { var optimizer = [|Adam(net.parameters())|]; net.call(x).sum().backward(); optimizer.step(); } }")]
    [InlineData(Kept + "foreach (var batch in args) { var scheduler = [|lr_scheduler.StepLR(optimizer, 10)|]; " + Learn + " scheduler.step(); }")]
    [InlineData(Kept + "foreach (var epoch in args) { foreach (var batch in args) {" + Learn + "} var scheduler = [|lr_scheduler.ExponentialLR(optimizer, 0.9)|]; scheduler.step(); }")]
    public Task What_forgets_every_time_is_flagged(string code) => Verify<OptimizerRebuiltInLoop>.Flags(Start + code);

    [Theory]
    [InlineData(Kept + "foreach (var batch in args) {" + Learn + "}")]
    [InlineData("for (int fold = 0; fold < 5; fold++) { var net = nn.Linear(4, 1); var optimizer = Adam(net.parameters()); net.call(x).sum().backward(); optimizer.step(); }")]
    [InlineData("for (int fold = 0; fold < 5; fold++) { model = nn.Linear(4, 1); var optimizer = Adam(model.parameters()); " + Learn + " }")]
    [InlineData("for (int fold = 0; fold < 5; fold++) { model.load(\"start\"); var optimizer = Adam(model.parameters()); " + Learn + " }")]
    [InlineData("for (int fold = 0; fold < 5; fold++) { Reset(); var optimizer = Adam(model.parameters()); " + Learn + " } void Reset() => model = nn.Linear(4, 1);")]
    [InlineData("foreach (var net in new[] { model, nn.Linear(4, 1) }) { var optimizer = Adam(net.parameters()); net.call(x).sum().backward(); optimizer.step(); }")]
    [InlineData("foreach (var lr in new[] { 0.1, 0.01 }) { var optimizer = Adam(model.parameters(), lr); foreach (var batch in args) {" + Learn + "} }")]
    [InlineData("for (int stage = 0; stage < 3; stage++) { var optimizer = Adam(model.parameters()); foreach (var epoch in args) foreach (var batch in args) {" + Learn + "} }")]
    [InlineData(Kept + "for (int epoch = 0; epoch < 9; epoch++) { if (epoch == 5) optimizer = Adam(model.parameters(), 1e-4); " + Learn + " }")]
    [InlineData("Optimizer? optimizer = null; while (true) { optimizer ??= Adam(model.parameters()); " + Learn + " }")]
    [InlineData("while (true) { var optimizer = SGD(model.parameters(), rate); " + Learn + " rate *= 0.9; }")]
    [InlineData("var parts = model.parameters(); while (true) { var optimizer = Adam(parts.Take(2)); " + Learn + " }")]
    [InlineData(Kept + "for (int cycle = 0; cycle < 3; cycle++) { var scheduler = lr_scheduler.CosineAnnealingLR(optimizer, 10); foreach (var batch in args) { " + Learn + " scheduler.step(); } }")]
    [InlineData("while (true) { var optimizer = Adam(model.parameters()); Console.WriteLine(optimizer); }")]
    [InlineData("while (true) { var optimizer = Adam(model.parameters()); " + Learn + " if (args.Length > 0) return; else break; }")]
    [InlineData("Train(); void Train() { var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} }")]
    public Task A_new_start_on_purpose_is_silent(string code) => Verify<OptimizerRebuiltInLoop>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<OptimizerRebuiltInLoop>.SilentOnBroken("while (true) { var optimizer = torch.optim.Adam(model.; optimizer.step(); }");

    [Fact]
    public Task The_fix_moves_it_before_the_loop() => Verify<OptimizerRebuiltInLoop>.Fixes(
        Start + """
        // train
        foreach (var batch in args)
        {
            var optimizer = [|Adam(model.parameters(), lr: rate)|];
            mse_loss(model.call(x), y).backward();
            optimizer.step();
        }
        """,
        Start + """
        // train
        var optimizer = Adam(model.parameters(), lr: rate);
        foreach (var batch in args)
        {
            mse_loss(model.call(x), y).backward();
            optimizer.step();
        }
        """);

    [Theory]
    [InlineData("while (true) { var lr = rate * 0.9; var optimizer = [|Adam(model.parameters(), lr)|]; " + Learn + " }")]
    [InlineData("Optimizer optimizer; while (true) { optimizer = [|Adam(model.parameters())|]; " + Learn + " }")]
    [InlineData("if (args.Length > 0) { var optimizer = Adam(model.parameters()); } while (true) { var optimizer = [|Adam(model.parameters())|]; " + Learn + " }")]
    public Task No_fix_is_offered_where_it_would_not_compile_or_mean_something_else(string code) => Verify<OptimizerRebuiltInLoop>.HasNoFix(Start + code);
}
