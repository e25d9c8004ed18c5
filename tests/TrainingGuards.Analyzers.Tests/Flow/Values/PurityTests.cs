using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class PurityTests
{
    [Theory]
    [InlineData("x.add(1)", true)]
    [InlineData("x.to(CPU)", true)]
    [InlineData("x.to(CPU, disposeAfter: false)", true)]
    [InlineData("x.max(1)", true)]
    [InlineData("x.chunk(2)", true)]
    [InlineData("torch.special.expm1(x)", true)]
    [InlineData("torch.linalg.norm(x)", true)]
    [InlineData("nn.functional.relu(x)", true)]
    [InlineData("x.add_(1)", false)]
    [InlineData("x.to(CPU, disposeAfter: true)", false)]
    [InlineData("x.with_requires_grad()", false)]
    [InlineData("x.item<float>()", false)]
    [InlineData("x.size()", false)]
    [InlineData("x.bernoulli()", false)]
    [InlineData("x.alias()", false)]
    [InlineData("x.DetachFromDisposeScope()", false)]
    [InlineData("nn.functional.relu(x, inplace: true)", false)]
    [InlineData("nn.functional.batch_norm(x, y, y, training: true)", false)]
    public async Task An_operation_is_pure_where_its_result_is_all_that_comes_of_it(string call, bool isPure)
    {
        MarkedProgram marked = await MarkedProgram.In($"Tensor x = rand(4, 4), y = rand(4); _ = [|{call}|];");
        Assert.Equal(isPure, Purity.IsPure(TensorCall.From(marked.Operation, marked.Program.Torch)!.Value, marked.Program.Torch));
    }
}
