using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class CountsTests
{
    [Theory]
    [InlineData("x.eq(y).sum().item<long>()", "x.eq(y).sum().item<long>()")]
    [InlineData("(int)(x == y).sum().cpu().ToInt64()", "(x == y).sum().cpu().ToInt64()")]
    [InlineData("Right() + Right()", "x.eq(y).sum().ToInt32()")]
    [InlineData("total", "x.eq(y).sum().ToInt32()")]
    [InlineData("x.sum().item<long>()", null)]
    [InlineData("x.shape[0]", null)]
    [InlineData("mixed", null)]
    [InlineData("Right() - 1", null)]
    [InlineData("args.Length", null)]
    public async Task A_count_of_right_predictions_is_traced_to_where_it_is_read(string number, string? read)
    {
        MarkedProgram marked = await In(number);
        Assert.Equal(read, new Counts(marked.Program).OfRight(marked.Operation)?.Syntax.ToString());
    }

    [Theory]
    [InlineData("x.shape[0]", true)]
    [InlineData("x.size(0) + x.numel()", true)]
    [InlineData("args.Length", true)]
    [InlineData("new List<int>().Count", true)]
    [InlineData("seen", true)]
    [InlineData("total", false)]
    [InlineData("32", false)]
    public async Task A_count_of_examples_is_a_size_or_a_sum_of_such(string number, bool isCount)
    {
        MarkedProgram marked = await In(number);
        Assert.Equal(isCount, new Counts(marked.Program).OfExamples(marked.Operation) is not null);
    }

    [Theory]
    [InlineData("x.item<float>()", true)]
    [InlineData("Math.Abs((double)x) + 1", true)]
    [InlineData("x.data<float>()[0]", true)]
    [InlineData("Right()", true)]
    [InlineData("total", true)]
    [InlineData("x.shape[0]", false)]
    [InlineData("seen", false)]
    public async Task A_number_is_read_out_of_a_tensor_on_some_path(string number, bool isRead)
    {
        MarkedProgram marked = await In(number);
        Assert.Equal(isRead, new TensorReads(marked.Program).Any(marked.Operation));
    }

    private static Task<MarkedProgram> In(string number) => MarkedProgram.In($$"""
        Tensor x = rand(4), y = rand(4);
        long total = 0, mixed = 0, seen = 0;
        for (int i = 0; i < 3; i++)
        {
            total += Right();
            mixed += i > 1 ? Right() : 5;
            seen += x.size(0);
        }
        var number = [|{{number}}|];
        int Right() => x.eq(y).sum().ToInt32();
        """);
}
