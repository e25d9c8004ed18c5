using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class AssignedAfterRegistrationTests
{
    [Fact]
    public Task A_layer_after_the_call_is_flagged_and_a_second_call_does_not_help() => Verify<AssignedAfterRegistration>.Flags(
        Net("public Net() : base(\"Net\") { a = nn.Linear(4, 4); RegisterComponents(); [|b = nn.Linear(4, 4)|]; RegisterComponents(); }"),
        "'b' gets a new Linear after RegisterComponents() has run, and a second call does nothing, so it stays unregistered. Call RegisterComponents() once, after the last assignment.");

    [Fact]
    public Task A_derived_constructor_comes_after_the_base_registers() => Verify<AssignedAfterRegistration>.Points(
        Net("public Net() : base(\"Net\") { a = nn.Linear(4, 4); RegisterComponents(); }") + """
        class More : Net
        {
            private readonly nn.Module<Tensor, Tensor> head;
            public More() { [|head = new Head().to(CPU)|]; }
        }
        class Head() : nn.Module<Tensor, Tensor>("Head")
        {
            private readonly Parameter scale = nn.Parameter(ones(1));
            public override Tensor forward(Tensor x) => x * scale;
        }
        """, "RegisterComponents()");

    [Theory]
    [InlineData("public Net(bool deep) : base(\"Net\") { RegisterComponents(); if (deep) [|a = nn.Linear(4, 4)|]; }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); Build(); } void Build() { [|a = nn.Linear(4, 4)|]; [|w = nn.Parameter(ones(1))|]; }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); [|(a, b) = (nn.Linear(1, 1), Make())|]; } static Linear Make() => nn.Linear(2, 2);", 2)]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); [|list.Add(nn.Linear(1, 1))|]; [|this.P = nn.Conv2d(1, 1, 1)|]; }")]
    [InlineData("public Net() : this(4) { [|a = nn.Linear(1, 1)|]; } Net(int width) : base(\"Net\") => RegisterComponents();")]
    [InlineData("public Net() : base(\"Net\") { a = nn.Linear(4, 2); RegisterComponents(); } public void Transfer(int classes) { [|a = nn.Linear(4, classes)|]; }")]
    [InlineData("public Net() : base(\"Net\") { a = nn.Linear(4, 2); RegisterComponents(); } public static Net Transfer() { var net = new Net(); [|net.a = nn.Linear(4, 10)|]; return net; }")]
    public Task Wherever_it_comes_too_late_it_is_flagged(string members, int times = 1) => Verify<AssignedAfterRegistration>.Flags(
        times == 1 ? Net(members) : Net(members.Replace("[|", string.Concat(Enumerable.Repeat("[|", times)), StringComparison.Ordinal).Replace("|]", string.Concat(Enumerable.Repeat("|]", times)), StringComparison.Ordinal)));

    [Theory]
    [InlineData("public Net() : base(\"Net\") { a = nn.Linear(4, 4); RegisterComponents(); b = a; }")]
    [InlineData("public Net(Linear given) : base(\"Net\") { RegisterComponents(); a = given; }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); a = nn.Linear(4, 4); register_module(\"a\", a); }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); act = nn.ReLU(); loss = nn.MSELoss(); }")]
    [InlineData("public Net(bool early) : base(\"Net\") { if (early) RegisterComponents(); a = nn.Linear(4, 4); RegisterComponents(); }")]
    [InlineData("public Net() : base(\"Net\") { Build(); RegisterComponents(); } void Build() { a = nn.Linear(4, 4); }")]
    [InlineData("public Net() : base(\"Net\") { a = nn.Linear(4, 4); } public void Reset() { a = nn.Linear(4, 4); RegisterComponents(); }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); } public void Lazily() { a ??= nn.Linear(4, 4); b = nn.Linear(4, 4); }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); a = nn.Linear(4, 4); } protected override void RegisterComponents() { }")]
    [InlineData("public Net() : base(\"Net\") { RegisterComponents(); shared = nn.Linear(4, 4); } static Linear shared;")]
    [InlineData("public Net() : base(\"Net\") { Action later = () => { a = nn.Linear(4, 4); }; later(); RegisterComponents(); }")]
    [InlineData("public Net() : base(\"Net\") { list.Add(nn.Linear(1, 1)); RegisterComponents(); var spare = new List<Linear>(); spare.Add(nn.Linear(1, 1)); }")]
    public Task In_time_or_by_hand_or_not_new_it_is_silent(string members) => Verify<AssignedAfterRegistration>.Silent(Net(members));

    [Fact]
    public Task Initialisers_of_a_derived_type_run_before_the_base_constructor() => Verify<AssignedAfterRegistration>.Silent(
        Net("public Net() : base(\"Net\") => RegisterComponents();") + """
        class More() : Net() { private readonly Linear head = nn.Linear(4, 4); }
        class Holder { private Linear head; public Holder() { head = nn.Linear(4, 4); } }
        """);

    [Theory]
    [InlineData("""
        public Net() : base("Net")
            {
                RegisterComponents(); // all of it
                // the head
                [|a = nn.Linear(4, 4)|];
                [|b = nn.Linear(4, 4)|];
                RegisterComponents();
            }
        """, """
        public Net() : base("Net")
            {
                // the head
                a = nn.Linear(4, 4);
                b = nn.Linear(4, 4);
                RegisterComponents();
            }
        """)]
    [InlineData("""
        public Net() : base("Net")
            {
                RegisterComponents();
                [|list.Add(nn.Linear(1, 1))|];
            }
        """, """
        public Net() : base("Net")
            {
                list.Add(nn.Linear(1, 1));
                RegisterComponents();
            }
        """)]
    public Task The_call_is_moved_behind_all_that_it_is_to_see(string before, string after) => Verify<AssignedAfterRegistration>.Fixes(Net(before), Net(after));

    [Fact]
    public Task After_a_base_it_is_registered_by_name() => Verify<AssignedAfterRegistration>.Fixes(
        Net("public Net() : base(\"Net\") => RegisterComponents();") + """
        class More : Net
        {
            private Linear head;
            public More()
            {
                [|head = nn.Linear(4, 4)|]; // ten classes
            }
        }
        """,
        Net("public Net() : base(\"Net\") => RegisterComponents();") + """
        class More : Net
        {
            private Linear head;
            public More()
            {
                head = nn.Linear(4, 4); // ten classes
                register_module(nameof(head), head);
            }
        }
        """);

    [Fact]
    public Task A_replaced_layer_has_no_fix() => Verify<AssignedAfterRegistration>.HasNoFix(
        Net("public Net() : base(\"Net\") { a = nn.Linear(4, 2); RegisterComponents(); } public void Transfer() { [|a = nn.Linear(4, 10)|]; }"));

    private static string Net(string members) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            private Linear a, b;
            private Parameter w;
            private ReLU act;
            private Loss<Tensor, Tensor, Tensor> loss;
            private readonly ModuleList<Linear> list = new();
            public nn.Module<Tensor, Tensor> P { get; }
            {{members}}
            public override Tensor forward(Tensor x) => a.call(x);
        }
        static class Entry { static void Main() { } }

        """;
}
