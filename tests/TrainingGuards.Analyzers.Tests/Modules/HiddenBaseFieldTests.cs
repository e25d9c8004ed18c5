using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class HiddenBaseFieldTests
{
    [Fact]
    public Task A_private_field_of_the_base_is_hidden_too() => Verify<HiddenBaseField>.Flags(
        "class Net() : Parent(8) { private readonly Linear [|head|] = nn.Linear(8, 2); public override Tensor forward(Tensor x) => head.call(base.forward(x)); }" + Parent,
        "'head' has the name of a component of 'Parent', which is therefore never registered. Rename one of the two.");

    [Theory]
    [InlineData("class Net() : Middle { private new readonly ReLU [|head|] = nn.ReLU(); } class Middle() : Parent(4);")]
    [InlineData("class Net : Parent { private new string [|head|]; public Net() : base(3) => head = nameof(Net); public string Name => head; }")]
    [InlineData("class Net() : Generic<int>() { public new Linear [|Out|] { get; } = nn.Linear(1, 1); }")]
    [InlineData("class Net() : Parent(4) { private readonly Parameter [|scale|] = nn.Parameter(zeros(3)); }")]
    public Task Whatever_has_the_name_hides_it(string net) => Verify<HiddenBaseField>.Flags(net + Parent);

    [Fact]
    public Task It_points_to_what_is_hidden() => Verify<HiddenBaseField>.Points("class Net() : Parent(8) { private readonly Linear [|head|] = nn.Linear(8, 2); }" + Parent, "head");

    [Theory]
    [InlineData("class Net() : Parent(4) { private readonly Linear neck = nn.Linear(8, 2); }")]
    [InlineData("class Net() : Parent(4) { private static readonly Linear head = nn.Linear(8, 2); }")]
    [InlineData("class Net : Parent { private readonly Linear head = nn.Linear(8, 2); public Net() : base(4) => register_module(\"own\", head); }")]
    [InlineData("class Net() : Parent(4) { private readonly int width = 3; private readonly Linear unused = nn.Linear(1, 1); }")]
    [InlineData("class Net() : Holder { private readonly Linear head = nn.Linear(8, 2); } class Holder { private readonly Linear head = nn.Linear(1, 1); public Linear Get() => head; }")]
    public Task Another_name_or_no_component_is_silent(string net) => Verify<HiddenBaseField>.Silent(net + Parent);

    private const string Parent = """

        class Parent(int width) : nn.Module<Tensor, Tensor>("Parent")
        {
            private readonly Linear head = nn.Linear(width, 8);
            private readonly int width = width;
            private readonly Tensor scale = ones(3);
            private readonly Linear unused;
            public override Tensor forward(Tensor x) => head.call(x) * scale + width;
        }
        class Generic<T>() : nn.Module<Tensor, Tensor>("Generic")
        {
            public nn.Module<Tensor, Tensor> Out { get; } = nn.Linear(2, 2);
            public override Tensor forward(Tensor x) => Out.call(x);
        }
        static class Entry { static void Main() { } }
        """;
}
