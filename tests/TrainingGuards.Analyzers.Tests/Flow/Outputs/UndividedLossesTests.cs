using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class UndividedLossesTests
{
    [Theory]
    [InlineData("[|mse_loss(x, y)|].backward();", "mse_loss")]
    [InlineData("var loss = [|mse_loss(x, y)|]; loss.cpu().backward();", "mse_loss")]
    [InlineData("Tensor Loss(Tensor t) => [|l1_loss(t, y)|]; Loss(x).backward();", "l1_loss")]
    [InlineData("[|l1_loss(x, y, nn.Reduction.None).sum()|].backward();", "l1_loss")]
    [InlineData("var criterion = [|nn.MSELoss()|]; criterion.call(x, y).backward();", "MSELoss")]
    [InlineData("([|mse_loss(x, y)|] / 8).backward();", "")]
    [InlineData("var loss = [|mse_loss(x, y)|]; loss.mul_(2); loss.backward();", "")]
    [InlineData("var loss = args.Length > 0 ? [|mse_loss(x, y)|] : l1_loss(x, y); loss.backward();", "")]
    [InlineData("[|mse_loss(x, y)|].item<float>();", "")]
    public async Task A_loss_is_backpropagated_as_it_is(string code, string name)
    {
        MarkedProgram marked = await MarkedProgram.In("using static TorchSharp.torch.nn.functional;\nTensor x = rand(8, requires_grad: true), y = rand(8);\n" + code);
        Assert.Equal(name, string.Join(' ', marked.Program.UndividedLosses.Of(marked.Operation).Select(loss => loss.Loss.Name)));
    }
}
