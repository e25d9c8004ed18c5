using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class ModuleTypesTests
{
    private const string Types = """

        class Block : nn.Module<Tensor, Tensor>
        {
            private readonly nn.Module<Tensor, Tensor> conv;
            protected BatchNorm2d Norm { get; } = nn.BatchNorm2d(8);
            public Block(int channels) : base("Block") { conv = nn.Conv2d(channels, 8, 3); RegisterComponents(); }
            public override Tensor forward(Tensor x) => Norm.call(conv.call(x));
        }
        class Tower : Block
        {
            private readonly ModuleList<nn.Module<Tensor, Tensor>> rest = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Dropout(), new Block(8));
            public Tower() : base(3) { }
        }
        class Open(nn.Module<Tensor, Tensor> inner) : nn.Module<Tensor, Tensor>("Open")
        {
            private readonly nn.Module<Tensor, Tensor> inner = inner;
            public override Tensor forward(Tensor x) => inner.call(x);
        }
        """;

    [Theory]
    [InlineData("nn.Sequential(nn.Linear(4, 4), nn.ReLU())", "Linear ReLU")]
    [InlineData("nn.Sequential((\"a\", nn.Linear(4, 4)), (\"b\", nn.Sequential(nn.Tanh())))", "Linear Tanh")]
    [InlineData("new Block(3)", "Conv2d BatchNorm2d")]
    [InlineData("new Tower()", "Dropout Conv2d BatchNorm2d Conv2d BatchNorm2d")]
    [InlineData("new Open(nn.Linear(1, 1))", "Linear")]
    [InlineData("args.Length > 0 ? nn.Sequential(nn.Linear(1, 1), nn.ReLU()) : nn.Sequential(nn.Tanh(), nn.Linear(1, 1))", "Linear ...")]
    [InlineData("nn.Sequential(nn.Linear(1, 1), Unseen())", "Linear ...")]
    [InlineData("nn.Sequential(list)", "...")]
    [InlineData("changed", "Linear ...")]
    [InlineData("changed.to(CPU)", "Linear ...")]
    public async Task Layers_are_found_however_deep(string module, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            var list = new List<nn.Module<Tensor, Tensor>>();
            var changed = nn.Sequential(nn.Linear(1, 1));
            changed.append(nn.ReLU());
            nn.Module<Tensor, Tensor> module = {{module}};
            _ = [|module|];
            nn.Module<Tensor, Tensor> Unseen() => throw new Exception();
            """ + Types);
        ImmutableArray<ModuleValue> values = marked.Program.Values.Of(marked.Operation, marked.Body);
        ModuleLayers layers = values.Select(marked.Program.Types.LayersOf).Aggregate((one, other) => one.Or(other));
        Assert.Equal(expected, string.Join(' ', layers.Certain.Select(layer => layer.Type.Name).Concat(layers.IsComplete ? [] : ["..."])));
    }

    [Fact]
    public async Task A_layer_knows_its_constants_defaults_included()
    {
        MarkedProgram marked = await MarkedProgram.In("_ = [|nn.Dropout()|]; _ = [|nn.Linear(4, hasBias: false, outputSize: 2 * 8)|];");
        var dropout = new Layer(((IInvocationOperation)marked.Operations[0]).TargetMethod.ContainingType, marked.Operations[0]);
        var linear = new Layer(((IInvocationOperation)marked.Operations[1]).TargetMethod.ContainingType, marked.Operations[1]);
        Assert.Equal(0.5, dropout.Number("p"));
        Assert.Equal(16, linear.Number("outputSize"));
        Assert.Equal(false, linear.Constant("hasBias"));
        Assert.Null(linear.Number("dtype"));
    }

    [Fact]
    public async Task References_are_found_by_symbol_in_every_file()
    {
        MarkedProgram marked = await MarkedProgram.In(
            "class A { public static int Run(int a) => [|Run(a)|]; public int Other() => new B().Run(1); }",
            "class B { public int Run(int a) => A.Run(a); Func<int, int> Group() => A.Run; string Name => nameof(A.Run); }");
        var run = ((IInvocationOperation)marked.Operation).TargetMethod;
        Assert.Equal(["Run(a)", "A.Run(a)", "A.Run"],
            marked.Program.References.Of(run).Where(found => found is IInvocationOperation or IMethodReferenceOperation { Parent: not INameOfOperation })
                .Select(found => found.Syntax.ToString()));
    }
}
