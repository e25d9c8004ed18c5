using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class LiveStatesTests
{
    private const string Start = "var model = nn.Linear(4, 1); Dictionary<string, Tensor>? best = null; ";

    [Theory]
    [InlineData("var kept = [|model.state_dict()|];", "kept: model.state_dict()")]
    [InlineData("best = args.Length > 0 ? [|model.state_dict()|] : best;", "best: model.state_dict()")]
    [InlineData("best ??= [|model.state_dict()|];", "best: model.state_dict()")]
    [InlineData("var pair = (1.0, [|model.state_dict()|]);", "pair.1: model.state_dict()")]
    [InlineData("double loss; (loss, best) = (1.0, [|model.state_dict()|]);", "best: model.state_dict()")]
    [InlineData("best = new Dictionary<string, Tensor>([|model.state_dict()|]);", "best: model.state_dict()")]
    [InlineData("best = [|model.state_dict()|].ToDictionary(e => e.Key, e => e.Value.detach());", "best: e.Value.detach()")]
    [InlineData("best = new(); foreach (var (name, value) in [|model.state_dict()|]) best[name] = value;", "best: value")]
    [InlineData("best = Weights(); Dictionary<string, Tensor> Weights() => [|model.state_dict()|];", "best: model.state_dict()")]
    [InlineData("Keep([|model.state_dict()|]); void Keep(Dictionary<string, Tensor> weights) => best = weights;", "best: model.state_dict()")]
    [InlineData("var s = new Saved([|model.state_dict()|]); record Saved(Dictionary<string, Tensor> Weights);", "Weights: model.state_dict()")]
    [InlineData("best = [|model.state_dict()|].ToDictionary(e => e.Key, e => e.Value.clone());", "")]
    [InlineData("best = new(); foreach (var (name, value) in [|model.state_dict()|]) best[name] = value.clone();", "")]
    [InlineData("Console.WriteLine([|model.state_dict()|].Count);", "")]
    public async Task What_keeps_the_tensors_is_found_with_what_it_shares(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        Assert.Equal(expected, string.Join(", ", marked.Program.States.KeptBy((IInvocationOperation)marked.Operation)
            .Select(kept => $"{kept.Holder.Name}{(kept.Element is { } index ? $".{index}" : "")}: {kept.Shared.Syntax}")));
    }
}
