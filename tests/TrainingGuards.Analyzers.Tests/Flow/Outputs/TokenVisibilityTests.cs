using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class TokenVisibilityTests
{
    [Theory]
    [InlineData("[|model.call(tokens)|]", true)]
    [InlineData("[|nn.Sequential(model, nn.LayerNorm(8)).call(tokens)|]", true)]
    [InlineData("[|nn.Linear(4, 8).call(tokens)|]", false)]
    [InlineData("[|nn.Sequential(model, nn.Flatten()).call(tokens)|]", false)]
    [InlineData("[|nn.Sequential(model, nn.Linear(8, 2), nn.Linear(2, 8)).call(tokens)|]", false)]
    [InlineData("[|model.call(rand(3))|]", false)]
    public async Task A_model_shows_the_tokens(string forward, bool isShown)
    {
        MarkedProgram marked = await MarkedProgram.In($"var model = nn.Sequential(nn.Embedding(9, 8), nn.ReLU()); Tensor tokens = zeros(3, int64); _ = {forward};");
        Assert.Equal(isShown, new TokenVisibility(marked.Program).IsShown((IInvocationOperation)marked.Operation, marked.Body, argument => argument.Name() == "tokens"));
    }
}
