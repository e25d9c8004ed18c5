using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class UnstableCompositionTests
{
    private const string Zero = "is -Infinity, and its gradient NaN, where a probability rounds to zero";
    private const string One = "is -Infinity, and its gradient NaN, where a probability rounds to one";
    private const string Overflow = "is Infinity, and its gradient NaN, where an exponential overflows";

    [Theory]
    [InlineData("[|x.softmax(1).log()|]", "'log' of 'softmax' " + Zero + ". Take log_softmax of the logits.")]
    [InlineData("[|torch.log(nn.functional.softmax(x, 1))|]", "'log' of 'softmax' " + Zero + ". Take log_softmax of the logits.")]
    [InlineData("[|x.softmax(1).gather(1, y).log()|]", "'log' of 'softmax' " + Zero + ". Take log_softmax of the logits.")]
    [InlineData("[|x.softmax(1).squeeze(0).log2()|]", "'log2' of 'softmax' " + Zero + ". Take log_softmax of the logits.")]
    [InlineData("[|torch.sigmoid(x).log()|]", "'log' of 'sigmoid' " + Zero + ". Take log_sigmoid of the logits.")]
    [InlineData("[|log(1 - x.sigmoid())|]", "'log' of '1 - sigmoid' " + One + ". Take log_sigmoid of the negated logits.")]
    [InlineData("[|(1 - x.softmax(1)).log()|]", "'log' of '1 - softmax' " + One + ". Clamp it from below, or work with log_softmax.")]
    [InlineData("[|(1 - x.exp()).log()|]", "'log' of '1 - exp' is -Infinity where the exponential rounds to one. Take expm1, which keeps what is left.")]
    public Task Logarithms_of_what_rounds_are_flagged(string expression, string message) => Verify<UnstableComposition>.Flags(
        $"class C {{ Tensor M(Tensor x, Tensor y) => {expression}; }}", message);

    [Theory]
    [InlineData("[|x.exp().sum(1).log()|]", "'log' of 'a sum of exp' " + Overflow + ". Take logsumexp.")]
    [InlineData("[|torch.log(torch.sum(torch.exp(-x / 2.0), 1, keepdim: true))|]", "'log' of 'a sum of exp' " + Overflow + ". Take logsumexp.")]
    [InlineData("[|(1 + x.exp()).log()|]", "'log' of '1 + exp' " + Overflow + ". Take softplus.")]
    [InlineData("[|log(exp(x - x[0]) + 1)|]", "'log' of '1 + exp' " + Overflow + ". Take softplus.")]
    [InlineData("[|x.matmul(x.t()).exp().log1p()|]", "'log1p' of 'exp' " + Overflow + ". Take softplus.")]
    public Task Logarithms_of_what_overflows_are_flagged(string expression, string message) => Verify<UnstableComposition>.Flags(
        $"class C {{ readonly Linear layer = nn.Linear(4, 3); Tensor M(Tensor input) {{ var x = layer.call(input); return {expression}; }} }}", message);

    [Theory]
    [InlineData("var p = x.softmax(1); return -(p * [|p.log()|]).sum();")]
    [InlineData("var p = sigmoid(x); return -(y * [|p.log()|] + (1 - y) * [|(1 - p).log()|]).mean();")]
    [InlineData("var p = x.softmax(1); if (y.numel() > 0) { p = p.detach(); } return [|p.log()|];")]
    [InlineData("Tensor Entropy(Tensor p) => -(p * [|p.log()|]).sum(1); return Entropy(x.softmax(1));")]
    [InlineData("Tensor Probabilities() => x.softmax(1); return [|Probabilities().log()|];")]
    [InlineData("Func<Tensor, Tensor> entropy = logits => { var p = logits.softmax(1); return (p * [|p.log()|]).sum(); }; return entropy(x);")]
    public Task Through_locals_and_functions_it_is_flagged(string body) => Verify<UnstableComposition>.Flags($"class C {{ Tensor M(Tensor x, Tensor y) {{ {body} }} }}");

    [Fact]
    public Task The_softmax_of_a_policy_in_another_class_is_flagged_and_pointed_at() => Verify<UnstableComposition>.Points("""
        class Policy : nn.Module<Tensor, Tensor>
        {
            private readonly nn.Module<Tensor, Tensor> layers = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2), nn.Softmax(1));

            public Policy() : base("policy") => RegisterComponents();

            public override Tensor forward(Tensor x) => layers.call(x);
        }

        class Reinforce(Policy policy, optim.Optimizer optimizer)
        {
            public void Step(Tensor state, Tensor action, Tensor reward)
            {
                optimizer.zero_grad();
                var chosen = [|policy.call(state).gather(1, action).log()|];
                (-chosen * reward).mean().backward();
                optimizer.step();
            }
        }
        """, "nn.Softmax(1)");

    [Theory]
    [InlineData("nn.Linear(4, 1)", "log", "'log' of 'Linear' is NaN below zero and -Infinity at zero. Clamp it from below, or let the network give the logarithm.")]
    [InlineData("nn.ReLU()", "log", "'log' of 'ReLU' is NaN below zero and -Infinity at zero. Clamp it from below, or let the network give the logarithm.")]
    [InlineData("nn.Tanh()", "sqrt", "'sqrt' of 'Tanh' is NaN below zero and its gradient Infinity at zero. Clamp it from below, or add a small number.")]
    public Task An_output_that_may_be_zero_is_flagged_in_a_loss(string last, string function, string message) => Verify<UnstableComposition>.Flags($$"""
        var model = nn.Sequential(nn.Linear(4, 4), {{last}});
        var rate = model.call(rand(8, 4));
        var loss = (rate - rand(8, 1) * [|rate.{{function}}()|]).mean();
        loss.backward();
        """, message);

    [Fact]
    public Task A_loss_that_is_returned_or_computed_in_forward_is_followed() => Verify<UnstableComposition>.Flags("""
        class Rates() : nn.Module<Tensor, Tensor>("rates")
        {
            private readonly Linear layer = nn.Linear(4, 1);

            public override Tensor forward(Tensor x) => [|layer.call(x).relu().log()|];

            public void Step(Tensor x, Tensor y)
            {
                nn.functional.mse_loss(call(x), y).backward();
            }
        }
        """);

    [Theory]
    [InlineData("x.log_softmax(1)")]
    [InlineData("(x.softmax(1) + 1e-8).log()")]
    [InlineData("x.softmax(1).add(1e-8).log()")]
    [InlineData("x.softmax(1).clamp(min: 1e-8).log()")]
    [InlineData("x.sigmoid().clamp(1e-6, 1 - 1e-6).log()")]
    [InlineData("torch.maximum(x.softmax(1), y).log()")]
    [InlineData("x.softmax(1).mean(new long[] { 0 }).log()")]
    [InlineData("(1 - x.sigmoid() + 1e-8).log()")]
    [InlineData("(x + 1).log()")]
    [InlineData("x.exp() - 1")]
    [InlineData("x.log1p() + x.expm1()")]
    [InlineData("x.log()")]
    [InlineData("x.sqrt()")]
    [InlineData("x.exp().sum(1).log()")]
    [InlineData("(x - x.amax(new long[] { 1 }, true)).exp().sum(1).log()")]
    [InlineData("(1 + x.exp()).log()")]
    [InlineData("(x.exp() - 1).log()")]
    [InlineData("arange(1, 9).log()")]
    [InlineData("(1 + arange(0, 9)).log()")]
    [InlineData("(nn.functional.normalize(x).matmul(nn.functional.normalize(y).t()) / 0.1).softmax(1).log()")]
    [InlineData("x.tanh().sigmoid().log()")]
    public Task What_is_stable_or_may_be_is_silent(string expression) => Verify<UnstableComposition>.Silent($"class C {{ Tensor M(Tensor x, Tensor y) => {expression}; }}");

    [Theory]
    [InlineData("var x = layer.call(input); return (x - x.max()).exp().sum(1).log();")]
    [InlineData("var x = layer.call(input).clamp(-10, 10); return (1 + x.exp()).log();")]
    [InlineData("var x = layer.call(input).tanh(); return x.exp().sum(1).log();")]
    [InlineData("var p = layer.call(input).softmax(1); p.clamp_(min: 1e-8); return p.log();")]
    [InlineData("var p = layer.call(input).softmax(1); if (input.numel() > 3) p = p + 1e-8; return p.log();")]
    [InlineData("var e = layer.call(input).exp(); e.clamp_(max: 1e6); return e.sum(1).log();")]
    [InlineData("var rate = nn.functional.softplus(layer.call(input)); rate.log().mean().backward(); return rate;")]
    [InlineData("var rate = layer.call(input).exp(); rate.log().mean().backward(); return rate;")]
    [InlineData("var rate = layer.call(input).relu() + 1e-6; rate.sqrt().mean().backward(); return rate;")]
    [InlineData("var rate = layer.call(input).square(); rate.sqrt().mean().backward(); return rate;")]
    [InlineData("using var off = no_grad(); return layer.call(input).relu().sqrt();")]
    public Task An_output_that_is_kept_off_zero_is_silent(string body) => Verify<UnstableComposition>.Silent(
        $"class C {{ readonly Linear layer = nn.Linear(4, 3); Tensor M(Tensor input) {{ {body} }} }}");

    [Fact]
    public Task The_probability_of_an_action_that_was_drawn_is_not_zero() => Verify<UnstableComposition>.Silent("""
        static (long Action, float LogProbability) Act(Linear policy, Tensor state)
        {
            using var guard = no_grad();
            var probabilities = policy.call(state.unsqueeze(0)).softmax(-1);
            var action = multinomial(probabilities, 1);
            return (action.item<long>(), probabilities.gather(1, action).log().item<float>());
        }

        Act(nn.Linear(4, 2), rand(4));
        """);

    [Fact]
    public Task Functions_of_the_users_own_are_silent() => Verify<UnstableComposition>.Silent("""
        static class Stable
        {
            public static Tensor softmax(Tensor x, double floor) => x.softmax(1).clamp(min: floor);

            public static Tensor log(Tensor x) => (x + 1e-8).log();

            public static Tensor Use(Tensor x) => log(softmax(x, 1e-6)) + softmax(x, 1e-6).log() + log(x.softmax(1));
        }
        """);

    [Theory]
    [InlineData("class C { Tensor M(Tensor x) => x.softmax(.log(); }")]
    [InlineData("class C { Tensor M(Tensor x) { var p = p.log(); var q = q.softmax(1); return (1 - r.exp()).log(); } }")]
    public Task Code_that_does_not_compile_is_left_alone(string code) => Verify<UnstableComposition>.SilentOnBroken(code);

    [Theory]
    [InlineData("[|x.softmax(1).log()|]", "x.log_softmax(1)")]
    [InlineData("[|torch.log(nn.functional.softmax(x / 2, dim: 1))|]", "(x / 2).log_softmax(dim: 1)")]
    [InlineData("[|x.softmax(1).gather(1, y).log()|]", "x.log_softmax(1).gather(1, y)")]
    [InlineData("-[|torch.sigmoid(x).log()|] // once", "-x.log_sigmoid() // once")]
    [InlineData("[|(1 - (x + y).sigmoid()).log()|]", "(-(x + y)).log_sigmoid()")]
    [InlineData("[|log(1 - exp(x))|]", "log(-x.expm1())")]
    [InlineData("[|layer.call(x).exp().sum(1, keepdim: true).log()|]", "layer.call(x).logsumexp(1, keepdim: true)")]
    [InlineData("[|torch.log(torch.sum(torch.exp(layer.call(x)), 1))|]", "layer.call(x).logsumexp(1)")]
    [InlineData("[|layer.call(x).exp().sum().log()|]", "layer.call(x).flatten().logsumexp(0)")]
    [InlineData("[|(1 + (-layer.call(x)).exp()).log()|]", "(-layer.call(x)).softplus()")]
    public Task The_fix_computes_it_at_once(string flagged, string cured) => Verify<UnstableComposition>.Fixes(In($"return\n{flagged}\n;"), In($"return\n{cured}\n;"));

    [Fact]
    public Task The_fix_takes_the_logits_that_a_local_was_made_of() => Verify<UnstableComposition>.Fixes(
        In("var p = x.softmax(1); return -(p * [|p.log()|]).sum();"), In("var p = x.softmax(1); return -(p * x.log_softmax(1)).sum();"));

    [Theory]
    [InlineData("var z = x; var p = z.softmax(1); z = y; return [|p.log()|];")]
    [InlineData("var p = layer.call(x).softmax(1); return [|p.log()|];")]
    [InlineData("return [|x.softmax(1).log10()|];")]
    [InlineData("var e = layer.call(x).exp(); return [|e.sum(1).log()|];")]
    [InlineData("return [|layer.call(x).exp().sum(new long[] { 0, 1 }).log()|];")]
    [InlineData("return [|(1 - x.softmax(1)).log()|];")]
    public Task Where_the_parts_are_apart_there_is_no_fix(string body) => Verify<UnstableComposition>.HasNoFix(In(body));

    private static string In(string body) => $$"""
        class C
        {
            readonly Linear layer = nn.Linear(4, 3);

            Tensor M(Tensor x, Tensor y)
            {
                {{body}}
            }
        }
        """;
}
