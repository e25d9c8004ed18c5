using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class LayerBuiltInForwardTests
{
    [Theory]
    [InlineData("=> [|nn.Linear(4, 8)|].call(x);", "'Linear' is built in forward, so every pass has new random weights, which no optimizer knows. Build it in the constructor and keep it in a field.")]
    [InlineData("=> [|nn.Dropout(0.1)|].forward(x);", "'Dropout' is built in forward, so it drops values in evaluation as well. Build it in the constructor and keep it in a field.")]
    [InlineData("=> [|new Block()|].call(x);", "'Block' is built in forward, so every pass has new random weights, which no optimizer knows. Build it in the constructor and keep it in a field.")]
    public Task A_layer_with_weights_or_a_mode_is_flagged(string forward, string message) => Verify<LayerBuiltInForward>.Flags(Net(forward), message);

    [Theory]
    [InlineData("{ var fc = [|nn.Linear(x.shape[1], 8)|]; fc.to(CPU); return fc.call(x); }")]
    [InlineData("{ using var norm = [|nn.LayerNorm(8)|].to(x.device); if (x.shape[0] > 1) return norm.forward(x); return x; }")]
    [InlineData("{ var chain = nn.Sequential([|nn.Linear(4, 4)|], nn.ReLU(), [|nn.Dropout()|]); return chain.call(x); }")]
    [InlineData("{ head = [|nn.Linear(4, 8)|]; return head.call(x); }")]
    [InlineData("{ Tensor Half(Tensor h) => [|nn.Conv2d(1, 1, 3)|].call(h); return Half(x); }")]
    [InlineData("{ nn.Module<Tensor, Tensor> drop = [|nn.Dropout2d(0.5)|]; return drop.call(x); }")]
    public Task However_it_is_used_up_it_is_flagged(string forward) => Verify<LayerBuiltInForward>.Flags(Net(forward));

    [Theory]
    [InlineData("{ head ??= nn.Linear(4, 8); return head.call(x); }")]
    [InlineData("{ if (head is null) { head = nn.Linear(x.shape[1], 8); register_module(\"head\", head); } return head.call(x); }")]
    [InlineData("=> nn.ReLU().call(nn.MaxPool2d(2).call(x));")]
    [InlineData("=> nn.MSELoss().call(x, x);")]
    [InlineData("=> nn.Dropout(0).call(x);")]
    [InlineData("=> nn.Linear(shared, shared).call(x);")]
    [InlineData("{ var fc = nn.Linear(4, 4); fc.weight = shared; return fc.call(x); }")]
    [InlineData("{ var fc = nn.Linear(4, 4); fc.load_state_dict(other.state_dict()); return fc.call(x); }")]
    [InlineData("{ var fc = nn.Linear(4, 4); nn.init.eye_(fc.weight); return fc.call(x); }")]
    [InlineData("{ var drop = nn.Dropout(); drop.train(training); drop.eval(); return drop.call(x); }")]
    [InlineData("=> new Wrap(other).call(x);")]
    [InlineData("=> nn.Sequential(other, nn.ReLU()).call(x);")]
    [InlineData("{ cache.Add(nn.Linear(4, 4)); return x; }")]
    public Task Kept_given_or_without_weights_it_is_silent(string forward) => Verify<LayerBuiltInForward>.Silent(Net(forward));

    [Fact]
    public Task Outside_of_forward_it_is_silent() => Verify<LayerBuiltInForward>.Silent(
        Net("=> x; public Net(int width) : this() => head = nn.Linear(width, 4); static Linear forward(int n) => nn.Linear(n, n); void Grow() { nn.Linear(4, 4).call(ones(4)); }"));

    [Theory]
    [InlineData("=> [|nn.Dropout(0.1)|].call(x); // noise", "=> nn.functional.dropout(x, 0.1, training: training); // noise")]
    [InlineData("{ return [|nn.Dropout()|].call(x.relu()) + 1; }", "{ return nn.functional.dropout(x.relu(), training: training) + 1; }")]
    [InlineData("=> [|nn.Dropout2d(p: 0.2)|].forward(x);", "=> nn.functional.dropout2d(x, p: 0.2, training: training);")]
    public Task The_fix_is_the_function_in_the_modules_mode(string before, string after) => Verify<LayerBuiltInForward>.Fixes(Net(before), Net(after));

    [Theory]
    [InlineData("=> [|nn.Linear(4, 4)|].call(x);")]
    [InlineData("{ var drop = [|nn.Dropout()|]; return drop.call(x); }")]
    public Task A_layer_that_needs_a_field_has_no_fix(string forward) => Verify<LayerBuiltInForward>.HasNoFix(Net(forward));

    private static string Net(string forward) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Parameter shared = nn.Parameter(ones(4, 4));
            private readonly Linear other = nn.Linear(4, 4);
            private readonly List<nn.Module> cache = [];
            private Linear head;
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) {{forward}}
        }
        class Block() : nn.Module<Tensor, Tensor>("Block")
        {
            private readonly Linear layer = nn.Linear(1, 1);
            public override Tensor forward(Tensor x) => layer.call(x);
        }
        class Wrap(Linear inner) : nn.Module<Tensor, Tensor>("Wrap")
        {
            public override Tensor forward(Tensor x) => inner.call(x);
        }
        static class Entry { static void Main() { } }
        """;
}
