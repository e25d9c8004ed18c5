using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class OptimizerCallsOutOfOrderTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var optimizer = optim.Adam(model.parameters());
        Tensor Loss() => mse_loss(model.call(x), y);

        """;

    [Fact]
    public Task The_message_says_what_was_zeroed() => Verify<OptimizerCallsOutOfOrder>.Flags(
        Start + "foreach (var batch in args) { Loss().backward(); optimizer.zero_grad(); [|optimizer.step()|]; }",
        "'optimizer' steps on gradients that 'optimizer.zero_grad()' has just zeroed, so nothing is learned. "
            + "Call backward() between 'optimizer.zero_grad()' and 'optimizer.step()'.");

    [Fact]
    public Task It_points_to_the_zeroing_and_the_lost_backward() => Verify<OptimizerCallsOutOfOrder>.Points(
        Start + "foreach (var batch in args) { model.zero_grad(); [|optimizer.step()|]; Loss().backward(); }", "model.zero_grad()", "Loss().backward()");

    [Theory]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); [|optimizer.step()|]; Loss().backward(); }")]
    [InlineData("Loss().backward(); model.zero_grad(); Console.WriteLine(1); [|optimizer.step()|];")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); var loss = Loss(); [|optimizer.step()|]; Console.WriteLine(loss.item<float>()); }")]
    [InlineData("foreach (var batch in args) { Loss().backward(); if (args.Length > 1) optimizer.zero_grad(); else model.zero_grad(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { Loss().backward(); Zero(); [|optimizer.step()|]; } void Zero() { optimizer.zero_grad(); }")]
    [InlineData("foreach (var batch in args) { Learn(); optimizer.zero_grad(); [|optimizer.step()|]; } void Learn() { Loss().backward(); }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); [|optimizer.step(() => Loss())|]; Loss().backward(); }")]
    [InlineData("foreach (var batch in args) { try { Loss().backward(); } finally { optimizer.zero_grad(); } [|optimizer.step()|]; }")]
    [InlineData("new Trainer(optimizer).Step(Loss()); class Trainer(optim.Optimizer o) { readonly optim.Optimizer _o = o; public void Step(Tensor loss) { loss.backward(); Zero(_o); [|_o.step()|]; } static void Zero(optim.Optimizer any) => any.zero_grad(); }")]
    public Task A_step_on_zeroed_gradients_is_flagged(string code) => Verify<OptimizerCallsOutOfOrder>.Flags(Start + code);

    [Theory]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { Loss().backward(); optimizer.step(); optimizer.zero_grad(); }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); if (args.Length > 1) Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); Loss().backward(); Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); for (int i = 0; i < 4; i++) (Loss() / 4).backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { optimizer.step(); optimizer.zero_grad(); Loss().backward(); }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); Learn(); optimizer.step(); } void Learn() => Loss().backward();")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); optimizer.step(() => { var loss = Loss(); loss.backward(); return loss; }); }")]
    [InlineData("Func<Tensor> closure = () => { optimizer.zero_grad(); var loss = Loss(); loss.backward(); return loss; }; while (true) optimizer.step(closure);")]
    [InlineData("Action<Tensor> learn = args.Length > 0 ? t => t.backward() : t => { }; while (true) { optimizer.zero_grad(); learn(Loss()); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); foreach (var p in model.parameters()) p.grad = ones_like(p); optimizer.step(); }")]
    [InlineData("var other = optim.SGD(nn.Linear(1, 1).parameters(), 0.1); while (true) { optimizer.zero_grad(); Loss().backward(); other.zero_grad(); optimizer.step(); Loss().backward(); other.step(); }")]
    [InlineData("optimizer.zero_grad(); optimizer.step();")]
    public Task Every_order_that_learns_is_silent(string code) => Verify<OptimizerCallsOutOfOrder>.Silent(Start + code);

    private const string Unused = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);

        """;

    [Fact]
    public Task An_optimizer_that_never_steps_is_flagged() => Verify<OptimizerCallsOutOfOrder>.Flags(
        Unused + "var optimizer = [|optim.Adam(model.parameters())|]; while (true) { optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); }",
        "'optimizer' never steps, so the gradients of backward() change nothing. Call 'optimizer.step()' after backward().");

    [Fact]
    public Task A_private_optimizer_that_never_steps_is_flagged() => Verify<OptimizerCallsOutOfOrder>.Flags("""
        class Trainer
        {
            readonly Linear model = nn.Linear(4, 1);
            readonly optim.Optimizer optimizer;
            public Trainer() => optimizer = [|optim.SGD(model.parameters(), 0.1)|];
            public void Step(Tensor x) { optimizer.zero_grad(); model.call(x).sum().backward(); }
        }
        """);

    [Theory]
    [InlineData("var optimizer = optim.Adam(model.parameters()); while (true) { optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); Update(optimizer); } void Update(optim.Optimizer o) => o.step();")]
    [InlineData("var optimizer = optim.Adam(model.parameters()); optimizer.zero_grad(); x.requires_grad = true; mse_loss(model.call(x), y).backward(); x = x + 0.1 * x.grad!.sign();")]
    [InlineData("var optimizer = optim.Adam(model.parameters()); Console.WriteLine(mse_loss(model.call(x), y).item<float>());")]
    [InlineData("var all = new[] { optim.Adam(model.parameters()) }; mse_loss(model.call(x), y).backward(); foreach (var one in all) one.step();")]
    [InlineData("var optimizer = optim.Adam(model.parameters()); mse_loss(model.call(x), y).backward(); Func<Tensor> go = () => optimizer.step(); go();")]
    public Task An_optimizer_that_may_step_or_need_not_is_silent(string code) => Verify<OptimizerCallsOutOfOrder>.Silent(Unused + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<OptimizerCallsOutOfOrder>.SilentOnBroken(Start + "while (true) { optimizer.zero_grad(); var loss = criterion(model.call(x), y); loss.backward(); optimizer.step(); }");

    [Fact]
    public Task The_fix_moves_zero_grad_before_backward() => Verify<OptimizerCallsOutOfOrder>.Fixes(
        Start + """
        foreach (var batch in args)
        {
            using var loss = Loss();

            // learn
            loss.backward();
            optimizer.zero_grad(); // fresh
            [|optimizer.step()|];
        }
        """,
        Start + """
        foreach (var batch in args)
        {
            using var loss = Loss();

            optimizer.zero_grad(); // fresh
            // learn
            loss.backward();
            optimizer.step();
        }
        """);

    [Fact]
    public Task The_fix_moves_step_after_backward() => Verify<OptimizerCallsOutOfOrder>.Fixes(
        Start + "optimizer.zero_grad();\n[|optimizer.step()|];\nLoss().backward();\nConsole.WriteLine(1);\n",
        Start + "optimizer.zero_grad();\nLoss().backward();\noptimizer.step();\nConsole.WriteLine(1);\n");

    [Theory]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); [|optimizer.step()|]; }")]
    [InlineData("foreach (var batch in args) { if (batch.Length > 0) { Loss().backward(); } optimizer.zero_grad(); [|optimizer.step()|]; }")]
    public Task No_fix_is_offered_where_no_move_is_certain(string code) => Verify<OptimizerCallsOutOfOrder>.HasNoFix(Start + code);
}
