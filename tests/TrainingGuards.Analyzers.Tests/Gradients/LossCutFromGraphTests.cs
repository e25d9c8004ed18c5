using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class LossCutFromGraphTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = randint(3, new long[] { 8 });
        var model = nn.Linear(4, 3);

        """;

    [Fact]
    public Task The_message_names_the_loss_and_the_cut() => Verify<LossCutFromGraph>.Flags(
        Start + "var loss = cross_entropy(model.call(x), y).detach().requires_grad_(true); [|loss.backward()|];",
        "'loss' is cut from the graph by 'detach', so its backward() reaches no parameter and nothing is learned. Backpropagate the loss as it was computed.");

    [Fact]
    public Task The_message_names_what_a_chain_starts_with() => Verify<LossCutFromGraph>.Flags(
        Start + "var loss = cross_entropy(model.call(x), y); [|loss.detach().requires_grad_(true).backward()|];",
        "'loss' is cut from the graph by 'detach', so its backward() reaches no parameter and nothing is learned. Backpropagate the loss as it was computed.");

    [Fact]
    public Task It_points_to_the_cut() => Verify<LossCutFromGraph>.Points(
        Start + "var value = cross_entropy(model.call(x), y).item<float>(); var loss = tensor(value, requires_grad: true); [|loss.backward()|];",
        "cross_entropy(model.call(x), y).item<float>()");

    [Theory]
    [InlineData("[|tensor(cross_entropy(model.call(x), y).ToSingle(), requires_grad: true).backward()|];")]
    [InlineData("float sum = 0; foreach (var a in args) sum += cross_entropy(model.call(x), y).item<float>(); using var loss = tensor(sum / 4).requires_grad_(); [|loss.backward()|];")]
    [InlineData("Tensor loss = cross_entropy(model.call(x), y).item<float>(); [|loss.backward()|];")]
    [InlineData("var loss = model.call(x).argmax(1).eq(y).to(float32).mean(); loss.requires_grad = true; [|loss.backward()|];")]
    [InlineData("var loss = 1 - (model.call(x).argmax(1) == y).to(float32).mean(); loss.requires_grad_(); [|loss.backward()|];")]
    [InlineData("var error = torch.round(model.call(x)).sum(); [|error.backward()|];")]
    [InlineData("var loss = mse_loss(model.call(x).round(), zeros(8, 3)); [|loss.backward()|];")]
    [InlineData("var loss = cross_entropy(model.call(x).detach(), y); [|loss.backward()|];")]
    [InlineData("var loss = nn.CrossEntropyLoss().call(model.call(x).detach(), y); [|loss.backward()|];")]
    [InlineData("var loss = model.call(x).detach().sum(); loss += 2 * loss; [|loss.backward()|];")]
    [InlineData("var p = model.call(x); var loss = args.Length > 0 ? p.detach() : p.gt(0); [|loss.sum().backward()|];")]
    [InlineData("[|Loss().backward()|]; Tensor Loss() { var raw = cross_entropy(model.call(x), y); return raw.detach(); }")]
    [InlineData("Func<Tensor> loss = () => model.call(x).floor().sum(); [|loss().backward()|];")]
    public Task A_loss_without_history_is_flagged(string code) => Verify<LossCutFromGraph>.Flags(Start + code);

    [Theory]
    [InlineData("cross_entropy(model.call(x), y).backward();")]
    [InlineData("var p = model.call(x); var hard = p + (p.round() - p).detach(); hard.sum().backward();")]
    [InlineData("var p = model.call(x); (p * p.detach().sum()).sum().backward();")]
    [InlineData("var p = model.call(x); mse_loss(p.detach(), model.call(x + 1)).backward();")]
    [InlineData("var p = model.call(x); torch.where(p > 0, p, zeros_like(p)).sum().backward();")]
    [InlineData("var p = model.call(x); (p * (p > 0).to(float32)).sum().backward();")]
    [InlineData("var scale = tensor(model.call(x).abs().max().item<float>()); (model.call(x) / scale).sum().backward();")]
    [InlineData("var loss = cross_entropy(model.call(x), y); if (args.Length > 0) loss = loss.detach().requires_grad_(); loss.backward();")]
    [InlineData("var p = model.call(x); torch.stack(new[] { p.detach(), p }).sum().backward();")]
    public Task A_loss_with_some_history_is_silent(string code) => Verify<LossCutFromGraph>.Silent(Start + code);

    [Theory]
    [InlineData("var input = x.detach().requires_grad_(true); input.pow(2).sum().backward(); Console.WriteLine(input.grad);")]
    [InlineData("var input = x.detach(); input.requires_grad = true; var loss = input.pow(2).sum(); loss.backward();")]
    [InlineData("var input = tensor(model.call(x).sum().item<float>(), requires_grad: true); (input * 2).backward();")]
    [InlineData("var input = rand(3, requires_grad: true); input.sum().backward();")]
    [InlineData("var ones = rand(3, requires_grad: true); ones.backward();")]
    [InlineData("var input = new Parameter(x.round()); input.sum().backward();")]
    public Task A_gradient_that_is_asked_for_is_silent(string code) => Verify<LossCutFromGraph>.Silent(Start + code);

    [Theory]
    [InlineData("void Step(Tensor loss) => loss.backward(); Step(x);")]
    [InlineData("foreach (var loss in new[] { x.detach() }) loss.backward();")]
    [InlineData("Func<Tensor, Tensor>[] losses = [t => t.detach()]; losses[0](x).backward();")]
    [InlineData("Tensor loss; make(out loss); loss.backward(); void make(out Tensor t) => t = x.detach();")]
    public Task What_comes_from_out_of_sight_is_silent(string code) => Verify<LossCutFromGraph>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<LossCutFromGraph>.SilentOnBroken("var loss = unknown.detach(; loss.backward();");

    [Theory]
    [InlineData("var loss = cross_entropy(model.call(x), y).detach(); // stable\n[|loss.backward()|];", "var loss = cross_entropy(model.call(x), y); // stable\nloss.backward();")]
    [InlineData("var p = model.call(x).detach(); [|p.sum().backward()|];", "var p = model.call(x); p.sum().backward();")]
    public Task The_fix_removes_detach(string flagged, string cured) => Verify<LossCutFromGraph>.Fixes(Start + flagged, Start + cured);

    [Fact]
    public Task No_fix_is_offered_for_what_has_no_derivative() => Verify<LossCutFromGraph>.HasNoFix(Start + "[|model.call(x).round().sum().backward()|];");

    [Fact]
    public Task Everything_is_fixed_at_once() => Verify<LossCutFromGraph>.FixesAll(
        ["class A(Linear m) { void M(Tensor a) { [|m.call(a).detach().backward()|]; [|m.call(a).sum().detach().backward()|]; } }"],
        ["class A(Linear m) { void M(Tensor a) { m.call(a).backward(); m.call(a).sum().backward(); } }"]);
}
