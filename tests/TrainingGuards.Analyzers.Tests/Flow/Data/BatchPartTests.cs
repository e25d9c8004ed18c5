using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class BatchPartTests
{
    private const string Start = "using static TorchSharp.torch.utils.data; Tensor x = rand(64, 4), y = rand(64, 1); ";
    private const string Pairs = " class Pairs : Dataset { public override long Count => 64; public override Dictionary<string, Tensor> GetTensor(long i) { var row = rand(4); return new() { { \"x\", row }, { \"y\", row.sum() } }; } }";

    [Theory]
    [InlineData("foreach (var batch in DataLoader(TensorDataset(x, y), 8)) Console.WriteLine([|batch[1]|]);", "all of y")]
    [InlineData("foreach (var batch in DataLoader(TensorDataset(x, y), 8)) Console.WriteLine([|batch[0]|]);", "all of x")]
    [InlineData("foreach (var batch in DataLoader(new Pairs(), 8)) Console.WriteLine([|batch[\"x\"]|]);" + Pairs, "each row")]
    [InlineData("foreach (var batch in DataLoader(new Pairs(), 8)) Console.WriteLine([|batch[\"y\"]|]);" + Pairs, "each row.sum()")]
    [InlineData("foreach (var batch in DataLoader(new Pairs(), 8)) Console.WriteLine([|batch[\"z\"]|]);" + Pairs, "")]
    [InlineData("foreach (var batch in DataLoader(TensorDataset(x, y), 1)) Console.WriteLine([|batch[1]|]);", "")]
    [InlineData("foreach (var batch in new[] { new[] { x, y } }) Console.WriteLine([|batch[1]|]);", "")]
    public async Task What_a_part_of_a_batch_is_made_of_is_found_in_the_data_set(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        Assert.Equal(expected, string.Join(", ", BatchPart.Of(marked.Operation, marked.Body, marked.Program).Select(part => $"{(part.IsExample ? "each" : "all of")} {part.Tensor.Syntax}")));
    }
}
