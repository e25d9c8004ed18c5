using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class OptimizerParametersTests
{
    private const string Start = """
        var a = nn.Linear(4, 1);
        var b = nn.Sequential(nn.Linear(4, 1));
        IEnumerable<Parameter> any = a.parameters();
        if (args.Length > 0) any = b.parameters();

        """;

    [Theory]
    [InlineData("[|optim.Adam(a.parameters())|]", "a")]
    [InlineData("[|new Adam([new Adam.ParamGroup(a.parameters())])|]", "?")]
    [InlineData("[|optim.Adam(a.named_parameters(), 0.1)|]", "a")]
    [InlineData("[|optim.Adam(a.parameters(recurse: false))|]", "a ?")]
    [InlineData("[|optim.Adam(a.parameters().Concat(b.parameters()).ToList())|]", "a, b")]
    [InlineData("[|optim.Adam(a.parameters().Where(p => p.requires_grad))|]", "a ?")]
    [InlineData("[|optim.Adam(new[] { new Adam.ParamGroup(a.parameters(), 0.1), new Adam.ParamGroup(b.parameters()) })|]", "a, b")]
    [InlineData("[|optim.Adam(new[] { a.weight!, a.bias! })|]", "?")]
    [InlineData("[|optim.Adam(any)|]", "?")]
    public async Task The_modules_of_an_optimizer_are_read(string creation, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($"{Start} var optimizer = {creation};");
        var parameters = OptimizerParameters.Of(marked.Operation, marked.Body.Locals, marked.Program.Torch);
        string modules = string.Join(", ", parameters.Sources.Select(source => source.Module));
        Assert.Equal(expected, $"{modules}{(parameters.IsComplete ? "" : " ?")}".Trim());
    }

    [Theory]
    [InlineData("var other = nn.Linear(1, 1); [|other|].eval(); [|a|].eval();", true)]
    [InlineData("[|a|].eval(); [|a|].eval();", false)]
    [InlineData("var whole = nn.Sequential(a); [|whole|].eval(); [|a|].eval();", false)]
    [InlineData("nn.Module alias = a; [|alias|].eval(); [|a|].eval();", false)]
    [InlineData("foreach (var part in a.modules()) { [|part|].eval(); [|a|].eval(); }", false)]
    public async Task Modules_are_distinct_where_each_was_made_by_itself(string code, bool distinct)
    {
        MarkedProgram marked = await MarkedProgram.In(Start + code);
        Receiver[] names = [.. marked.Operations.Select(operation => Receiver.Of(operation, marked.Body.Locals)!)];
        Assert.Equal(distinct, DistinctModules.Are(names[0], names[1], marked.Body, marked.Program));
    }
}
