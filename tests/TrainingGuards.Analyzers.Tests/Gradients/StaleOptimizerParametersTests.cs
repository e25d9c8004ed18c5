using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class StaleOptimizerParametersTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        Tensor x = rand(8, 4);
        var device = cuda.is_available() ? CUDA : CPU;
        var model = new Net();

        """;

    private const string Net = """

        class Net : nn.Module<Tensor, Tensor>
        {
            public nn.Module<Tensor, Tensor> body = nn.Linear(4, 8), head = nn.Linear(8, 1);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(body.call(x));
        }
        """;

    private const string Made = "var optimizer = Adam(model.parameters()); ";
    private const string Learn = " while (true) { optimizer.zero_grad(); model.call(x).sum().backward(); optimizer.step(); }";

    [Theory]
    [InlineData(Made + "[|model.to(device)|];" + Learn, "'optimizer' was made for the parameters of 'model' before 'model.to(…)' replaces them, so the new ones are not trained. Make the optimizer afterwards.")]
    [InlineData(Made + "[|model.head = nn.Linear(8, 3)|];" + Learn, "'optimizer' was made for the parameters of 'model' before 'model.head = …' replaces them, so the new ones are not trained. Make the optimizer afterwards.")]
    public Task The_message_says_what_replaces_them(string code, string message) => Verify<StaleOptimizerParameters>.Flags(Start + code + Net, message);

    [Fact]
    public Task It_points_to_the_optimizer() => Verify<StaleOptimizerParameters>.Points(
        Start + Made + "[|model.cuda()|];" + Learn + Net, "Adam(model.parameters())");

    [Theory]
    [InlineData(Made + "[|model.to(float64)|];" + Learn)]
    [InlineData(Made + "[|model.half()|];" + Learn)]
    [InlineData(Made + "model = [|model.to(DeviceType.CUDA)|];" + Learn)]
    [InlineData("using var optimizer = SGD(model.parameters(), 0.1); if (args.Length > 0) { [|model.to(device)|]; }" + Learn)]
    [InlineData(Made + "[|model = new Net()|];" + Learn)]
    [InlineData(Made + "for (int fold = 0; fold < 5; fold++) { [|model = new()|]; model.call(x).sum().backward(); optimizer.step(); }")]
    [InlineData(Made + "[|model.to(device)|]; Epoch(); void Epoch() { model.call(x).sum().backward(); optimizer.step(); }")]
    public Task What_is_replaced_later_is_flagged(string code) => Verify<StaleOptimizerParameters>.Flags(Start + code + Net);

    [Theory]
    [InlineData("model.to(device); " + Made + Learn)]
    [InlineData("model.head = nn.Linear(8, 3); " + Made + Learn)]
    [InlineData("model.to(device); " + Made + "model.to(device);" + Learn)]
    [InlineData(Made + "model.to(CPU);" + Learn)]
    [InlineData("var host = torch.device(\"cpu\"); " + Made + "model.to(host);" + Learn)]
    [InlineData(Made + "model.to(float32);" + Learn)]
    [InlineData(Made + "model.cpu();" + Learn)]
    [InlineData(Made + "model.to(device); optimizer = Adam(model.parameters());" + Learn)]
    [InlineData(Made + "void Epoch() { optimizer.step(); } Epoch(); model.to(device);")]
    [InlineData("Adam? optimizer = null; if (args.Length > 0) optimizer = Adam(model.parameters()); model.to(device); optimizer ??= Adam(model.parameters());" + Learn)]
    [InlineData("var other = new Net(); var optimizer = Adam(other.parameters()); model.to(device);" + Learn)]
    [InlineData(Made + "optimizer.step(); model.to(device); model.save(\"best\");")]
    [InlineData("var optimizer = Adam(model.body.parameters()); model.head = nn.Linear(8, 3);" + Learn)]
    [InlineData(Made + "var best = new Net(); best.to(device);" + Learn)]
    public Task What_is_replaced_before_or_not_at_all_is_silent(string code) => Verify<StaleOptimizerParameters>.Silent(Start + code + Net);

    [Theory]
    [InlineData("class T { void Fit(Linear model, Device device) { var optimizer = optim.Adam(model.parameters()); model.to(device); optimizer.step(); } }")]
    [InlineData("class T { void Fit(Device device) { var model = nn.Linear(1, 1, device: device); var optimizer = optim.Adam(model.parameters()); model.to(device); optimizer.step(); } }")]
    [InlineData("class T { void Fit(Linear model, optim.Optimizer optimizer, Device device) { model.to(device); optimizer.step(); } }")]
    [InlineData("var model = new Net(CUDA); var optimizer = optim.Adam(model.parameters()); model.to(CUDA); optimizer.step(); class Net : nn.Module<Tensor, Tensor> { readonly Linear one; public Net(Device d) : base(\"n\") { one = nn.Linear(1, 1, device: d); RegisterComponents(); } public override Tensor forward(Tensor x) => one.call(x); }")]
    [InlineData("var model = new Net(); var optimizer = optim.Adam(model.parameters()); model.to(CUDA); optimizer.step(); class Net : nn.Module<Tensor, Tensor> { readonly Linear one = nn.Linear(1, 1, device: CUDA); public Net() : base(\"n\") { RegisterComponents(); } public override Tensor forward(Tensor x) => one.call(x); }")]
    [InlineData("var model = new Net(); var optimizer = optim.Adam(model.parameters()); model.to(CUDA); optimizer.step(); class Net : nn.Module<Tensor, Tensor> { readonly Linear one = nn.Linear(1, 1); public Net() : base(\"n\") { RegisterComponents(); this.to(CUDA); } public override Tensor forward(Tensor x) => one.call(x); }")]
    [InlineData("set_default_device(CUDA); var model = nn.Linear(1, 1); var optimizer = optim.Adam(model.parameters()); model.to(CUDA); optimizer.step();")]
    public Task A_module_that_may_be_there_already_is_silent(string code) => Verify<StaleOptimizerParameters>.Silent(code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<StaleOptimizerParameters>.SilentOnBroken(Start + "var optimizer = Adam(model.; model.to(device); optimizer.step();");

    [Theory]
    [InlineData("var optimizer = Adam(model.parameters());\n[|model.to(device)|]; // GPU", "model.to(device); // GPU\nvar optimizer = Adam(model.parameters());")]
    [InlineData("var optimizer = Adam(model.parameters());\nConsole.WriteLine(1);\n[|model.head = nn.Linear(8, 3)|];", "model.head = nn.Linear(8, 3);\nvar optimizer = Adam(model.parameters());\nConsole.WriteLine(1);")]
    public Task The_fix_moves_the_statement(string flagged, string cured) => Verify<StaleOptimizerParameters>.Fixes(
        Start + flagged + "\noptimizer.step();" + Net, Start + cured + "\noptimizer.step();" + Net);

    [Theory]
    [InlineData(Made + "var other = CUDA; [|model.to(other)|];" + Learn)]
    [InlineData(Made + "foreach (var a in args) { [|model.head = nn.Linear(8, 3)|]; }" + Learn)]
    public Task No_fix_is_offered_where_no_move_is_certain(string code) => Verify<StaleOptimizerParameters>.HasNoFix(Start + code + Net);
}
