using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class ConstructionTests
{
    [Theory]
    [InlineData("class Net : Base { Linear b = nn.Linear(1, 1); public Net() { c = nn.Linear(1, 1); RegisterComponents(); } Linear c; }",
        "Assign b, Assign a, Register, Assign c, Register")]
    [InlineData("class Net() : Base(3) { Linear b = nn.Linear(1, 1); }", "Assign b, Assign a, Assign width, Register")]
    [InlineData("class Net : Base { Linear b { get; } = nn.Linear(1, 1); }", "Assign b, Assign a, Register")]
    [InlineData("class Net : Base { public Net(int i) : base(i) => (p, q) = (nn.Linear(1, 1), nn.ReLU()); Linear p; ReLU q; }",
        "Assign a, Assign width, Register, Assign p, Assign q")]
    [InlineData("class Net : Plain { public Net() : this(3) => last = nn.Linear(1, 1); Net(int i) { Build(i); RegisterComponents(); } void Build(int i) { if (i > 2) last = nn.Linear(i, 1); } Linear last; }",
        "maybe Assign last, Register, Assign last")]
    [InlineData("class Net : Plain { public Net(bool b) { if (b) return; RegisterComponents(); } }", "maybe Register")]
    [InlineData("class Net : Plain { public Net(bool b) { Action a = () => { if (b) return; }; a(); foreach (var i in new[] { 1 }) { RegisterComponents(); } RegisterComponents(); } }",
        "maybe Register, Register")]
    [InlineData("class Net : Plain { readonly ModuleList<Linear> list = new(); public Net() { RegisterComponents(); list.Add(nn.Linear(1, 1)); } }",
        "Assign list, Register, Add list")]
    [InlineData("class Net : Plain { public Net() { register_module(\"l\", nn.Linear(1, 1)); } }", "ByHand")]
    [InlineData("class Net : Plain { public Net() { Build(); } protected virtual void Build() => RegisterComponents(); } class More : Net { protected override void Build() { } }", "maybe ByHand")]
    [InlineData("class Net : Plain { public Net() { Fill(this); void Fill(object o) { } new List<object>().Add(this); } }", "maybe ByHand")]
    [InlineData("partial class Net : Plain { Linear l = nn.Linear(1, 1); } partial class Net { public Net() => RegisterComponents(); }", "Assign l, Register")]
    [InlineData("class Net : Generic<int> { public Net() : base(nn.ReLU()) { } }", "Assign item, Register")]
    public async Task Steps_are_in_the_order_they_run(string type, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In("[|_ = 0|];" + type + """
            class Base : nn.Module<Tensor, Tensor>
            {
                private readonly Linear a = nn.Linear(1, 1);
                private readonly int width;
                public Base() : base("Base") => RegisterComponents();
                public Base(int width) : base("Base") { this.width = width; RegisterComponents(); }
                public override Tensor forward(Tensor x) => a.call(x);
            }
            class Plain() : nn.Module<Tensor, Tensor>("Plain")
            {
                public override Tensor forward(Tensor x) => x;
            }
            class Generic<T> : Plain
            {
                private readonly nn.Module<Tensor, Tensor> item;
                public Generic(nn.Module<Tensor, Tensor> item) { this.item = item; RegisterComponents(); }
            }
            """);
        INamedTypeSymbol net = marked.Program.Compilation.GetTypeByMetadataName("Net")!;
        Assert.Equal(expected, string.Join(", ", Construction.Of(net.InstanceConstructors[0], marked.Program)));
    }

    [Theory]
    [InlineData("public Net() : base(\"Net\") => RegisterComponents();", "Yes")]
    [InlineData("public Net(bool b) : base(\"Net\") { if (b) RegisterComponents(); }", "Unknown")]
    [InlineData("public Net() : base(\"Net\") { } public Net(int i) : base(\"Net\") { RegisterComponents(); }", "Unknown")]
    [InlineData("public Net() : base(\"Net\") { } public Net(int i) : this() { }", "No")]
    public async Task Every_constructor_has_a_say_in_whether_a_type_registers(string constructors, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In(
            $"[|_ = 0|]; class Net : nn.Module<Tensor, Tensor> {{ {constructors} public override Tensor forward(Tensor x) => x; }}");
        Assert.Equal(expected, marked.Program.Registrations.InConstructor(marked.Program.Compilation.GetTypeByMetadataName("Net")!).ToString());
    }

    [Theory]
    [InlineData("net.register_module(\"l\", nn.ReLU());", true)]
    [InlineData("nn.Module any = net; any.register_module(\"l\", nn.ReLU());", true)]
    [InlineData("new Other().register_module(\"l\", net);", false)]
    public async Task What_is_registered_from_outside_counts_for_what_it_may_be(string statement, bool expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            var net = [|new Net()|]; {{statement}}
            class Net() : nn.Module<Tensor, Tensor>("Net") { public override Tensor forward(Tensor x) => x; }
            class Other() : nn.Module<Tensor, Tensor>("Other") { public override Tensor forward(Tensor x) => x; }
            """);
        Assert.Equal(expected, marked.Program.Registrations.IsByHand((INamedTypeSymbol)marked.Operation.Type!));
    }
}
