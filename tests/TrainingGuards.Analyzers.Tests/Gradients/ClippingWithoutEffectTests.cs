using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class ClippingWithoutEffectTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.nn.utils;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var other = nn.Linear(4, 1);
        var optimizer = optim.Adam(model.parameters());
        Tensor Loss() => mse_loss(model.call(x), y);

        """;

    private const string Clip = "[|clip_grad_norm_(model.parameters(), 1)|];";
    private const string Silent = "clip_grad_norm_(model.parameters(), 1);";

    [Theory]
    [InlineData(
        "while (true) { optimizer.zero_grad(); " + Clip + " Loss().backward(); optimizer.step(); }",
        "'clip_grad_norm_' runs before backward(), when the gradients are zero, so nothing is clipped. Call it between backward() and step().")]
    [InlineData(
        "while (true) { optimizer.zero_grad(); Loss().backward(); optimizer.step(); " + Clip + " }",
        "'clip_grad_norm_' runs after 'optimizer.step()' has used the gradients, so nothing is clipped. Call it between backward() and step().")]
    [InlineData(
        "while (true) { optimizer.zero_grad(); Loss().backward(); [|clip_grad_value_(other.parameters(), 1)|]; optimizer.step(); }",
        "'clip_grad_value_' clips the gradients of 'other', which 'optimizer' does not update. Clip those of 'model'.")]
    public Task The_message_says_why(string code, string message) => Verify<ClippingWithoutEffect>.Flags(Start + code, message);

    [Fact]
    public Task It_points_to_the_zeroing_and_the_backward() => Verify<ClippingWithoutEffect>.Points(
        Start + "while (true) { model.zero_grad(); " + Clip + " Loss().backward(); optimizer.step(); }", "model.zero_grad()", "Loss().backward()");

    [Theory]
    [InlineData("while (true) { " + Clip + " Loss().backward(); optimizer.step(); optimizer.zero_grad(); }")]
    [InlineData("while (true) { optimizer.zero_grad(); [|nn.utils.clip_grad_norm_(model.parameters(), 1)|]; Loss().backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in args) { Zero(); " + Clip + " Loss().backward(); optimizer.step(); } void Zero() => optimizer.zero_grad();")]
    [InlineData("foreach (var batch in args) { optimizer.zero_grad(); Learn(); optimizer.step(); if (args.Length > 1) " + Clip + " } void Learn() { Loss().backward(); }")]
    public Task Gradients_that_are_not_there_are_flagged(string code) => Verify<ClippingWithoutEffect>.Flags(Start + code);

    [Theory]
    [InlineData("while (true) { optimizer.zero_grad(); Loss().backward(); " + Silent + " optimizer.step(); }")]
    [InlineData("while (true) { Loss().backward(); " + Silent + " optimizer.step(); optimizer.zero_grad(); }")]
    [InlineData("while (true) { optimizer.zero_grad(); Learn(); " + Silent + " optimizer.step(); } void Learn() => Loss().backward();")]
    [InlineData("while (true) { optimizer.zero_grad(); if (args.Length > 1) Loss().backward(); " + Silent + " optimizer.step(); }")]
    [InlineData("while (true) { optimizer.step(() => { optimizer.zero_grad(); var loss = Loss(); loss.backward(); " + Silent + " return loss; }); }")]
    [InlineData("while (true) { optimizer.zero_grad(); Loss().backward(); optimizer.step(); var norm = clip_grad_norm_(model.parameters(), 1e9); Console.WriteLine(norm); }")]
    [InlineData("while (true) { optimizer.zero_grad(); Loss().backward(); optimizer.step(); Console.WriteLine(clip_grad_norm_(model.parameters(), 1e9)); }")]
    [InlineData("while (true) { optimizer.zero_grad(); foreach (var p in model.parameters()) p.grad = p * 2; " + Silent + " optimizer.step(); }")]
    [InlineData("void Step() { " + Silent + " optimizer.step(); } while (true) { optimizer.zero_grad(); Loss().backward(); Step(); }")]
    [InlineData("var second = optim.Adam(other.parameters()); while (true) { optimizer.zero_grad(); Loss().backward(); optimizer.step(); clip_grad_norm_(other.parameters(), 1); second.step(); }")]
    [InlineData("var whole = nn.Sequential(model, other); while (true) { optimizer.zero_grad(); Loss().backward(); clip_grad_norm_(whole.parameters(), 1); optimizer.step(); }")]
    [InlineData("while (true) { optimizer.zero_grad(); Loss().backward(); clip_grad_norm_(model.parameters().Concat(other.parameters()), 1); optimizer.step(); }")]
    [InlineData("Action learn = args.Length > 0 ? () => { } : () => Loss().backward(); while (true) { optimizer.zero_grad(); learn(); " + Silent + " optimizer.step(); }")]
    public Task A_clip_that_may_work_is_silent(string code) => Verify<ClippingWithoutEffect>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<ClippingWithoutEffect>.SilentOnBroken(
        Start + "while (true) { optimizer.zero_grad(); loss.backward(); clip_grad_norm_(model.parameters(), 1); optimizer.step(; }");

    [Fact]
    public Task The_fix_moves_it_after_backward() => Verify<ClippingWithoutEffect>.Fixes(
        Start + """
        while (true)
        {
            optimizer.zero_grad();
            // stable
            [|clip_grad_norm_(model.parameters(), 1)|];
            Loss().backward();
            optimizer.step();
        }
        """,
        Start + """
        while (true)
        {
            optimizer.zero_grad();
            Loss().backward();
            // stable
            clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
        }
        """);

    [Fact]
    public Task The_fix_moves_it_before_step() => Verify<ClippingWithoutEffect>.Fixes(
        Start + "while (true)\n{\n    optimizer.zero_grad();\n    Loss().backward();\n\n    optimizer.step();\n    [|clip_grad_norm_(model.parameters(), 1)|];\n}",
        Start + "while (true)\n{\n    optimizer.zero_grad();\n    Loss().backward();\n\n    clip_grad_norm_(model.parameters(), 1);\n    optimizer.step();\n}");

    [Theory]
    [InlineData("while (true) { optimizer.zero_grad(); " + Clip + " foreach (var batch in args) Loss().backward(); optimizer.step(); }")]
    [InlineData("while (true) { optimizer.zero_grad(); Loss().backward(); [|clip_grad_norm_(other.parameters(), 1)|]; optimizer.step(); }")]
    public Task No_fix_is_offered_where_no_move_is_certain(string code) => Verify<ClippingWithoutEffect>.HasNoFix(Start + code);
}
