using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class SumInsteadOfMeanTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.nn.Reduction;
        torch.utils.data.Dataset data = null!;
        var loader = torch.utils.data.DataLoader(data, 64, shuffle: true);
        var model = Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        float rate = 0.1f;

        """;

    private const string Loop = "foreach (var batch in loader) { optimizer.zero_grad(); Tensor x = batch[\"x\"], y = batch[\"y\"]; ";

    private const string Step = "\noptimizer.step(); }";

    [Fact]
    public Task The_message_says_what_varies() => Verify<SumInsteadOfMean>.Flags(
        Start + Loop + "var loss = mse_loss(model.call(x), y, [|Reduction.Sum|]); loss.backward();" + Step,
        "'mse_loss' is summed over the batch, so a step of 'optimizer' is as many times larger as the batch is, and smaller for the last one of 'loader'. Use 'Reduction.Mean'.");

    [Fact]
    public Task It_points_to_the_backward() => Verify<SumInsteadOfMean>.Points(
        Start + Loop + "var loss = mse_loss(model.call(x), y, reduction: [|Sum|]); loss.backward();" + Step, "loss.backward()");

    [Theory]
    [InlineData("cross_entropy(model.call(x), y, reduction: [|nn.Reduction.Sum|]).backward();")]
    [InlineData("mse_loss(model.call(x), y, None).[|sum()|].backward();")]
    [InlineData("var each = l1_loss(model.call(x), y, None); var loss = torch.[|sum(each)|]; loss.backward();")]
    [InlineData("Tensor Loss() { var made = huber_loss(model.call(x), y, reduction: [|Sum|]); return made; } using var loss = Loss(); loss.backward();")]
    [InlineData("var criterion = new BCEWithLogitsLoss(reduction: [|Sum|]); criterion.call(model.call(x), y).backward();")]
    [InlineData("Console.WriteLine(y); using (var scope = NewDisposeScope()) { var loss = smooth_l1_loss(model.call(x), y, [|Sum|]); if (loss.item<float>() > 3) Console.WriteLine(loss); loss.backward(); }")]
    public Task A_sum_that_is_backpropagated_is_flagged(string code) => Verify<SumInsteadOfMean>.Flags(Start + Loop + code + Step);

    [Theory]
    [InlineData("(mse_loss(model.call(x), y, Sum) / x.shape[0]).backward();")]
    [InlineData("var loss = mse_loss(model.call(x), y, Sum); loss = loss / 64; loss.backward();")]
    [InlineData("var loss = mse_loss(model.call(x), y, Sum); loss /= 64; loss.backward();")]
    [InlineData("var loss = mse_loss(model.call(x), y, Sum); loss.div_(64); loss.backward();")]
    [InlineData("mse_loss(model.call(x), y, Sum).div(64).backward();")]
    [InlineData("(mse_loss(model.call(x), y, Sum) * 0.01).backward();")]
    [InlineData("(mse_loss(model.call(x), y, Sum) + model.weight!.square().sum()).backward();")]
    [InlineData("mse_loss(model.call(x), y).backward();")]
    [InlineData("mse_loss(model.call(x), y, None).sum(1).mean().backward();")]
    [InlineData("mse_loss(model.call(x), y, rate > 1 ? Sum : Mean).backward();")]
    [InlineData("mse_loss(model.call(x), y, Mean).sum().backward();")]
    [InlineData("Console.WriteLine(mse_loss(model.call(x), y, Sum).item<float>()); mse_loss(model.call(x), y).backward();")]
    [InlineData("mse_loss(model.call(x), y, Sum).backward(); model.weight!.grad!.div_(x.shape[0]);")]
    [InlineData("mse_loss(model.call(x), y, Sum).backward(); torch.nn.utils.clip_grad_norm_(model.parameters(), 1);")]
    [InlineData("foreach (var group in optimizer.ParamGroups) group.LearningRate = 0.1 / x.shape[0]; mse_loss(model.call(x), y, Sum).backward();")]
    [InlineData("for (long i = 0; i < x.shape[0]; i++) mse_loss(model.call(x[i]), y[i], Sum).backward();")]
    [InlineData("mse_loss(model.call(x), y, Sum).backward(); mse_loss(model.call(x), y, Sum).backward();")]
    public Task What_is_divided_or_not_the_whole_loss_is_silent(string code) => Verify<SumInsteadOfMean>.Silent(Start + Loop + code + Step);

    [Theory]
    [InlineData("loader = torch.utils.data.DataLoader(data, 64, drop_last: true);")]
    [InlineData("loader = torch.utils.data.DataLoader(data, 1);")]
    [InlineData("optimizer = optim.SGD(model.parameters(), 0.1 / rate);")]
    public Task Batches_of_one_size_and_a_rate_that_follows_are_silent(string change) =>
        Verify<SumInsteadOfMean>.Silent(Start + change + Loop + "mse_loss(model.call(x), y, Sum).backward();" + Step);

    [Theory]
    [InlineData("Tensor x = rand(8, 4), y = rand(8, 1); for (int i = 0; i < 9; i++) { optimizer.zero_grad(); mse_loss(model.call(x), y, Sum).backward(); optimizer.step(); }")]
    [InlineData("foreach (var batch in new List<Tensor>()) { optimizer.zero_grad(); mse_loss(model.call(batch), batch, Sum).backward(); optimizer.step(); }")]
    [InlineData("optimizer.zero_grad(); foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]), batch[\"y\"], Sum).backward(); optimizer.step();")]
    [InlineData("int i = 0; foreach (var batch in loader) { mse_loss(model.call(batch[\"x\"]), batch[\"y\"], Sum).backward(); if (++i % 8 == 0) { optimizer.step(); optimizer.zero_grad(); } }")]
    [InlineData("var adam = optim.Adam(model.parameters()); foreach (var batch in loader) { adam.zero_grad(); mse_loss(model.call(batch[\"x\"]), batch[\"y\"], Sum).backward(); adam.step(); }")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(NLLLoss(reduction: Sum).call(model.call(batch[\"x\"]), batch[\"y\"]).item<float>());")]
    public Task Another_loop_or_optimizer_is_silent(string code) => Verify<SumInsteadOfMean>.Silent(Start + code);

    [Theory]
    [InlineData("optim.SGD(model.parameters(), 0.1)", true)]
    [InlineData("optim.AdamW(model.parameters(), 0.1)", false)]
    public Task A_trainer_is_seen_from_its_callers(string optimizer, bool isFlagged)
    {
        string code = $$"""
            using static TorchSharp.torch.nn;

            class Trainer(Module<Tensor, Tensor> model, MSELoss criterion)
            {
                public void Fit(optim.Optimizer optimizer, TorchSharp.Modules.DataLoader<int, (Tensor X, Tensor Y)> batches)
                {
                    for (int epoch = 0; epoch < 9; epoch++)
                    {
                        foreach (var (x, y) in batches)
                        {
                            optimizer.zero_grad();
                            Backpropagate(x, y);
                            optimizer.step();
                        }
                    }
                }
                private void Backpropagate(Tensor x, Tensor y) => nn.functional.mse_loss(model.call(x), y, {{(isFlagged ? "[|Reduction.Sum|]" : "Reduction.Sum")}}).backward();
            }
            static class Program
            {
                static void Run(Linear model, TorchSharp.Modules.DataLoader<int, (Tensor X, Tensor Y)> batches) =>
                    new Trainer(model, MSELoss()).Fit({{optimizer}}, batches);
                static void RunNamed(Linear model, TorchSharp.Modules.DataLoader<int, (Tensor X, Tensor Y)> batches)
                {
                    using var made = {{optimizer}};
                    new Trainer(model, MSELoss()).Fit(made, batches);
                }
            }
            """;
        return isFlagged ? Verify<SumInsteadOfMean>.Flags(code) : Verify<SumInsteadOfMean>.Silent(code);
    }

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<SumInsteadOfMean>.SilentOnBroken(Start + Loop + "mse_loss(model.call(x), y, Reduction.Sum).backward(; mse_loss(None).sum(;" + Step);

    [Theory]
    [InlineData("mse_loss(model.call(x), y, [|Reduction.Sum|]).backward(); // all", "mse_loss(model.call(x), y, Reduction.Mean).backward(); // all")]
    [InlineData("mse_loss(model.call(x), y, reduction: [|Sum|]).backward();", "mse_loss(model.call(x), y, reduction: Mean).backward();")]
    public Task The_fix_says_Mean(string before, string after) => Verify<SumInsteadOfMean>.Fixes(Start + Loop + before + Step, Start + Loop + after + Step);

    [Fact]
    public Task A_sum_by_hand_has_no_fix() => Verify<SumInsteadOfMean>.HasNoFix(Start + Loop + "mse_loss(model.call(x), y, None).[|sum()|].backward();" + Step);
}
