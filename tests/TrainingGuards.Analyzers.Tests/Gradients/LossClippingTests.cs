using TrainingGuards.Analyzers.Gradients;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Gradients;

public sealed class LossClippingTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        Tensor output = rand(4, 10), target = randint(10, new long[] { 4 }), other = rand(4);

        """;

    [Fact]
    public Task A_clamped_loss_is_flagged_with_its_name_and_backward() => Verify<LossClipping>.Points(
        Start + """
        var loss = cross_entropy(output, target);
        loss = loss.[|clamp(max: 5)|];
        loss.backward();
        """,
        "loss.backward()", "loss");

    [Fact]
    public Task The_message_names_the_loss_and_the_limit() => Verify<LossClipping>.Flags(
        Start + "var total = cross_entropy(output, target); total.[|clamp(0, 5)|].backward();",
        "'total' is limited by clamp before backward(), so an example or batch above the limit gets a zero gradient and is ignored. "
            + "Leave the loss as it is, and clip the gradients with clip_grad_norm_ between backward() and step().");

    [Theory]
    [InlineData("[|clip(loss, 0, 5)|].backward();")]
    [InlineData("loss.[|clip(max: 5)|].backward();")]
    [InlineData("loss.[|clamp_max(5)|].backward();")]
    [InlineData("loss.[|clamp(max: tensor(5f))|].backward();")]
    [InlineData("torch.[|clamp(loss, min: 0, max: 5)|].backward();")]
    [InlineData("[|clamp(loss, min: 0, max: 5)|].backward();")]
    [InlineData("loss.[|hardtanh(-1, 1)|].backward();")]
    [InlineData("F.[|hardtanh(loss)|].backward();")]
    [InlineData("[|hardtanh(loss)|].backward();")]
    [InlineData("loss.[|minimum(tensor(5f))|].backward();")]
    [InlineData("torch.[|minimum(tensor(5f), loss)|].backward();")]
    [InlineData("torch.[|min(loss, full(1, 5f))|].backward();")]
    [InlineData("var limit = tensor(5f); loss.[|minimum(limit)|].backward();")]
    [InlineData("loss.[|clamp_(0, 5)|]; loss.backward();")]
    [InlineData("loss.[|clamp_(0, 5)|].backward();")]
    [InlineData("torch.[|clamp_(loss, min: 0, max: 5)|]; (loss / 2).backward();")]
    [InlineData("autograd.backward(loss.[|clamp(max: 5)|]);")]
    [InlineData("using var limited = loss.[|clamp(max: 5)|]; limited.backward();")]
    [InlineData("if (args.Length > 0) loss = loss.[|clamp(max: 5)|]; loss.backward();")]
    [InlineData("(args.Length > 0 ? loss : loss.[|clamp(max: 5)|]).backward();")]
    [InlineData("(loss.[|clamp(max: 5)|] / 4 + other.sum()).backward();")]
    [InlineData("Action closure = () => { var again = loss.[|clamp(max: 5)|]; again.backward(); };")]
    public Task Every_spelling_is_flagged(string use) => Verify<LossClipping>.Flags(Start + "var loss = cross_entropy(output, target);" + use);

    [Theory]
    [InlineData("mse_loss(output, other)")]
    [InlineData("nn.CrossEntropyLoss().call(output, target)")]
    [InlineData("nn.MSELoss(nn.Reduction.None).forward(output, other).mean()")]
    [InlineData("cross_entropy(output, target) * 0.5 + 1e-4 * other.pow(2).sum()")]
    [InlineData("other.sum().add(cross_entropy(output, target)).div(2)")]
    [InlineData("args.Length > 0 ? cross_entropy(output, target) : mse_loss(output, other)")]
    [InlineData("(Tensor)(object)cross_entropy(output, target)")]
    public Task Every_loss_is_known(string loss) => Verify<LossClipping>.Flags(Start + $"var loss = {loss}; loss.[|clamp(max: 5)|].backward();");

    [Fact]
    public Task A_loss_summed_in_a_loop_is_flagged() => Verify<LossClipping>.Flags(
        Start + """
        var loss = mse_loss(output, other);
        for (int i = 0; i < 3; i++) loss += mse_loss(output, other);
        loss.[|clamp(max: 5)|].backward();
        """);

    [Fact]
    public Task The_users_own_loss_module_is_flagged() => Verify<LossClipping>.Flags("""
        class Focal() : Loss<Tensor, Tensor, Tensor>(nn.Reduction.Mean)
        {
            public override Tensor forward(Tensor input, Tensor target) => input - target;
        }
        class Trainer(Focal focal)
        {
            private readonly Focal own = focal;
            void Step(Tensor x, Tensor y) => own.call(x, y).[|clamp(max: 1)|].backward();
        }
        """);

    [Theory]
    [InlineData("var loss = cross_entropy(output, target); loss.backward(); Console.WriteLine(loss.clamp(max: 5).item<float>());")]
    [InlineData("var loss = cross_entropy(output, target); var shown = loss.clamp(max: 5); loss.backward();")]
    [InlineData("var loss = cross_entropy(output, target); loss.backward(); loss.clamp_(0, 5);")]
    [InlineData("var loss = cross_entropy(output, target); loss = loss.clamp(max: 5); loss = mse_loss(output, other); loss.backward();")]
    public Task A_clipped_loss_that_is_not_backpropagated_is_not_flagged(string source) => Verify<LossClipping>.Silent(Start + source);

    [Theory]
    [InlineData("cross_entropy(output, target).clamp(min: 0.1).backward();")]
    [InlineData("cross_entropy(output, target).clamp(0.1, null).backward();")]
    [InlineData("cross_entropy(output, target).clamp_min(0.1).backward();")]
    [InlineData("torch.maximum(kl_div(output, other, log_target: true), tensor(0.5f)).backward();")]
    public Task A_floor_is_not_flagged(string source) => Verify<LossClipping>.Silent(Start + source);

    [Theory]
    [InlineData("var ratio = (output - other).exp(); var loss = -torch.minimum(ratio * other, ratio.clamp(0.8, 1.2) * other).mean(); loss.backward();")]
    [InlineData("var hinge = (1 - output).clamp(min: 0).mean(); hinge.backward();")]
    [InlineData("var penalty = output.pow(2).sum().clamp(max: 1); (cross_entropy(output, target) + penalty).backward();")]
    [InlineData("mse_loss(output, output.clamp(-1, 1)).backward();")]
    [InlineData("cross_entropy(output.clamp(-30, 30), target).backward();")]
    [InlineData("var a = mse_loss(output, other); var b = mse_loss(output.clamp(-1, 1), other); torch.minimum(a, b).backward();")]
    [InlineData("var error = (output - other).clamp(-1, 1); error.pow(2).mean().backward();")]
    [InlineData("(-cross_entropy(output, target)).clamp(max: 0).backward();")]
    [InlineData("(cross_entropy(output, target) * -1).clamp(max: 0).backward();")]
    public Task A_clamp_inside_a_loss_is_not_flagged(string source) => Verify<LossClipping>.Silent(Start + source);

    [Theory]
    [InlineData("var loss = mine(output); loss.clamp(max: 5).backward(); Tensor mine(Tensor t) => t.sum();")]
    [InlineData("Func<Tensor, Tensor, Tensor> criterion = (a, b) => a - b; criterion(output, other).clamp(max: 5).backward();")]
    [InlineData("var loss = args.Length > 0 ? cross_entropy(output, target) : output.sum(); loss.clamp(max: 5).backward();")]
    [InlineData("Tensor loss; make(out loss); loss.clamp(max: 5).backward(); void make(out Tensor t) => t = mse_loss(output, other);")]
    public Task What_may_be_no_loss_is_not_flagged(string source) => Verify<LossClipping>.Silent(Start + source);

    [Theory]
    [InlineData("Loss().backward(); Tensor Loss() => cross_entropy(output, target).[|clamp(max: 5)|];")]
    [InlineData("var total = Outer(); total.backward(); Tensor Outer() { var inner = Loss(); return inner / 2; } Tensor Loss() { var loss = cross_entropy(output, target); return loss.[|clamp(max: 5)|]; }")]
    [InlineData("Func<Tensor> criterion = () => cross_entropy(output, target).[|clamp(max: 5)|]; criterion().backward();")]
    [InlineData("Limited.Loss(output, target).mean().backward(); static class Limited { public static Tensor Loss(Tensor x, Tensor y) { var loss = mse_loss(x, y); loss.[|clamp_(0, 5)|]; return loss; } }")]
    public Task A_limited_loss_that_a_caller_backpropagates_is_flagged(string source) => Verify<LossClipping>.Flags(Start + source);

    [Theory]
    [InlineData("Console.WriteLine(Shown().item<float>()); cross_entropy(output, target).backward(); Tensor Shown() => cross_entropy(output, target).clamp(max: 5);")]
    [InlineData("(output - Ceiling()).sum().backward(); Tensor Ceiling() => cross_entropy(output, target).clamp(max: 5);")]
    [InlineData("Tensor Loss() => cross_entropy(output, target).clamp(max: 5); Func<Tensor> criterion = Loss; criterion().backward();")]
    public Task A_limited_loss_whose_caller_does_something_else_is_not_flagged(string source) => Verify<LossClipping>.Silent(Start + source);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<LossClipping>.SilentOnBroken("var loss = cross_entropy(output, ; loss.clamp(max: 5).backward(");

    [Fact]
    public Task Another_clamp_is_left_alone() => Verify<LossClipping>.SilentWithoutTorch("System.Math.Clamp(1, 2, 3); System.Console.Write(1);");

    [Fact]
    public Task The_fix_clips_the_gradients_of_the_model() => Verify<LossClipping>.Fixes(
        """
        using static TorchSharp.torch.nn.functional;

        class Training(nn.Module<Tensor, Tensor> model)
        {
            readonly nn.Module<Tensor, Tensor> net = model;

            void Step(optim.Optimizer optimizer, Tensor x, Tensor y)
            {
                optimizer.zero_grad();
                var loss = cross_entropy(net.call(x), y);
                loss = loss.[|clamp(max: 5)|];
                loss.backward();
                optimizer.step();
            }
        }
        """,
        """
        using static TorchSharp.torch.nn.functional;

        class Training(nn.Module<Tensor, Tensor> model)
        {
            readonly nn.Module<Tensor, Tensor> net = model;

            void Step(optim.Optimizer optimizer, Tensor x, Tensor y)
            {
                optimizer.zero_grad();
                var loss = cross_entropy(net.call(x), y);
                loss.backward();
                nn.utils.clip_grad_norm_(net.parameters(), 5);
                optimizer.step();
            }
        }
        """);

    [Theory]
    [InlineData("loss.[|clamp(max: 5)|].backward();", "loss.backward();")]
    [InlineData("[|clamp(loss + 1, 0, 5)|].backward();", "(loss + 1).backward();")]
    [InlineData("torch.[|minimum(tensor(5f), loss)|].backward();", "loss.backward();")]
    [InlineData("loss.[|clamp_(0, 5)|];\nloss.backward();", "loss.backward();")]
    [InlineData("var limited = loss.[|clamp(max: 5)|]; // stable\nlimited.backward();", "var limited = loss; // stable\nlimited.backward();")]
    [InlineData("loss.[|clamp(max: 5)|].[|hardtanh(0, 1)|].backward();", "loss.backward();")]
    public Task Without_a_certain_model_the_fix_removes_the_limit(string flagged, string cured) => Verify<LossClipping>.Fixes(
        Start + "var loss = cross_entropy(output, target);\n" + flagged,
        Start + "var loss = cross_entropy(output, target);\n" + cured);

    [Fact]
    public Task No_fix_is_offered_that_would_leave_an_if_without_a_body() => Verify<LossClipping>.HasNoFix(
        Start + "var loss = cross_entropy(output, target); if (args.Length > 0) loss = loss.[|clamp(max: 5)|]; loss.backward();");

    [Fact]
    public Task Everything_is_fixed_at_once() => Verify<LossClipping>.FixesAll(
        [
            "using static TorchSharp.torch.nn.functional;\nclass A { void M(Tensor a, Tensor b) { mse_loss(a, b).[|clamp(max: 1)|].backward(); l1_loss(a, b).[|clip(max: 1)|].backward(); } }",
            "using static TorchSharp.torch.nn.functional;\nclass B { void M(Tensor a, Tensor b) { mse_loss(a, b).[|clamp(max: 1)|].backward(); } }",
        ],
        [
            "using static TorchSharp.torch.nn.functional;\nclass A { void M(Tensor a, Tensor b) { mse_loss(a, b).backward(); l1_loss(a, b).backward(); } }",
            "using static TorchSharp.torch.nn.functional;\nclass B { void M(Tensor a, Tensor b) { mse_loss(a, b).backward(); } }",
        ]);
}
