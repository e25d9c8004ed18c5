using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class LossRolesTests
{
    [Theory]
    [InlineData("x.argmax(1)", "labels")]
    [InlineData("1 - (x > 0).to(float32) * 0.9", "labels")]
    [InlineData("torch.randint(3, new long[] { 8 }).cpu()", "labels")]
    [InlineData("tensor(new[] { 1L, 2 }).unsqueeze(1)", "labels")]
    [InlineData("zeros(8, int64)", "labels")]
    [InlineData("zeros(8)", "data")]
    [InlineData("tensor(new[] { 0.5f })", "data")]
    [InlineData("Chosen(x)", "labels")]
    [InlineData("args.Length > 0 ? x.argmax(1) : x", "")]
    [InlineData("rand(8, 3)", "")]
    [InlineData("model.call(x).squeeze(-1)", "prediction")]
    [InlineData("nn.functional.log_softmax(model.call(x), 1)", "prediction")]
    [InlineData("model.call(x) + 1", "")]
    [InlineData("nn.Flatten().call(x)", "")]
    [InlineData("x", "")]
    public async Task A_tensor_is(string tensor, string role)
    {
        MarkedProgram marked = await MarkedProgram.In(
            $"var model = nn.Linear(4, 3); Tensor x = Read(); _ = [|{tensor}|]; static Tensor Read() => throw new Exception(); static Tensor Chosen(Tensor t) => t.argmax(-1);");
        var roles = new LossRoles(marked.Program);
        Assert.Equal(role, roles.IsPrediction(marked.Operation, marked.Body) ? "prediction"
            : roles.IsLabels(marked.Operation, marked.Body, orData: false) ? "labels"
            : roles.IsLabels(marked.Operation, marked.Body, orData: true) ? "data" : "");
    }
}
