using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class MissingOrDoubledNonlinearityTests
{
    [Theory]
    [InlineData("Sequential(Linear(4, 8), [|Linear(8, 3)|])", "No activation stands between this Linear and the Linear before it, so the two are one linear map. Put an activation between them, or make them one layer.")]
    [InlineData("Sequential(Conv2d(3, 8, 3), [|Conv2d(8, 8, 3)|], ReLU())", "No activation stands between this Conv2d and the Conv2d before it, so the two are one linear map. Put an activation between them, or make them one layer.")]
    [InlineData("Sequential(Linear(4, 8), ReLU(), Dropout(), [|ReLU()|])", "'ReLU' is applied to what 'ReLU' has been applied to already. Remove one of the two.")]
    [InlineData("Sequential(Linear(4, 8), Tanh(), BatchNorm1d(8), [|Tanh()|])", "'Tanh' is applied to what 'Tanh' has been applied to already. Remove one of the two.")]
    public Task In_a_Sequential_it_is_flagged(string creation, string message) => Verify<MissingOrDoubledNonlinearity>.Flags(Program(creation), message);

    [Theory]
    [InlineData("=> [|last.call(drop.call(first.call(x)))|].relu();")]
    [InlineData("{ x = first.call(x); x = [|last.call(x)|]; return x; }")]
    [InlineData("=> [|act.call(first.call(x).relu())|];")]
    [InlineData("{ var h = first.call(x).sigmoid(); return [|h.sigmoid()|]; }")]
    public Task In_a_forward_it_is_flagged(string forward) => Verify<MissingOrDoubledNonlinearity>.Flags(Net(forward));

    [Fact]
    public Task It_points_to_the_one_before() => Verify<MissingOrDoubledNonlinearity>.Points(Program("Sequential(Linear(4, 4), Dropout(), [|Linear(4, 3)|])"), "Linear(4, 4)");

    [Theory]
    [InlineData("Sequential(Linear(4, 8), ReLU(), Linear(8, 3))")]
    [InlineData("Sequential(Linear(64, 4), Linear(4, 64))")]
    [InlineData("Sequential(Linear(64, n), Linear(n, 64))")]
    [InlineData("Sequential(Conv2d(8, 8, 3, groups: 8), Conv2d(8, 16, 1))")]
    [InlineData("Sequential(Conv2d(8, 8, (1, 7)), Conv2d(8, 8, (7, 1)))")]
    [InlineData("Sequential(Conv2d(8, 8, 3), MaxPool2d(2), Conv2d(8, 8, 3))")]
    [InlineData("Sequential(Conv2d(8, 8, 3), BatchNorm2d(8), Conv2d(8, 8, 3))")]
    [InlineData("Sequential(Linear(4, 4), given, Linear(4, 4))")]
    [InlineData("Sequential(Linear(4, 4), ReLU(), Softmax(1))")]
    [InlineData("Sequential(Linear(4, 4), ReLU(), Linear(4, 4), ReLU())")]
    public Task Factorised_activated_or_unknown_it_is_silent(string creation) => Verify<MissingOrDoubledNonlinearity>.Silent(Program(creation));

    [Theory]
    [InlineData("=> first.call(x) + narrow.call(down.call(x));")]
    [InlineData("{ var h = first.call(x); return last.call(h) + h.relu(); }")]
    [InlineData("=> last.call(first.call(x).relu());")]
    [InlineData("=> last.call(first.call(x).max(1).values);")]
    [InlineData("=> last.call(first.call(x) * x);")]
    [InlineData("=> last.call(x.shape[0] > 1 ? first.call(x).relu() : first.call(x));")]
    public Task LoRA_and_what_is_also_used_elsewhere_is_silent(string forward) => Verify<MissingOrDoubledNonlinearity>.Silent(Net(forward));

    [Theory]
    [InlineData("Sequential(Linear(4, 8), ReLU(), [|ReLU()|], Linear(8, 3))", "Sequential(Linear(4, 8), ReLU(), Linear(8, 3))")]
    [InlineData("Sequential(Linear(4, 8), ReLU(), BatchNorm1d(8), [|ReLU()|])", "Sequential(Linear(4, 8), ReLU(), BatchNorm1d(8))")]
    public Task The_second_activation_is_taken_out_of_a_list(string before, string after) => Verify<MissingOrDoubledNonlinearity>.Fixes(Program(before), Program(after));

    [Theory]
    [InlineData("=> last.call([|first.call(x).relu().relu()|]);", "=> last.call(first.call(x).relu());")]
    [InlineData("=> [|act.call(nn.functional.relu(last.call(x)))|];", "=> nn.functional.relu(last.call(x));")]
    public Task The_second_activation_is_taken_out_of_a_call(string before, string after) => Verify<MissingOrDoubledNonlinearity>.Fixes(Net(before), Net(after));

    [Fact]
    public Task A_missing_activation_has_no_fix() => Verify<MissingOrDoubledNonlinearity>.HasNoFix(Program("Sequential(Linear(4, 8), [|Linear(8, 3)|])"));

    private static string Program(string creation) => $"using static TorchSharp.torch.nn; Use(ReLU(), args.Length); void Use(Module<Tensor, Tensor> given, int n) {{ if (given is ReLU) given = null; var net = {creation}; }}";

    private static string Net(string forward) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Linear first = nn.Linear(16, 16), last = nn.Linear(16, 16), down = nn.Linear(16, 2), narrow = nn.Linear(2, 16);
            private readonly Dropout drop = nn.Dropout();
            private readonly nn.Module<Tensor, Tensor> act = nn.ReLU();
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) {{forward}}
        }
        static class Entry { static void Main() { } }
        """;
}
