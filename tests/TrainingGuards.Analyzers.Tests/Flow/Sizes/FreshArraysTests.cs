using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class FreshArraysTests
{
    [Theory]
    [InlineData("_ = [|x.shape|];", true, true)]
    [InlineData("_ = [|x.size()|];", true, true)]
    [InlineData("_ = [|x.shape[..^1]|];", true, true)]
    [InlineData("_ = [|new long[3]|];", true, false)]
    [InlineData("var s = x.shape; Console.WriteLine(s[0]); _ = [|s|];", true, true)]
    [InlineData("var s = x.shape; _ = [|s|]; kept = s;", true, true)]
    [InlineData("var s = x.shape; kept = s; _ = [|s|];", false, true)]
    [InlineData("var s = x.shape; var t = s; _ = [|s|]; _ = t;", false, true)]
    [InlineData("var s = x.shape; Func<long[]> later = () => s; _ = [|s|]; _ = later;", false, true)]
    [InlineData("for (int i = 0; i < 2; i++) { var s = x.shape; _ = [|s|]; kept = s; }", true, true)]
    [InlineData("var s = x.shape; for (int i = 0; i < 2; i++) { _ = [|s|]; kept = s; }", false, true)]
    [InlineData("Use(x.shape); void Use(long[] s) { _ = [|s|]; }", true, true)]
    [InlineData("Use(x.shape); Use(kept); void Use(long[] s) { _ = [|s|]; }", false, false)]
    [InlineData("_ = [|kept|];", false, false)]
    public async Task An_array_of_sizes_is_fresh_until_something_else_holds_it(string code, bool isFresh, bool isShape)
    {
        MarkedProgram marked = await MarkedProgram.In("var x = rand(2, 3); long[] kept = args.Length > 0 ? new long[2] : Array.Empty<long>(); " + code);
        var arrays = new FreshArrays(marked.Program);
        Assert.Equal((isFresh, isShape), (arrays.IsFresh(marked.Operation), arrays.IsShape(marked.Operation)));
    }
}
