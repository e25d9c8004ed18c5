using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class KlTargetDefaultTests
{
    private const string Message = "'kl_div' takes its target for log-probabilities, TorchSharp's default and not PyTorch's. Say 'log_target: false' for probabilities, 'log_target: true' for their logarithms.";

    [Theory]
    [InlineData("softmax(teacher, 1)")]
    [InlineData("teacher")]
    [InlineData("teacher.clone()")]
    public Task A_target_that_is_not_seen_to_be_a_logarithm_is_flagged(string target) => Verify<KlTargetDefault>.Flags($$"""
        using static TorchSharp.torch.nn.functional;

        Tensor student = randn(8, 3), teacher = randn(8, 3);
        var loss = [|kl_div(log_softmax(student, 1), {{target}})|];
        """, Message);

    [Theory]
    [InlineData("var p = q.softmax(1); var loss = [|nn.KLDivLoss()|].call(x, p);")]
    [InlineData("var criterion = [|nn.KLDivLoss(reduction: nn.Reduction.Sum)|]; var loss = criterion.call(x, q);")]
    [InlineData("Loss<Tensor, Tensor, Tensor> criterion = [|nn.KLDivLoss()|]; Keep(criterion); void Keep(object o) { }")]
    public Task A_loss_module_is_flagged_where_it_is_made(string code) => Verify<KlTargetDefault>.Flags($"Tensor x = randn(8, 3), q = randn(8, 3); {code}", Message.Replace("kl_div", "KLDivLoss"));

    [Fact]
    public Task A_field_of_a_trainer_is_flagged() => Verify<KlTargetDefault>.Flags("""
        using k = TorchSharp.torch.nn;

        class Distiller
        {
            private readonly KLDivLoss divergence = [|k.KLDivLoss()|];

            Tensor Loss(Tensor student, Tensor teacher) => divergence.call(student.log_softmax(-1), teacher.softmax(-1));
        }
        """, Message.Replace("kl_div", "KLDivLoss"));

    [Theory]
    [InlineData("kl_div(x, q, log_target: true)")]
    [InlineData("kl_div(x, q, false)")]
    [InlineData("kl_div(x, log_softmax(q, 1))")]
    [InlineData("kl_div(x, q.softmax(1).log())")]
    [InlineData("kl_div(x, nn.LogSoftmax(1).call(q).detach())")]
    [InlineData("nn.KLDivLoss(log_target: false).call(x, q)")]
    [InlineData("nn.KLDivLoss().call(x, q.log_softmax(1))")]
    [InlineData("nll_loss(x, q.argmax(1))")]
    public Task What_is_said_or_seen_is_silent(string loss) => Verify<KlTargetDefault>.Silent($"using static TorchSharp.torch.nn.functional; Tensor x = randn(8, 3), q = randn(8, 3); var loss = {loss};");

    [Fact]
    public Task A_logarithm_through_a_variable_on_every_path_is_silent() => Verify<KlTargetDefault>.Silent("""
        using static TorchSharp.torch.nn.functional;

        Tensor x = randn(8, 3), q = randn(8, 3);
        Tensor target = args.Length > 0 ? log_softmax(q, 1) : log_softmax(q / 2, 1);
        var loss = kl_div(x, target);
        """);

    [Fact]
    public Task A_method_of_the_users_own_by_that_name_is_silent() => Verify<KlTargetDefault>.Silent("""
        Tensor kl_div(Tensor input, Tensor target, bool log_target = true) => (target.exp() * (target - input)).sum();
        var loss = kl_div(randn(3), randn(3));
        """);

    [Fact]
    public Task The_fix_says_what_PyTorch_assumes() => Verify<KlTargetDefault>.Fixes(
        "Tensor x = randn(8, 3), q = randn(8, 3); var loss = [|nn.functional.kl_div(x, q, reduction: nn.Reduction.Sum)|]; // distilled",
        "Tensor x = randn(8, 3), q = randn(8, 3); var loss = nn.functional.kl_div(x, q, reduction: nn.Reduction.Sum, log_target: false); // distilled");

    [Fact]
    public Task The_fix_fills_an_empty_list() => Verify<KlTargetDefault>.Fixes("var criterion = [|nn.KLDivLoss()|];", "var criterion = nn.KLDivLoss(log_target: false);");
}
