using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class RedundantBiasTests
{
    [Theory]
    [InlineData("Sequential([|Conv2d(3, 8, 3)|], BatchNorm2d(8), ReLU())", "The bias of this Conv2d is subtracted again by the BatchNorm2d that follows it. Leave it out with bias: false.")]
    [InlineData("Sequential((\"l\", [|Linear(3, 8)|]), (\"n\", BatchNorm1d(8)))", "The bias of this Linear is subtracted again by the BatchNorm1d that follows it. Leave it out with hasBias: false.")]
    [InlineData("Sequential(Linear(3, 8), [|Dropout(0.1)|], BatchNorm1d(8))", "'Dropout' right before 'BatchNorm1d' changes the variance in training alone, by which evaluation then normalises. Put the Dropout after it.")]
    public Task What_BatchNorm_undoes_is_flagged(string creation, string message) => Verify<RedundantBias>.Flags(Program(creation), message);

    [Theory]
    [InlineData("readonly Conv2d conv = [|nn.Conv2d(3, 8, 3)|]; readonly BatchNorm2d norm = nn.BatchNorm2d(8); public override Tensor forward(Tensor x) => norm.call(conv.call(x));")]
    [InlineData("Linear fc; BatchNorm1d norm; public Net(int n) : base(\"Net\") { fc = [|nn.Linear(4, n)|]; norm = nn.BatchNorm1d(n); RegisterComponents(); } public override Tensor forward(Tensor x) { x = fc.call(x); x = norm.call(x); return x.relu(); }")]
    public Task In_a_forward_it_is_flagged_where_the_layer_is_made(string members) => Verify<RedundantBias>.Flags(Net(members));

    [Fact]
    public Task It_points_to_the_normalisation() => Verify<RedundantBias>.Points(Program("Sequential([|Conv1d(3, 8, 3)|], BatchNorm1d(8))"), "BatchNorm1d(8)");

    [Theory]
    [InlineData("Sequential(Conv2d(3, 8, 3, bias: false), BatchNorm2d(8))")]
    [InlineData("Sequential(Conv2d(3, 8, 3, bias: true), BatchNorm2d(8))")]
    [InlineData("Sequential(Conv2d(3, 8, 3, bias: flag), BatchNorm2d(8))")]
    [InlineData("Sequential(Conv2d(3, 8, 3), ReLU(), BatchNorm2d(8))")]
    [InlineData("Sequential(Conv2d(3, 8, 3), LayerNorm(8))")]
    [InlineData("Sequential(Conv2d(3, 8, 3), GroupNorm(4, 8))")]
    [InlineData("Sequential(Linear(3, 8), BatchNorm1d(5))")]
    [InlineData("Sequential(shared, BatchNorm2d(8))")]
    [InlineData("Sequential(Dropout(0), BatchNorm1d(8))")]
    [InlineData("Sequential(BatchNorm1d(8), Dropout(0.1), Linear(8, 3))")]
    public Task What_is_said_or_is_not_undone_is_silent(string creation) => Verify<RedundantBias>.Silent(Program(creation));

    [Theory]
    [InlineData("readonly Conv2d conv = nn.Conv2d(3, 8, 3); readonly BatchNorm2d norm = nn.BatchNorm2d(8); public override Tensor forward(Tensor x) => norm.call(conv.call(x)) + conv.call(-x);")]
    [InlineData("readonly Conv2d conv = nn.Conv2d(3, 8, 3); readonly BatchNorm2d norm = nn.BatchNorm2d(8); public override Tensor forward(Tensor x) { var h = conv.call(x); return norm.call(h) + h; }")]
    [InlineData("readonly Conv2d conv = nn.Conv2d(3, 8, 3); readonly BatchNorm2d norm = nn.BatchNorm2d(8); public override Tensor forward(Tensor x) => norm.call(conv.call(x)); public Tensor Raw(Tensor x) => conv.forward(x);")]
    [InlineData("readonly Conv2d conv = nn.Conv2d(3, 8, 3); readonly BatchNorm2d norm = nn.BatchNorm2d(8); public override Tensor forward(Tensor x) => norm.call(conv.call(x).mean(new long[] { 2, 3 }));")]
    public Task A_layer_that_something_else_sees_is_silent(string members) => Verify<RedundantBias>.Silent(Net(members));

    [Theory]
    [InlineData("Sequential([|Conv2d(3, 8, 3, padding: 1)|], BatchNorm2d(8))", "Sequential(Conv2d(3, 8, 3, padding: 1, bias: false), BatchNorm2d(8))")]
    [InlineData("Sequential([|Linear(3, 8)|], BatchNorm1d(8), [|Linear(8, 8)|], BatchNorm1d(8))", "Sequential(Linear(3, 8, hasBias: false), BatchNorm1d(8), Linear(8, 8, hasBias: false), BatchNorm1d(8))")]
    public Task The_fix_turns_the_bias_off(string before, string after) => Verify<RedundantBias>.Fixes(Program(before), Program(after));

    [Fact]
    public Task Where_to_put_a_Dropout_nobody_can_say() => Verify<RedundantBias>.HasNoFix(Program("Sequential([|Dropout(0.1)|], BatchNorm1d(8))"));

    private static string Program(string creation) => $"using static TorchSharp.torch.nn; var flag = args.Length > 0; var shared = Conv2d(3, 8, 3); shared.call(rand(1, 3, 4, 4)); var net = {creation};";

    private static string Net(string members) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            {{(members.Contains("public Net(", StringComparison.Ordinal) ? "" : "public Net() : base(\"Net\") => RegisterComponents();")}}
            {{members}}
        }
        static class Entry { static void Main() { } }
        """;
}
