using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class ForwardInsteadOfCallTests
{
    private const string Hook = "((_, _, y) => { y.print(); return y; });";

    [Fact]
    public Task A_hooked_model_is_to_be_called() => Verify<ForwardInsteadOfCall>.Flags(
        "var net = new Net(); net.register_forward_hook" + Hook + " net.[|forward(rand(1, 4))|];" + Net("first.call(x)"),
        "'net' has a hook, which forward() does not run. Use 'net.call(…)'.");

    [Fact]
    public Task It_points_to_the_hook() => Verify<ForwardInsteadOfCall>.Points(
        "var net = new Net(); net.register_forward_pre_hook((_, x) => x); var y = net.[|forward(rand(1, 4))|];" + Net("first.call(x)"), "net.register_forward_pre_hook((_, x) => x)");

    [Theory]
    [InlineData("var net = new Net(); foreach (var child in net.children()) ((nn.Module<Tensor, Tensor>)child).register_forward_hook")]
    [InlineData("var net = new Net(); foreach (var (name, child) in net.named_modules()) { ((Linear)child).register_forward_hook")]
    [InlineData("var net = new Net(); net.first.register_forward_hook")]
    [InlineData("Watch(new Net()); void Watch(Net net) { net.first.register_forward_hook")]
    public Task A_layer_is_hooked_from_outside_and_skipped_in_forward(string program) => Verify<ForwardInsteadOfCall>.Flags(
        program + Hook + (program.Contains('{', StringComparison.Ordinal) ? " }" : "") + Net("first.[|forward(x)|].relu()"));

    [Theory]
    [InlineData("var net = new Net(); net.register_forward_hook" + Hook + " net.call(rand(1, 4));", "first.forward(x)")]
    [InlineData("var net = new Net(); net.forward(rand(1, 4));", "first.forward(x)")]
    [InlineData("var net = new Net(); net.forward(rand(1, 4)); net.register_forward_hook" + Hook, "first.forward(x)")]
    [InlineData("var net = new Net(); var other = new Net(); other.register_forward_hook" + Hook + " net.forward(rand(1, 4));", "first.forward(x)")]
    [InlineData("var net = new Net(); var hook = net.register_forward_hook" + Hook + " hook.remove(); net.forward(rand(1, 4));", "first.forward(x)")]
    [InlineData("var net = new Net(); net.last.register_forward_hook" + Hook, "first.forward(x)")]
    [InlineData("var net = new Net(); foreach (var child in net.children()) if (child is Conv2d conv) conv.register_forward_hook" + Hook, "first.forward(x)")]
    [InlineData("Watch(null); void Watch(nn.Module<Tensor, Tensor> any) => any.register_forward_hook" + Hook, "first.forward(x)")]
    public Task Without_a_hook_of_its_own_it_is_silent(string program, string forward) => Verify<ForwardInsteadOfCall>.Silent(program + Net(forward));

    [Fact]
    public Task Every_forward_is_flagged_where_the_options_say_so() => Verify<ForwardInsteadOfCall>.Flags(
        "// .editorconfig: training_guards.forward_calls = all\nvar net = new Net(); net.[|forward(rand(1, 4))|]; nn.MSELoss().forward(rand(1), rand(1));" + Net("first.[|forward(x)|]"),
        "'net' may have hooks one day, which forward() does not run. Use 'net.call(…)'.",
        "'first' may have hooks one day, which forward() does not run. Use 'first.call(…)'.");

    [Fact]
    public Task The_base_s_forward_is_not_another_module() => Verify<ForwardInsteadOfCall>.Silent(
        "var net = new More(); net.register_forward_hook" + Hook + " net.call(rand(1, 4)); class More : Net { public override Tensor forward(Tensor x) => base.forward(x); }" + Net("first.call(x)"));

    [Fact]
    public Task The_fix_calls_call() => Verify<ForwardInsteadOfCall>.Fixes(
        "var net = new Net(); net.register_forward_hook" + Hook + " net.first.register_forward_hook" + Hook + " var y = net.[|forward(rand(1, 4))|]; // once" + Net("first\n        .[|forward(x)|]"),
        "var net = new Net(); net.register_forward_hook" + Hook + " net.first.register_forward_hook" + Hook + " var y = net.call(rand(1, 4)); // once" + Net("first\n        .call(x)"));

    private static string Net(string forward) => $$"""

        class Net : nn.Module<Tensor, Tensor>
        {
            public readonly Linear first = nn.Linear(4, 4), last = nn.Linear(4, 4);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => {{forward}};
        }
        """;
}
