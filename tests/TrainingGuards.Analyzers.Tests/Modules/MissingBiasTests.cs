using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class MissingBiasTests
{
    [Theory]
    [InlineData("Sequential([|Linear(3, 8, hasBias: false)|], ReLU())", "This Linear has no bias, and 'ReLU' follows with no normalisation between, so its units cannot shift their threshold. Leave hasBias: false out.")]
    [InlineData("Sequential([|Conv2d(3, 8, 3, bias: false)|], Dropout2d(), GELU(), Flatten())", "This Conv2d has no bias, and 'GELU' follows with no normalisation between, so its units cannot shift their threshold. Leave bias: false out.")]
    public Task Straight_into_an_activation_is_flagged(string creation, string message) => Verify<MissingBias>.Flags(Program(creation), message);

    [Fact]
    public Task In_a_forward_it_points_to_the_activation() => Verify<MissingBias>.Points(
        Net("readonly Linear fc = [|nn.Linear(4, 8, false)|]; public override Tensor forward(Tensor x) { var h = fc.call(x); return h.relu().sum(1); }"), "h.relu()");

    [Theory]
    [InlineData("Sequential(Conv2d(3, 8, 3, bias: false), BatchNorm2d(8), ReLU())")]
    [InlineData("Sequential(Linear(3, 8, hasBias: false), LayerNorm(8), ReLU())")]
    [InlineData("Sequential(Linear(3, 8), ReLU())")]
    [InlineData("Sequential(Linear(3, 8, hasBias: flag), ReLU())")]
    [InlineData("Sequential(ReLU(), Linear(3, 8, hasBias: false))")]
    [InlineData("Sequential(Linear(3, 8, hasBias: false), Softmax(1))")]
    [InlineData("Sequential(Linear(3, 8, hasBias: false), Linear(8, 3), ReLU())")]
    public Task Normalised_or_last_or_with_a_bias_it_is_silent(string creation) => Verify<MissingBias>.Silent(Program(creation));

    [Theory]
    [InlineData("readonly Linear gate = nn.Linear(4, 8, false), up = nn.Linear(4, 8, false); public override Tensor forward(Tensor x) => nn.functional.silu(gate.call(x)) * up.call(x);")]
    [InlineData("readonly Linear gate = nn.Linear(4, 8, false); public override Tensor forward(Tensor x) { var g = gate.call(x).sigmoid(); return x.mul(g); }")]
    [InlineData("readonly Linear tied = nn.Linear(4, 8, false); public override Tensor forward(Tensor x) => tied.call(x);")]
    [InlineData("readonly Linear key = nn.Linear(4, 8, false); public override Tensor forward(Tensor x) => nn.functional.softmax(key.call(x), 1);")]
    [InlineData("readonly Linear fc = nn.Linear(4, 8, false); readonly Parameter shift = nn.Parameter(zeros(8)); public override Tensor forward(Tensor x) => (fc.call(x) + shift).relu();")]
    public Task A_gate_a_head_or_a_bias_by_hand_is_silent(string members) => Verify<MissingBias>.Silent(Net(members));

    [Theory]
    [InlineData("Sequential([|Linear(3, 8, hasBias: false)|], ReLU())", "Sequential(Linear(3, 8), ReLU())")]
    [InlineData("Sequential([|Linear(3, 8, false)|], ReLU())", "Sequential(Linear(3, 8), ReLU())")]
    [InlineData("Sequential([|Conv2d(3, 8, 3, bias: false, padding: 1)|], ReLU())", "Sequential(Conv2d(3, 8, 3, padding: 1), ReLU())")]
    public Task The_fix_takes_the_argument_out(string before, string after) => Verify<MissingBias>.Fixes(Program(before), Program(after));

    private static string Program(string creation) => $"using static TorchSharp.torch.nn; var flag = args.Length > 0; var net = {creation};";

    private static string Net(string members) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            public Net() : base("Net") => RegisterComponents();
            {{members}}
        }
        static class Entry { static void Main() { } }
        """;
}
