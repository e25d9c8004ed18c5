using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class BoundednessTests
{
    [Theory]
    [InlineData("layer.call(x)", nameof(Answer.Yes))]
    [InlineData("nn.Sequential(nn.Linear(4, 3), nn.ReLU()).call(x)", nameof(Answer.Yes))]
    [InlineData("-layer.call(x).view(-1) / 0.5 + 1", nameof(Answer.Yes))]
    [InlineData("layer.call(x).gather(1, x).matmul(layer.call(x))", nameof(Answer.Yes))]
    [InlineData("Twice(layer.call(x))", nameof(Answer.Yes))]
    [InlineData("layer.call(x).tanh()", nameof(Answer.No))]
    [InlineData("nn.Sequential(nn.Linear(4, 3), nn.Sigmoid()).call(x) * 4", nameof(Answer.No))]
    [InlineData("nn.functional.normalize(x).matmul(nn.functional.normalize(x).t()) / 0.1", nameof(Answer.No))]
    [InlineData("layer.call(x).clamp(-5, 5)", nameof(Answer.No))]
    [InlineData("layer.call(x) - layer.call(x).max()", nameof(Answer.Unknown))]
    [InlineData("layer.call(x) * x.tanh()", nameof(Answer.Unknown))]
    [InlineData("args.Length > 0 ? layer.call(x) : x.tanh()", nameof(Answer.Unknown))]
    [InlineData("x", nameof(Answer.Unknown))]
    public async Task Weighted_sums_have_no_bounds_and_cosines_do(string tensor, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            var layer = nn.Linear(4, 3);
            var x = rand(2, 4).to(int64);
            _ = [|{{tensor}}|];
            Tensor Twice(Tensor y) { var z = y * 2; return layer.call(z); }
            """);
        Assert.Equal(expected, new Boundedness(marked.Program).IsUnbounded(marked.Operation, marked.Body).ToString());
    }
}
