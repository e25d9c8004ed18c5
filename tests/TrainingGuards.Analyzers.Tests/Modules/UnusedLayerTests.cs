using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class UnusedLayerTests
{
    [Theory]
    [InlineData("=> first.call(x);", "No method applies 'second', so the Linear has no effect. Use it in forward, or remove it.")]
    [InlineData("=> first.call(first.call(x).relu());", "No method applies 'second', so the Linear has no effect while 'first' is applied twice. Use it in forward, or remove it.")]
    public Task A_layer_that_no_method_applies_is_flagged(string forward, string message) =>
        Verify<UnusedLayer>.Flags(Net("private readonly Linear first = nn.Linear(4, 4), [|second|] = nn.Linear(4, 4); public override Tensor forward(Tensor x) " + forward), message);

    [Fact]
    public Task It_points_to_the_twin_that_is_used_in_its_place() => Verify<UnusedLayer>.Points(
        Net("private readonly ReLU a = nn.ReLU(), [|b|] = nn.ReLU(); public override Tensor forward(Tensor x) => a.call(x) + a.call(-x);"), "a");

    [Theory]
    [InlineData("readonly Dropout [|drop|]; public Net() : base(\"Net\") { drop = nn.Dropout(0.2); RegisterComponents(); }")]
    [InlineData("Linear [|fc|] = nn.Linear(1, 1); public Net() : base(\"Net\") { nn.init.zeros_(fc.bias); nn.init.xavier_uniform_(fc.weight); register_module(nameof(fc), fc); }")]
    [InlineData("readonly Sequential [|head|] = nn.Sequential(nn.Linear(1, 1), nn.ReLU()); protected override void Dispose(bool disposing) { head?.Dispose(); base.Dispose(disposing); }")]
    [InlineData("internal nn.Module<Tensor, Tensor> [|Gate|] { get; } = new Block(); public Net() : base(\"Net\") => RegisterComponents();")]
    public Task Registered_initialised_and_disposed_is_not_used(string members) => Verify<UnusedLayer>.Flags(Net(members + " public override Tensor forward(Tensor x) => x;"));

    [Theory]
    [InlineData("Linear fc = nn.Linear(1, 1); public Tensor Encode(Tensor x) => fc.call(x);")]
    [InlineData("Linear fc = nn.Linear(1, 1); Sequential all; public Net() : base(\"Net\") => all = nn.Sequential(fc, nn.ReLU()); public Tensor Run(Tensor x) => all.call(x);")]
    [InlineData("Linear fc = nn.Linear(1, 1); public Tensor Tied(Tensor x) => x.matmul(fc.weight);")]
    [InlineData("Linear fc = nn.Linear(1, 1); public Tensor Tied(Tensor x) => nn.functional.linear(x, fc.weight);")]
    [InlineData("Linear fc = nn.Linear(1, 1); public Tensor All(Tensor x) { foreach (var child in children()) x = ((Linear)child).call(x); return x; }")]
    [InlineData("Linear fc = nn.Linear(1, 1); public Linear Head => fc;")]
    [InlineData("Linear fc = nn.Linear(1, 1); public Linear this[int i] => i == 0 ? fc : null;")]
    [InlineData("Linear none; Identity skip; Linear given; public Net(Linear given) : base(\"Net\") => this.given = given;")]
    [InlineData("Identity skip = nn.Identity(); MSELoss loss = nn.MSELoss(); static Linear shared = nn.Linear(1, 1); Sequential nothing = nn.Sequential();")]
    [InlineData("Linear fc = nn.Linear(1, 1); Func<Tensor, Tensor> run; public Net() : base(\"Net\") => run = fc.call; public Tensor Go(Tensor x) => run(x);")]
    public Task Used_in_another_method_or_by_another_name_is_silent(string members) => Verify<UnusedLayer>.Silent(
        Net(members + " public override Tensor forward(Tensor x) => x;"));

    [Fact]
    public Task Used_by_a_derived_a_partial_or_another_class_is_silent() => Verify<UnusedLayer>.Silent(
        Net("protected Linear fc = nn.Linear(1, 1); internal readonly Linear outer = nn.Linear(1, 1); private Linear other = nn.Linear(1, 1); public override Tensor forward(Tensor x) => x;") + """
        partial class Net { public Tensor More(Tensor x) => other.call(x); }
        class Deeper : Net { public override Tensor forward(Tensor x) => fc.call(x); }
        static class Loss { public static Tensor Of(Net net, Tensor x) => net.outer.call(x); }
        """);

    [Fact]
    public Task A_module_that_computes_nothing_is_silent() => Verify<UnusedLayer>.Silent(
        Net("Linear fc = nn.Linear(1, 1); public override Tensor forward(Tensor x) => throw new NotImplementedException();") + """
        class Holder() : nn.Module("Holder") { private readonly Linear fc = nn.Linear(1, 1); }
        """);

    private static string Net(string members) => $$"""
        partial class Net : nn.Module<Tensor, Tensor>
        {
            {{members}}
            {{(members.Contains("public Net(", StringComparison.Ordinal) ? "" : "public Net() : base(\"Net\") => RegisterComponents();")}}
        }
        class Block() : nn.Module<Tensor, Tensor>("Block")
        {
            private readonly Linear layer = nn.Linear(1, 1);
            public override Tensor forward(Tensor x) => layer.call(x);
        }
        static class Entry { static void Main() { } }

        """;
}
