using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class UndisposedGradModeTests
{
    [Theory]
    [InlineData("[|no_grad()|];", "no_grad")]
    [InlineData("[|torch.no_grad()|];", "no_grad")]
    [InlineData("_ = [|inference_mode()|];", "inference_mode")]
    [InlineData("[|set_grad_enabled(false)|];", "set_grad_enabled")]
    [InlineData("[|enable_grad(false)|];", "enable_grad")]
    [InlineData("var mode = [|no_grad()|];", "no_grad")]
    [InlineData("for (int i = 0; i < 3; i++) { [|no_grad()|]; }", "no_grad")]
    public Task A_guard_that_is_dropped_is_flagged(string code, string name) =>
        Verify<UndisposedGradMode>.Flags(code, $"'{name}()' is never disposed of, so gradients stay off for the rest of the thread. Hold it in a using.");

    [Fact]
    public Task In_a_forward_that_is_an_expression_it_is_flagged() => Verify<UndisposedGradMode>.Flags("""
        using Off = TorchSharp.torch;

        class Teacher : nn.Module<Tensor, Tensor>
        {
            public Teacher() : base("teacher") { }

            public override Tensor forward(Tensor x)
            {
                void Freeze() => [|Off.no_grad()|];
                Freeze();
                return x;
            }
        }
        """, "'no_grad()' is never disposed of, so gradients stay off for the rest of the thread. Hold it in a using.");

    [Theory]
    [InlineData("using var mode = no_grad();")]
    [InlineData("using (no_grad()) { }")]
    [InlineData("using (var mode = inference_mode()) { }")]
    [InlineData("using var _ = set_grad_enabled(false);")]
    [InlineData("var mode = no_grad(); try { } finally { mode.Dispose(); }")]
    [InlineData("var mode = no_grad(); Keep(mode); void Keep(object o) { }")]
    [InlineData("IDisposable Quiet() => no_grad(); using var quiet = Quiet();")]
    [InlineData("IDisposable mode; mode = no_grad(); mode.Dispose();")]
    [InlineData("enable_grad();")]
    [InlineData("set_grad_enabled(true);")]
    [InlineData("inference_mode(false);")]
    [InlineData("set_grad_enabled(args.Length > 0);")]
    [InlineData("set_grad_enabled(false); ones(2).sum(); set_grad_enabled(true);")]
    [InlineData("no_grad().Dispose();")]
    public Task What_is_held_or_turned_on_again_is_silent(string code) => Verify<UndisposedGradMode>.Silent(code);

    [Fact]
    public Task A_field_may_be_disposed_of_elsewhere() => Verify<UndisposedGradMode>.Silent("""
        sealed class Inference : IDisposable
        {
            private readonly IDisposable mode = no_grad();

            public void Dispose() => mode.Dispose();
        }
        """);

    [Fact]
    public Task The_fix_keeps_the_comments() => Verify<UndisposedGradMode>.Fixes(
        """
        // nothing is trained here
        [|no_grad()|]; // evaluation
        var y = ones(2);
        """,
        """
        // nothing is trained here
        using var noGrad = no_grad(); // evaluation
        var y = ones(2);
        """);

    [Fact]
    public Task The_fix_holds_the_variable_that_is_there() => Verify<UndisposedGradMode>.Fixes("var mode = [|no_grad()|];", "using var mode = no_grad();");

    [Fact]
    public Task The_fix_takes_a_discard_over() => Verify<UndisposedGradMode>.Fixes("_ = [|no_grad()|];", "using var noGrad = no_grad();");

    [Fact]
    public Task A_name_that_is_taken_has_no_fix() => Verify<UndisposedGradMode>.HasNoFix("bool noGrad = true; [|no_grad()|];");
}
