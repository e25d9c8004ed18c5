using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class ParameterInTwoGroupsTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = new Net();
        var other = nn.Linear(4, 1);
        Tensor Loss() => mse_loss(model.call(x), y);

        """;

    private const string Net = """

        class Net : nn.Module<Tensor, Tensor>
        {
            public readonly Linear body = nn.Linear(4, 8), head = nn.Linear(8, 1);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(body.call(x));
        }
        """;

    private const string Two = "var fast = Adam(model.parameters()); var slow = SGD(model.parameters(), 0.1); ";

    [Theory]
    [InlineData(
        "var optimizer = Adam(new[] { new Adam.ParamGroup(model.parameters()), new Adam.ParamGroup([|model.parameters()|]) });",
        "The parameters of 'model' are given to the optimizer twice, so each step updates them twice. Give each parameter to one group of one optimizer.")]
    [InlineData(
        Two + "while (true) { Loss().backward(); fast.step(); [|slow.step()|]; fast.zero_grad(); }",
        "'fast' and 'slow' both update the parameters of 'model' after one backward(), so each gradient is used twice. Give each parameter to one group of one optimizer.")]
    public Task The_message_says_what_is_updated_twice(string code, string message) => Verify<ParameterInTwoGroups>.Flags(Start + code + Net, message);

    [Fact]
    public Task It_points_to_the_first_listing() => Verify<ParameterInTwoGroups>.Points(
        Start + "var optimizer = SGD(model.parameters().Concat([|model.head.parameters()|]), 0.1);" + Net, "model.parameters()");

    [Theory]
    [InlineData("var all = model.parameters(); var optimizer = AdamW(all.Concat([|model.parameters()|]));")]
    [InlineData("var optimizer = SGD(new SGD.ParamGroup[] { new(model.head.parameters()), new([|model.parameters()|]) }, 0.1);")]
    [InlineData(Two + "fast.zero_grad(); Loss().backward(); slow.step(); Console.Write(1); [|fast.step()|];")]
    [InlineData("var fast = Adam(model.parameters()); var both = SGD(other.parameters().Concat(model.parameters()), 0.1); while (true) { Loss().backward(); fast.step(); [|both.step()|]; both.zero_grad(); }")]
    public Task A_parameter_that_is_updated_twice_is_flagged(string code) => Verify<ParameterInTwoGroups>.Flags(Start + code + Net);

    [Theory]
    [InlineData("var optimizer = Adam(new[] { new Adam.ParamGroup(model.body.parameters()), new Adam.ParamGroup(model.head.parameters()) });")]
    [InlineData("var optimizer = Adam(model.parameters().Concat(other.parameters()));")]
    [InlineData("var optimizer = Adam(new[] { new Adam.ParamGroup(model.parameters().Where(p => p.dim() > 1)), new Adam.ParamGroup(model.parameters().Where(p => p.dim() < 2)) });")]
    [InlineData(Two + "while (true) { fast.zero_grad(); Loss().backward(); fast.step(); slow.zero_grad(); Loss().backward(); slow.step(); }")]
    [InlineData(Two + "while (true) { fast.zero_grad(); Loss().backward(); fast.step(); Learn(); slow.step(); } void Learn() { fast.zero_grad(); Loss().backward(); }")]
    [InlineData(Two + "for (int i = 0; i < 99; i++) { fast.zero_grad(); Loss().backward(); if (i < 9) fast.step(); else slow.step(); }")]
    [InlineData(Two + "for (int i = 0; i < 99; i++) { fast.zero_grad(); Loss().backward(); if (i < 9) fast.step(); if (i >= 9) slow.step(); }")]
    [InlineData(Two + "foreach (var a in args) { fast.zero_grad(); Loss().backward(); fast.step(); } foreach (var a in args) { slow.zero_grad(); Loss().backward(); slow.step(); }")]
    [InlineData("var fast = Adam(model.parameters()); var slow = Adam(other.parameters()); while (true) { fast.zero_grad(); slow.zero_grad(); Loss().backward(); fast.step(); slow.step(); }")]
    [InlineData("var fast = Adam(model.body.parameters()); var slow = Adam(model.head.parameters()); Loss().backward(); fast.step(); slow.step();")]
    public Task Each_parameter_once_is_silent(string code) => Verify<ParameterInTwoGroups>.Silent(Start + code + Net);

    [Fact]
    public Task A_part_that_the_whole_does_not_register_is_silent() => Verify<ParameterInTwoGroups>.Silent("""
        var model = new Net();
        var optimizer = optim.Adam(model.parameters().Concat(model.head.parameters()));
        class Net() : nn.Module<Tensor, Tensor>("net")
        {
            public readonly Linear head = nn.Linear(8, 1);
            public override Tensor forward(Tensor x) => head.call(x);
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<ParameterInTwoGroups>.SilentOnBroken(Start + "var optimizer = Adam(model.parameters().Concat(model.); optimizer.step(" + Net);
}
