using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class UnregisteredModuleCollectionTests
{
    [Theory]
    [InlineData("private readonly List<Linear> [|layers|] = new(); public Net(int n) : base(\"Net\") { for (int i = 0; i < n; i++) layers.Add(nn.Linear(4, 4)); RegisterComponents(); }",
        "'layers' keeps layers in a List, which RegisterComponents() does not look into. Keep them in a ModuleList.")]
    [InlineData("private readonly Parameter[] [|scales|] = { nn.Parameter(ones(1)), new Parameter(ones(1)) };",
        "'scales' keeps Parameters in an array, which RegisterComponents() does not look into. Keep them in a ParameterList.")]
    [InlineData("private readonly Dictionary<string, nn.Module<Tensor, Tensor>> [|heads|] = new() { [\"a\"] = nn.Linear(4, 4) };",
        "'heads' keeps layers in a Dictionary, which RegisterComponents() does not look into. Keep them in a ModuleDict.")]
    [InlineData("private readonly (Linear Query, Linear Key) [|both|] = (nn.Linear(4, 4), nn.Linear(4, 4));",
        "'both' keeps layers in a tuple, which RegisterComponents() does not look into. Keep them in a ModuleList.")]
    public Task A_collection_of_layers_is_flagged(string members, string message) => Verify<UnregisteredModuleCollection>.Flags(Net(members), message);

    [Theory]
    [InlineData("private readonly Linear[] [|layers|] = [nn.Linear(4, 4), nn.Linear(4, 4)];")]
    [InlineData("private readonly Block[] [|layers|]; public Net(int n) : base(\"Net\") { layers = new Block[n]; for (int i = 0; i < n; i++) layers[i] = new Block(); }")]
    [InlineData("public IReadOnlyList<nn.Module<Tensor, Tensor>> [|Layers|] { get; } = Enumerable.Range(0, 3).Select(i => nn.Linear(4, 4)).ToList();")]
    [InlineData("private readonly List<(string, Linear)> [|layers|] = []; void Grow() { layers.Add((\"next\", nn.Linear(1, 1))); }")]
    [InlineData("private readonly List<List<Linear>> [|layers|] = [[nn.Linear(4, 4)], [nn.Linear(4, 4)]];")]
    [InlineData("private readonly List<Linear> [|layers|] = new(); void Grow(int n) { var next = nn.Linear(n, n); next.to(CPU); layers.Add(next); } int Count => layers.Count;")]
    [InlineData("private readonly List<Linear> [|layers|] = [nn.Linear(4, 4), nn.Linear(4, 4)]; Tensor Run(Tensor x) { foreach (var layer in layers) x = layer.call(x); return layers.Aggregate(x, (y, layer) => layer.call(y)); }")]
    [InlineData("private readonly Dictionary<int, (Linear, Linear)> [|pairs|] = new(); public Net() : base(\"Net\") { pairs[3] = (nn.Linear(1, 1), nn.Linear(2, 2)); }")]
    public Task However_it_is_filled_it_is_flagged(string members) => Verify<UnregisteredModuleCollection>.Flags(Net(members));

    [Theory]
    [InlineData("private readonly List<Linear> [|hidden|] = [nn.Linear(4, 4)]; Tensor Apply(Tensor x) => hidden[0].call(x).relu();")]
    [InlineData("private readonly Conv2d[] [|hidden|] = [nn.Conv2d(1, 4, 3)]; Tensor Apply(Tensor x) => hidden[0].forward(x);")]
    public Task One_layer_that_is_only_applied_is_flagged(string members) => Verify<UnregisteredModuleCollection>.Flags(Net(members));

    [Theory]
    [InlineData("private readonly List<Linear> hidden = [nn.Linear(4, 4)];")]
    [InlineData("private readonly List<Linear> hidden = [nn.Linear(4, 4)]; Tensor Apply(Tensor x) { using var _ = no_grad(); return hidden[0].call(x); }")]
    [InlineData("private readonly List<Linear> hidden = [nn.Linear(4, 4)]; Tensor Apply(Tensor x) => hidden[0].call(x).detach();")]
    [InlineData("private readonly List<Linear> hidden = [nn.Linear(4, 4)]; Tensor Apply(Tensor x) { hidden[0].load(\"trained.dat\"); return hidden[0].call(x); }")]
    [InlineData("private readonly List<Block> hidden = [new Block()]; Tensor Apply(Tensor x) => hidden[0].call(x);")]
    public Task One_layer_that_may_be_kept_from_training_is_silent(string members) => Verify<UnregisteredModuleCollection>.Silent(Net(members));

    [Fact]
    public Task It_points_to_a_layer_of_its_own() => Verify<UnregisteredModuleCollection>.Points(
        Net("private readonly List<Linear> [|layers|] = new(); partial void Fill(); partial void Fill() => layers.Add(nn.Linear(4, 8));"), "nn.Linear(4, 8)");

    [Theory]
    [InlineData("private readonly List<Linear> layers = new(); public Net() : base(\"Net\") { var l = nn.Linear(4, 4); layers.Add(l); register_module(\"l\", l); }")]
    [InlineData("private readonly List<Linear> layers = new(); public Net() : base(\"Net\") { layers.Add(nn.Linear(4, 4)); for (int i = 0; i < 1; i++) add_module($\"{i}\", layers[i]); }")]
    [InlineData("private readonly List<Linear> layers = [nn.Linear(1, 1), nn.Linear(1, 1)]; public override IEnumerable<Parameter> parameters(bool recurse = true) => layers.SelectMany(l => l.parameters());")]
    [InlineData("private readonly Linear a = nn.Linear(1, 1), b = nn.Linear(1, 1); private readonly Linear[] both; public Net() : base(\"Net\") { both = [a, b]; }")]
    [InlineData("private readonly nn.Module[] teacher; public Net(nn.Module teacher) : base(\"Net\") { this.teacher = [teacher]; }")]
    [InlineData("private readonly nn.Module[] hidden = [new Block()];")]
    [InlineData("private readonly List<nn.Module<Tensor, Tensor>> layers = [nn.Linear(1, 1), nn.ReLU()]; private readonly Sequential all; public Net() : base(\"Net\") { all = nn.Sequential(layers); }")]
    [InlineData("private readonly List<Linear> layers = [nn.Linear(1, 1), nn.Linear(1, 1)]; private readonly ModuleList<Linear> all; public Net() : base(\"Net\") { all = new ModuleList<Linear>(layers.ToArray()); }")]
    [InlineData("private readonly Linear[] layers = [nn.Linear(1, 1), nn.Linear(1, 1)]; public IEnumerable<Parameter> Weights() { foreach (var l in layers) foreach (var p in l.parameters()) yield return p; }")]
    [InlineData("private readonly Linear[] layers = [nn.Linear(1, 1), nn.Linear(1, 1)]; public Linear[] Layers => layers;")]
    [InlineData("private readonly Linear[] layers = [nn.Linear(1, 1), nn.Linear(1, 1)]; private readonly Linear first; public Net() : base(\"Net\") { first = layers[0]; }")]
    [InlineData("private readonly nn.Module<Tensor, Tensor>[] acts = [nn.ReLU(), nn.Tanh()];")]
    [InlineData("private static readonly Linear[] shared = [nn.Linear(1, 1), nn.Linear(1, 1)];")]
    [InlineData("private readonly ModuleList<Linear> list = new(nn.Linear(1, 1), nn.Linear(1, 1)); private readonly Sequential chain = nn.Sequential(nn.Linear(1, 1)); private readonly List<Tensor> buffers = [ones(1)];")]
    [InlineData("private readonly Func<Linear> make = () => nn.Linear(1, 1); private List<Linear> empty = new();")]
    public Task Registered_elsewhere_handed_out_or_not_learning_it_is_silent(string members) => Verify<UnregisteredModuleCollection>.Silent(Net(members));

    [Fact]
    public Task Outside_of_modules_and_with_a_hand_that_registers_it_is_silent() => Verify<UnregisteredModuleCollection>.Silent(
        Net("public readonly List<Linear> layers = [nn.Linear(1, 1), nn.Linear(1, 1)];") + """
        class Ensemble { private readonly List<Linear> members = [nn.Linear(1, 1), nn.Linear(1, 1)]; }
        static class Build { static Net Of() { var net = new Net(); foreach (var layer in net.layers) net.register_module("l", layer); return net; } }
        """);

    [Theory]
    [InlineData("private readonly List<Linear> [|layers|] = new(); // deep\n    public void Grow() => layers.Add(nn.Linear(4, 4));", "private readonly ModuleList<Linear> layers = new(); // deep\n    public void Grow() => layers.Add(nn.Linear(4, 4));")]
    [InlineData("private readonly IList<Linear> [|layers|] = new List<Linear>(8) { nn.Linear(1, 1), nn.Linear(2, 2) };", "private readonly ModuleList<Linear> layers = new ModuleList<Linear>(nn.Linear(1, 1), nn.Linear(2, 2));")]
    [InlineData("readonly nn.Module<Tensor, Tensor>[] [|layers|] = [nn.Linear(1, 1), nn.ReLU()];", "readonly ModuleList<nn.Module<Tensor, Tensor>> layers = new(nn.Linear(1, 1), nn.ReLU());")]
    [InlineData("Linear[] [|layers|] = { nn.Linear(1, 1), nn.Linear(1, 1) };", "ModuleList<Linear> layers = new(nn.Linear(1, 1), nn.Linear(1, 1));")]
    public Task The_fix_makes_it_a_ModuleList(string before, string after) => Verify<UnregisteredModuleCollection>.Fixes(Net(before), Net(after));

    [Theory]
    [InlineData("Linear[] [|layers|] = [nn.Linear(1, 1), nn.Linear(1, 1)]; int Count => layers.Length;")]
    [InlineData("public List<Linear> [|layers|] = [nn.Linear(1, 1), nn.Linear(1, 1)];")]
    [InlineData("List<Linear> [|layers|]; public Net() : base(\"Net\") => layers = [nn.Linear(1, 1), nn.Linear(1, 1)];")]
    [InlineData("List<Linear> [|layers|] = [\n        nn.Linear(1, 1), // down\n        nn.Linear(1, 1)];")]
    public Task Where_more_would_have_to_change_there_is_no_fix(string members) => Verify<UnregisteredModuleCollection>.HasNoFix(Net(members));

    private static string Net(string members) => $$"""
        partial class Net : nn.Module<Tensor, Tensor>
        {
            {{members}}
            {{(members.Contains("public Net(", StringComparison.Ordinal) ? "" : "public Net() : base(\"Net\") => RegisterComponents();")}}
            public override Tensor forward(Tensor x) => x;
        }
        class Block() : nn.Module<Tensor, Tensor>("Block")
        {
            private readonly Linear layer = nn.Linear(1, 1);
            public override Tensor forward(Tensor x) => layer.call(x);
        }
        static class Entry { static void Main() { } }

        """;
}
