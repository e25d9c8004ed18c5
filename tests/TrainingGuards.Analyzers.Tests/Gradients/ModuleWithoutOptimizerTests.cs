using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class ModuleWithoutOptimizerTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var encoder = nn.Sequential(nn.Linear(4, 8), nn.ReLU());
        var head = nn.Linear(8, 1);

        """;

    private const string Made = "var optimizer = [|Adam(head.parameters())|]; ";
    private const string Silent = "var optimizer = Adam(head.parameters()); ";
    private const string Learn = " optimizer.zero_grad(); mse_loss(head.call(encoder.call(x)), y).backward(); optimizer.step(); ";

    [Fact]
    public Task The_message_names_the_module_and_its_neighbour() => Verify<ModuleWithoutOptimizer>.Flags(
        Start + Made + Learn,
        "'encoder' is in no optimizer although the loss is computed through it and 'head', so it never trains. Give its parameters to the optimizer as well.");

    [Fact]
    public Task It_points_to_the_forward_pass() => Verify<ModuleWithoutOptimizer>.Points(Start + Made + Learn, "encoder.call(x)");

    [Theory]
    [InlineData("var optimizer = [|AdamW(encoder.parameters())|];" + Learn)]
    [InlineData(Made + "while (true) { var features = encoder.forward(x).relu(); var output = head.forward(features + 1); var loss = mse_loss(output, y); optimizer.zero_grad(); loss.backward(); optimizer.step(); }")]
    [InlineData("encoder.to(CPU); encoder.train(); " + Made + "void Step() { " + Learn + " } Step();")]
    [InlineData("var tail = new Tail(); var optimizer = [|SGD(head.parameters().Concat(encoder.parameters()), 0.1)|]; tail.call(head.call(encoder.call(x))).sum().backward(); optimizer.step(); class Tail : nn.Module<Tensor, Tensor> { readonly Linear last = nn.Linear(1, 1); public Tail() : base(\"tail\") => RegisterComponents(); public override Tensor forward(Tensor x) => last.call(x); }")]
    public Task A_forgotten_module_is_flagged(string code) => Verify<ModuleWithoutOptimizer>.Flags(Start + code);

    [Theory]
    [InlineData("var optimizer = Adam(head.parameters().Concat(encoder.parameters()));" + Learn)]
    [InlineData(Silent + "var other = SGD(encoder.parameters(), 0.1);" + Learn + "other.step();")]
    [InlineData("var whole = nn.Sequential(encoder, head); var optimizer = Adam(whole.parameters());" + Learn)]
    [InlineData("foreach (var p in encoder.parameters()) p.requires_grad = false; " + Silent + Learn)]
    [InlineData("encoder.eval(); " + Silent + Learn)]
    [InlineData("encoder.load(\"pretrained\"); " + Silent + Learn)]
    [InlineData(Silent + "Tensor features; using (no_grad()) features = encoder.call(x); mse_loss(head.call(features), y).backward(); optimizer.step();")]
    [InlineData(Silent + "mse_loss(head.call(encoder.call(x).detach()), y).backward(); optimizer.step();")]
    [InlineData("var target = nn.Linear(8, 1); var optimizer = Adam(head.parameters()); var z = rand(8, 8); mse_loss(head.call(z), target.call(z)).backward(); optimizer.step();")]
    [InlineData("var norm = nn.Sequential(nn.ReLU(), nn.Dropout(0.1)); var optimizer = Adam(head.parameters().Concat(encoder.parameters())); head.call(norm.call(encoder.call(x))).sum().backward(); optimizer.step();")]
    [InlineData("var frozen = new Frozen(); var optimizer = Adam(head.parameters()); head.call(frozen.call(x)).sum().backward(); optimizer.step(); class Frozen : nn.Module<Tensor, Tensor> { readonly Linear one = nn.Linear(4, 8); public Frozen() : base(\"f\") { RegisterComponents(); eval(); } public override Tensor forward(Tensor x) => one.call(x); }")]
    [InlineData("Optimizer Make() => Adam(encoder.parameters().Take(1)); var optimizer = Make();" + Learn)]
    [InlineData("var optimizer = Adam(encoder.parameters().Where(p => p.requires_grad));" + Learn)]
    [InlineData(Silent + "Console.WriteLine(head.call(encoder.call(x)).sum().item<float>());")]
    [InlineData(Silent + "Register(encoder);" + Learn + " void Register(nn.Module m) { }")]
    public Task A_module_that_trains_or_is_not_to_is_silent(string code) => Verify<ModuleWithoutOptimizer>.Silent(Start + code);

    [Fact]
    public Task A_module_from_elsewhere_is_silent() => Verify<ModuleWithoutOptimizer>.Silent("""
        class T
        {
            void Fit(nn.Module<Tensor, Tensor> encoder, Linear head, Tensor x)
            {
                var optimizer = optim.Adam(head.parameters());
                head.call(encoder.call(x)).sum().backward();
                optimizer.step();
            }
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<ModuleWithoutOptimizer>.SilentOnBroken(Start + "var optimizer = Adam(head.; head.call(encoder.call(x)).sum().backward(");
}
