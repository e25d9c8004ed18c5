using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class UnscaledAccumulationTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        const int every = 4;

        """;

    private const string Step = " if ((i + 1) % every == 0) { optimizer.step(); optimizer.zero_grad(); } }";

    [Fact]
    public Task The_message_names_the_loss_and_the_number() => Verify<UnscaledAccumulation>.Flags(
        Start + "for (int i = 0; i < 99; i++) { var loss = mse_loss(model.call(x), y); [|loss.backward()|];" + Step,
        "'loss' is a mean over one batch, and the gradients of every batches are summed before a step that is then every times as large. "
            + "Backpropagate it divided by every.");

    [Fact]
    public Task It_points_to_the_step() => Verify<UnscaledAccumulation>.Points(
        Start + "for (int i = 0; i < 99; i++) { [|mse_loss(model.call(x), y).backward()|];" + Step, "optimizer.step()");

    [Theory]
    [InlineData("int i = 0; foreach (var batch in args) { [|mse_loss(model.call(x), y).backward()|]; i++; if (i % 8 == 0 || i == args.Length) { optimizer.step(); model.zero_grad(); } }")]
    [InlineData("for (int i = 0; i < 99; i++) { var loss = (model.call(x) - y).square().mean(); [|loss.backward()|];" + Step)]
    [InlineData("var criterion = nn.MSELoss(); for (int i = 0; i < 99; i++) { using var loss = criterion.call(model.call(x), y); [|loss.backward()|];" + Step)]
    [InlineData("for (int i = 0; i < 99; i++) { [|l1_loss(model.call(x), y, nn.Reduction.Mean).backward()|]; if (i % every == 3) Update(); } void Update() { optimizer.step(); optimizer.zero_grad(); }")]
    public Task A_mean_loss_that_is_not_divided_is_flagged(string code) => Verify<UnscaledAccumulation>.Flags(Start + code);

    [Theory]
    [InlineData("for (int i = 0; i < 99; i++) { (mse_loss(model.call(x), y) / every).backward();" + Step)]
    [InlineData("for (int i = 0; i < 99; i++) { var loss = mse_loss(model.call(x), y); loss = loss / every; loss.backward();" + Step)]
    [InlineData("for (int i = 0; i < 99; i++) { var loss = mse_loss(model.call(x), y) * 0.25; loss.backward();" + Step)]
    [InlineData("for (int i = 0; i < 99; i++) { mse_loss(model.call(x), y, nn.Reduction.Sum).backward();" + Step)]
    [InlineData("var criterion = nn.MSELoss(nn.Reduction.Sum); for (int i = 0; i < 99; i++) { criterion.call(model.call(x), y).backward();" + Step)]
    [InlineData("for (int i = 0; i < 99; i++) { (model.call(x) - y).square().sum().backward();" + Step)]
    [InlineData("for (int i = 0; i < 99; i++) { mse_loss(model.call(x), y).backward(); if (i % every == 0) { foreach (var p in model.parameters()) p.grad!.div_(every); optimizer.step(); optimizer.zero_grad(); } }")]
    [InlineData("for (int i = 0; i < 99; i++) { mse_loss(model.call(x), y).backward(); if (i % every == 0) { nn.utils.clip_grad_norm_(model.parameters(), 1); optimizer.step(); optimizer.zero_grad(); } }")]
    [InlineData("for (int i = 0; i < 99; i++) { optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); optimizer.step(); if (i % every == 0) Console.WriteLine(i); }")]
    [InlineData("for (int i = 0; i < 99; i++) { optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); if (i % every == 0) optimizer.step(); }")]
    [InlineData("for (int i = 0; i < 99; i++) { mse_loss(model.call(x), y).backward(); if (i % 1 == 0) { optimizer.step(); optimizer.zero_grad(); } }")]
    [InlineData("var adam = optim.Adam(model.parameters()); for (int i = 0; i < 99; i++) { mse_loss(model.call(x), y).backward(); if (i % every == 0) { adam.step(); adam.zero_grad(); } }")]
    public Task What_is_scaled_summed_or_scale_free_is_silent(string code) => Verify<UnscaledAccumulation>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<UnscaledAccumulation>.SilentOnBroken(Start + "for (int i = 0; i < 99; i++) { loss.backward(; if (i % every == 0) { optimizer.step(); } }");

    [Theory]
    [InlineData("[|loss.backward()|]; // accumulate", "(loss / every).backward(); // accumulate")]
    [InlineData("[|mse_loss(model.call(x), y).backward()|];", "(mse_loss(model.call(x), y) / every).backward();")]
    public Task The_fix_divides(string flagged, string cured) => Verify<UnscaledAccumulation>.Fixes(
        Start + "for (int i = 0; i < 99; i++) { var loss = l1_loss(model.call(x), y);\n    " + flagged + "\n" + Step,
        Start + "for (int i = 0; i < 99; i++) { var loss = l1_loss(model.call(x), y);\n    " + cured + "\n" + Step);
}
