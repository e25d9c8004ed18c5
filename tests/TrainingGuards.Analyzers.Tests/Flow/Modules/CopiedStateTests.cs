using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class CopiedStateTests
{
    private const string Start = "var model = nn.Linear(4, 1); var other = nn.Linear(4, 1); ";

    [Theory]
    [InlineData("var kept = [|model.state_dict().ToDictionary(e => e.Key, e => e.Value.clone())|];", "model: model.state_dict()")]
    [InlineData("var kept = [|model.state_dict().ToDictionary(e => e.Key, e => e.Value.detach().clone().cpu())|];", "model: model.state_dict()")]
    [InlineData("var kept = [|Copy(other)|]; static Dictionary<string, Tensor> Copy(nn.Module any) => any.state_dict().ToDictionary(e => e.Key, e => e.Value.clone());", "other: Copy(other)")]
    [InlineData("var kept = [|model.state_dict()|];", "")]
    [InlineData("var kept = [|model.state_dict().ToDictionary(e => e.Key, e => e.Value.detach())|];", "")]
    [InlineData("var kept = [|model.state_dict().ToDictionary(e => e.Key, e => e.Value)|];", "")]
    [InlineData("var kept = [|new Dictionary<string, Tensor>().ToDictionary(e => e.Key, e => e.Value.clone())|];", "")]
    [InlineData("var kept = [|Copy(other)|]; static Dictionary<string, Tensor> Copy(nn.Module any) { if (any.training) return new(); return any.state_dict().ToDictionary(e => e.Key, e => e.Value.clone()); }", "")]
    public async Task What_copies_every_tensor_of_a_state_is_known_with_its_module(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        CopiedState? copy = CopiedState.Of(marked.Operation, marked.Body, marked.Program);
        Assert.Equal(expected, copy is null ? "" : $"{copy.Module}: {copy.Taken.Syntax}");
    }
}
