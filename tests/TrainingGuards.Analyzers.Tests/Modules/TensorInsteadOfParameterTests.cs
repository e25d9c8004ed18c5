using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class TensorInsteadOfParameterTests
{
    [Fact]
    public Task A_tensor_that_requires_a_gradient_is_flagged() => Verify<TensorInsteadOfParameter>.Flags(
        Net("private readonly Tensor [|weight|] = torch.ones(3, requires_grad: true);"),
        "'weight' requires a gradient, but as a Tensor it is registered as a buffer, which no optimizer gets. Make it a Parameter.");

    [Theory]
    [InlineData("Tensor [|w|]; public Net() : base(\"Net\") { w = randn(3, 3).mul(0.1).requires_grad_(); RegisterComponents(); }")]
    [InlineData("Tensor [|w|] = zeros(3); public Net() : base(\"Net\") { w.requires_grad = true; RegisterComponents(); }")]
    [InlineData("Tensor [|w|] = zeros(3); public Net() : base(\"Net\") { w.requires_grad_(true); RegisterComponents(); }")]
    [InlineData("public Tensor [|Scale|] { get; } = tensor(1.0f, requires_grad: true);")]
    public Task However_it_is_required_it_is_flagged(string members) => Verify<TensorInsteadOfParameter>.Flags(Net(members));

    [Fact]
    public Task It_points_to_where_the_gradient_is_required() => Verify<TensorInsteadOfParameter>.Points(
        Net("Tensor [|w|] = zeros(3); public Net() : base(\"Net\") { w.requires_grad_(); RegisterComponents(); }"), "w.requires_grad_()");

    [Theory]
    [InlineData("Tensor mean = zeros(3);")]
    [InlineData("Tensor mean = zeros(3, requires_grad: false);")]
    [InlineData("Parameter w = nn.Parameter(zeros(3, requires_grad: true));")]
    [InlineData("Tensor w = nn.Parameter(zeros(3));")]
    [InlineData("static Tensor w = zeros(3, requires_grad: true);")]
    [InlineData("Tensor w = zeros(3, requires_grad: true); public Net() : base(\"Net\") => register_parameter(\"w\", new Parameter(w));")]
    [InlineData("Tensor w = zeros(3, requires_grad: true); public Net() : base(\"Net\") => register_buffer(\"w\", w);")]
    [InlineData("Tensor saved; public Tensor Save(Tensor x) => saved = x.requires_grad_();")]
    [InlineData("Tensor delta; public void Attack() { delta = zeros(3, requires_grad: true); }")]
    [InlineData("Tensor w; public Net(Tensor given) : base(\"Net\") { w = given; w.requires_grad_(); }")]
    [InlineData("Tensor w = zeros(3, requires_grad: true); public void Step() { using var _ = no_grad(); w.sub_(w.grad); }")]
    [InlineData("Tensor w = zeros(3, requires_grad: true); public Tensor[] Own() => new[] { w };")]
    public Task A_buffer_an_input_or_one_updated_by_hand_is_silent(string members) => Verify<TensorInsteadOfParameter>.Silent(Net(members));

    [Fact]
    public Task Outside_of_a_module_it_is_silent() =>
        Verify<TensorInsteadOfParameter>.Silent("class Attack { private readonly Tensor delta = torch.zeros(3, requires_grad: true); static void Main() { } }");

    [Theory]
    [InlineData("private readonly Tensor [|w|] = torch.randn(3, 3, requires_grad: true); // learned", "private readonly Parameter w = nn.Parameter(torch.randn(3, 3)); // learned")]
    [InlineData("Tensor [|w|] = randn(3, 3).mul(0.1).requires_grad_();", "Parameter w = nn.Parameter(randn(3, 3).mul(0.1));")]
    [InlineData("Tensor [|w|]; public Net() : base(\"Net\") { w = zeros(3, requires_grad: true); }", "Parameter w; public Net() : base(\"Net\") { w = nn.Parameter(zeros(3)); }")]
    public Task The_fix_makes_it_a_Parameter(string before, string after) => Verify<TensorInsteadOfParameter>.Fixes(Net(before), Net(after));

    [Fact]
    public Task What_is_assigned_in_two_places_has_no_fix() => Verify<TensorInsteadOfParameter>.HasNoFix(
        Net("Tensor [|w|]; public Net(int n) : base(\"Net\") { if (n > 2) w = zeros(3, requires_grad: true); else w = ones(3, requires_grad: true); }"));

    private static string Net(string members) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            {{members}}
            {{(members.Contains("public Net(", StringComparison.Ordinal) ? "" : "public Net() : base(\"Net\") => RegisterComponents();")}}
            public override Tensor forward(Tensor x) => x;
        }
        static class Entry { static void Main() { } }

        """;
}
