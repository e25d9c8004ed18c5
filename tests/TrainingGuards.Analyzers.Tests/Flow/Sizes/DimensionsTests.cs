using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class DimensionsTests
{
    [Theory]
    [InlineData("[|x.shape[1]|]", "x[1]")]
    [InlineData("[|x.size(1)|]", "x[1]")]
    [InlineData("[|x.size(-1)|]", "x[-1]")]
    [InlineData("[|x.shape[^1]|]", "x[-1]")]
    [InlineData("[|x.shape[^2]|]", null)]
    [InlineData("[|(int)x.shape[0] * 2|]", "2·x[0]")]
    [InlineData("[|x.shape[2] / n|]", "n^-1·x[2]")]
    [InlineData("[|x.shape[2] / n * n|]", "x[2]")]
    [InlineData("[|x.shape[2] / 4 * 2|]", "1/2·x[2]")]
    [InlineData("[|x.shape[2] + 1|]", null)]
    [InlineData("[|x.shape[n]|]", null)]
    [InlineData("[|n|]", "n")]
    [InlineData("[|12 / 4|]", "3")]
    [InlineData("[|0|]", null)]
    [InlineData("[|x.shape.Length|]", null)]
    public Task The_size_of(string expression, string? size) => Is($"_ = {expression};", size);

    [Theory]
    [InlineData("var y = x; _ = [|y.shape[0]|];", "x[0]")]
    [InlineData("x = x.relu(); _ = [|x.shape[0]|];", "x[0]")]
    [InlineData("var y = x.matmul(x); _ = [|y.shape[0]|];", "y[0]")]
    [InlineData("var y = x.permute(2, 0, 1); _ = [|y.shape[0]|];", "x[2]")]
    [InlineData("var y = x.permute(2, 0, 1); _ = [|y.shape[^2]|];", "x[0]")]
    [InlineData("var y = x.permute(0, 0, 1); _ = [|y.shape[1]|];", "y[1]")]
    [InlineData("var y = x.transpose(0, 2); _ = [|y.shape[0]|];", "x[2]")]
    [InlineData("var y = x.transpose(0, 2).transpose(1, 2); _ = [|y.shape[1]|];", "x[0]")]
    [InlineData("var y = x.transpose(0, -1); _ = [|y.shape[0]|];", "y[0]")]
    [InlineData("var y = torch.transpose(x, 0, 2); _ = [|y.shape[2]|];", "x[0]")]
    [InlineData("var y = x.t(); _ = [|y.shape[0]|];", "x[1]")]
    [InlineData("var y = x.view(n, -1, 4); _ = [|y.shape[1]|];", "y[1]")]
    [InlineData("var y = x.view(n, -1, 4); _ = [|y.shape[0]|];", "n")]
    [InlineData("var y = zeros(6, n).view(2, -1, 3); _ = [|y.shape[1]|];", "n")]
    [InlineData("var y = zeros(6, n).unsqueeze(-1); _ = [|y.shape[2]|];", "1")]
    [InlineData("var y = zeros(6, n).unsqueeze(0); _ = [|y.shape[^1]|];", "n")]
    [InlineData("var y = torch.randn(new long[] { 6, n }); _ = [|y.shape[1]|];", "n")]
    [InlineData("var y = torch.full(6, n, 1.5); _ = [|y.shape[1]|];", "n")]
    [InlineData("var y = nn.functional.softmax(x, 1); _ = [|y.shape[1]|];", "x[1]")]
    public Task The_shape_after(string statements, string? size) => Is(statements, size);

    [Theory]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); _ = [|t|];", "x[1]")]
    [InlineData("var s = x.shape; _ = [|s[2]|];", "x[2]")]
    [InlineData("var s = new[] { x.shape[1], 7 }; _ = [|s[0] * s[1]|];", "7·x[1]")]
    [InlineData("var s = x.shape; s[2] = 1; _ = [|s[2]|];", null)]
    [InlineData("var s = x.shape; Array.Sort(s); _ = [|s[2]|];", null)]
    [InlineData("foreach (var k in x.shape) _ = [|k|];", "k")]
    [InlineData("var m = n; n = 3; _ = [|m * n|];", "3·n")]
    [InlineData("if (n > 1) n = 3; _ = [|n|];", null)]
    [InlineData("x.unsqueeze_(0); _ = [|x.shape[0]|];", null)]
    [InlineData("if (n > 1) x = x.t(); _ = [|x.shape[0]|];", null)]
    public Task The_size_in_a_variable(string statements, string? size) => Is(statements, size);

    private static async Task Is(string statements, string? size)
    {
        Marked marked = await Marked.In($"class C {{ void M(Tensor x, long n) {{ {statements} }} }}");
        Assert.Equal(size, new Dimensions(marked.Graph, marked.Torch).ExtentOf(marked.Operation)?.ToString());
    }
}
