using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class MissingRegisterComponentsTests
{
    [Fact]
    public Task A_root_without_the_call_is_flagged() => Verify<MissingRegisterComponents>.Flags(
        "var net = new Net(); var optimizer = optim.SGD(net.parameters(), 0.1);" + Net("[|Net|]"),
        "'Net' never registers its components, and 'parameters' of a 'Net' does not reach them. Call RegisterComponents() at the end of its constructor.");

    [Fact]
    public Task It_points_to_where_it_is_a_root() => Verify<MissingRegisterComponents>.Points(
        "using var chain = nn.Sequential((\"net\", new Net()), (\"act\", nn.ReLU()));" + Net("[|Net|]"), "new Net()");

    [Theory]
    [InlineData("Train(new Net()); void Train(nn.Module<Tensor, Tensor> model) => optim.Adam(model.parameters());")]
    [InlineData("var net = Make().to(CPU); net.save(\"net.dat\"); static Net Make() { var made = new Net(); return made; }")]
    [InlineData("new Trainer(new Net()).Run(); class Trainer(Net model) { public void Run() => model.state_dict(); }")]
    [InlineData("new Trainer().Run(); class Trainer { private readonly Net model = new(); public void Run() => model.load(\"net.dat\"); }")]
    [InlineData("new Trainer(new()).Run(); class Trainer { private readonly Net model; public Trainer(Net model) { this.model = model; } public void Run() => model.load(\"net.dat\"); }")]
    [InlineData("var chain = nn.Sequential(nn.ReLU()).append(new Net());")]
    public Task A_root_is_followed_to_its_use(string program) => Verify<MissingRegisterComponents>.Flags(program + Net("[|Net|]"));

    [Theory]
    [InlineData("class Parent : Plain { readonly Net net = new(); public Parent() => RegisterComponents(); }")]
    [InlineData("class Parent : Plain { readonly Net net; public Parent(Net net) { this.net = net; net.to(CPU); RegisterComponents(); } static void Main() => new Parent(new Net()).parameters(); }")]
    [InlineData("class Parent(Net net) : Plain { public override Tensor forward(Tensor x) => net.call(x); static void Main() { var net = new Net(); net.to(CPU); new Parent(net).parameters(); } }")]
    [InlineData("class Program { static void Main() { var list = nn.ModuleList<nn.Module<Tensor, Tensor>>(new Net()); } }")]
    [InlineData("class Program { static void Main() { var net = new Net(); net.register_module(\"layer\", net.layer); net.parameters(); } }")]
    [InlineData("class Program { static void Main() { var net = new Net(); Unseen(net); net.parameters(); } static Action<object> Unseen; }")]
    [InlineData("class Program { static void Main() { var net = new Net(); net.call(rand(1, 4)).print(); } }")]
    [InlineData("class Program { public Func<Net> Make = () => new Net(); }")]
    public Task With_a_parent_or_out_of_sight_it_is_silent(string program) => Verify<MissingRegisterComponents>.Silent(
        program + Net("Net"), "class Plain() : nn.Module<Tensor, Tensor>(\"Plain\") { public override Tensor forward(Tensor x) => x; }",
        program.Contains("void Main", StringComparison.Ordinal) ? "" : "class Entry { static void Main() { } }");

    [Theory]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { Linear layer = nn.Linear(4, 4); public Net() : base(\"Net\") => RegisterComponents(); public override Tensor forward(Tensor x) => layer.call(x); }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { Linear layer = nn.Linear(4, 4); public Net() : base(\"Net\") => Build(); void Build() { RegisterComponents(); } public override Tensor forward(Tensor x) => layer.call(x); }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { Linear layer = nn.Linear(4, 4); public Net() : base(\"Net\") => register_module(\"layer\", layer); public override Tensor forward(Tensor x) => layer.call(x); }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { ReLU layer = nn.ReLU(); public Net() : base(\"Net\") { } public override Tensor forward(Tensor x) => layer.call(x); }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { static Linear layer = nn.Linear(4, 4); public Net() : base(\"Net\") { } public override Tensor forward(Tensor x) => layer.call(x); }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { Linear layer = nn.Linear(4, 4); public Net() : base(\"Net\") { } public override Tensor forward(Tensor x) { RegisterComponents(); return layer.call(x); } }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { Linear layer = nn.Linear(4, 4); public Net() : base(\"Net\") { } public override Tensor forward(Tensor x) => layer.call(x); public override IEnumerable<Parameter> parameters(bool recurse = true) => layer.parameters(); }")]
    [InlineData("class Net : Base { Linear layer = nn.Linear(4, 4); } class Base : nn.Module<Tensor, Tensor> { public Base() : base(\"Base\") => RegisterComponents(); public override Tensor forward(Tensor x) => x; }")]
    public Task A_module_that_registers_or_has_nothing_to_learn_is_silent(string net) =>
        Verify<MissingRegisterComponents>.Silent("var net = new Net(); var optimizer = optim.SGD(net.parameters(), 0.1);" + net);

    [Fact]
    public Task Base_partial_and_generic_classes_are_seen_through() => Verify<MissingRegisterComponents>.Flags("""
        optim.SGD(new Net<int>().parameters(), 0.1);
        partial class [|Net|]<T> : Base { }
        partial class Net<T> { public Net() : base(8) { } }
        class Base(int width) : nn.Module<Tensor, Tensor>("Base")
        {
            private readonly Parameter weight = nn.Parameter(randn(width));
            public override Tensor forward(Tensor x) => x * weight;
        }
        """);

    [Theory]
    [InlineData("public Net() : base(\"Net\") { }", "public Net() : base(\"Net\")\n    {\n        RegisterComponents();\n    }")]
    [InlineData("public Net() : base(\"Net\") => layer = nn.Linear(1, 1);", "public Net() : base(\"Net\")\n    {\n        layer = nn.Linear(1, 1);\n        RegisterComponents();\n    }")]
    [InlineData("""
        public Net() : base("Net")
            {
                layer = nn.Linear(4, 4); // one
                // two
            }

            public Net(int i) : this() { }
        """, """
        public Net() : base("Net")
            {
                layer = nn.Linear(4, 4); // one
                RegisterComponents();
                // two
            }

            public Net(int i) : this() { }
        """)]
    public Task The_fix_registers_last(string before, string after) => Verify<MissingRegisterComponents>.Fixes(Root("[|Net|]", before), Root("Net", after));

    [Fact]
    public Task A_primary_constructor_has_no_place_for_the_call() => Verify<MissingRegisterComponents>.HasNoFix(
        "new Net().parameters(); class [|Net|]() : nn.Module<Tensor, Tensor>(\"Net\") { Linear layer = nn.Linear(1, 1); public override Tensor forward(Tensor x) => layer.call(x); }");

    private static string Root(string name, string constructor) => $$"""
        optim.SGD(new Net().parameters(), 0.1);
        class {{name}} : nn.Module<Tensor, Tensor>
        {
            private readonly Linear layer = nn.Linear(4, 4);
            {{constructor}}
            public override Tensor forward(Tensor x) => layer.call(x);
        }
        """;

    private static string Net(string name) => $$"""

        class {{name}} : nn.Module<Tensor, Tensor>
        {
            public readonly Linear layer = nn.Linear(4, 4);
            public Net() : base("Net") { }
            public override Tensor forward(Tensor x) => layer.call(x);
        }
        """;
}
