using System.Collections.Immutable;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class StagesTests
{
    [Theory]
    [InlineData("nn.Sequential(nn.Linear(4, 4), nn.Dropout(), nn.ReLU())", "Linear ReLU")]
    [InlineData("nn.Sequential((\"a\", nn.Linear(4, 4)), (\"b\", nn.ReLU()))", "Linear ReLU")]
    [InlineData("nn.Sequential(Tuple.Create(\"a\", (nn.Module<Tensor, Tensor>)nn.Linear(4, 4)), Tuple.Create(\"b\", (nn.Module<Tensor, Tensor>)nn.ReLU()))", "Linear ReLU")]
    [InlineData("nn.Sequential([nn.Linear(4, 4), nn.ReLU()])", "Linear ReLU")]
    [InlineData("nn.Sequential(new List<nn.Module<Tensor, Tensor>> { nn.Linear(4, 4), nn.ReLU() })", "Linear ReLU")]
    [InlineData("nn.Sequential(nn.Linear(4, 4), given, nn.ReLU(), nn.Sequential(nn.Tanh()), own)", "Linear | ReLU | Tanh*")]
    public async Task A_Sequential_is_read_in_runs_of_known_layers(string creation, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            void Use(nn.Module<Tensor, Tensor> given) { var own = nn.Tanh(); _ = [|{{creation}}|]; }
            """);
        Assert.Equal(expected, Text(marked.Program.Stages.EndingAt(marked.Operation, length: 3, seesThrough: true)));
    }

    [Theory]
    [InlineData("=> [|last.call(relu(first.call(x)))|];", "Linear relu Linear")]
    [InlineData("{ x = first.call(x); x = drop.call(x).relu(); return [|last.forward(x)|]; }", "Linear relu Linear")]
    [InlineData("{ using var h = first.call(x); return [|last.call(h)|]; }", "Linear Linear")]
    [InlineData("{ var h = first.call(x); return [|last.call(h)|] + h; }", "Linear")]
    [InlineData("{ var h = first.call(x); h = x.shape[0] > 1 ? h.relu() : h; return [|last.call(h)|]; }", "Linear")]
    [InlineData("{ for (int i = 0; i < 3; i++) x = [|many.call(x)|]; return x; }", "Linear*")]
    [InlineData("=> [|(first.call(x) + 1).relu()|];", "relu")]
    [InlineData("=> [|changed.call(first.call(x))|];", "")]
    public async Task A_forward_is_read_backwards_from_a_call(string forward, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            using static TorchSharp.torch.nn.functional;
            class Net : nn.Module<Tensor, Tensor>
            {
                private readonly Linear first = nn.Linear(4, 4), last = nn.Linear(4, 4), many = nn.Linear(4, 4);
                private readonly Dropout drop = nn.Dropout();
                private nn.Module<Tensor, Tensor> changed = nn.ReLU();
                public Net(bool b) : base("Net") { if (b) changed = nn.Tanh(); nn.init.zeros_(first.bias); RegisterComponents(); }
                public Tensor Again(Tensor x) => many.call(x);
                public override Tensor forward(Tensor x) {{forward}}
            }
            static class Entry { static void Main() { } }
            """);
        Assert.Equal(expected, Text(marked.Program.Stages.EndingAt(marked.Operation, length: 3, seesThrough: true)));
    }

    private static string Text(IEnumerable<ImmutableArray<Stage>> chains) => string.Join(" | ", chains.Where(chain => !chain.IsEmpty)
        .Select(chain => string.Join(' ', chain.Select(stage => stage.Name + (stage.IsAppliedOnce ? "" : "*")))));
}
