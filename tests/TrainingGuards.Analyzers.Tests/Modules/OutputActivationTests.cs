using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class OutputActivationTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = zeros(8, 3), classes = randint(3, new long[] { 8 });

        """;

    [Fact]
    public Task A_relu_before_cross_entropy_is_flagged_and_points_at_the_loss()
    {
        const string code = Start + """
            var model = new DigitNet();
            var loss = cross_entropy(model.call(x), classes);

            class DigitNet : Module<Tensor, Tensor>
            {
                readonly Sequential layers = Sequential(Linear(4, 8), ReLU(), Linear(8, 3), [|ReLU()|]);
                public DigitNet() : base("DigitNet") => RegisterComponents();
                public override Tensor forward(Tensor x) => layers.call(x);
            }
            """;
        return Task.WhenAll(
            Verify<OutputActivation>.Points(code, "cross_entropy(model.call(x), classes)"),
            Verify<OutputActivation>.Flags(code, "'ReLU' is the output layer of 'DigitNet', whose output goes to 'cross_entropy'. "
                + "Remove it: 'cross_entropy' takes logits, of any sign and size."));
    }

    [Theory]
    [InlineData("ReLU()", "mse_loss(OUT, target)", "Remove it: targets below 0 are out of its reach.")]
    [InlineData("GELU()", "huber_loss(OUT, target)", "Remove it: targets below -0.171 are out of its reach.")]
    [InlineData("LeakyReLU(0.1)", "l1_loss(OUT, target)", "Remove it: it bends what is to be fitted as it is.")]
    [InlineData("ReLU6()", "smooth_l1_loss(OUT, target)", "Remove it: targets outside of [0, 6] are out of its reach.")]
    [InlineData("Tanh()", "mse_loss(OUT, randn(8, 3))", "Remove it: targets outside of [-1, 1] are out of its reach.")]
    [InlineData("Sigmoid()", "mse_loss(OUT, 2 * rand(8, 3) - 1)", "Remove it: targets outside of [0, 1] are out of its reach.")]
    [InlineData("Softplus()", "mse_loss(OUT, randn_like(x))", "Remove it: targets below 0 are out of its reach.")]
    [InlineData("Tanh()", "binary_cross_entropy_with_logits(OUT, y)", "Remove it: 'binary_cross_entropy_with_logits' takes logits, of any sign and size.")]
    [InlineData("Tanh()", "CrossEntropyLoss().call(OUT, classes)", "Remove it: 'CrossEntropyLoss' takes logits, of any sign and size.")]
    public Task Every_pair_has_its_reason(string activation, string loss, string reason) => Verify<OutputActivation>.Flags(
        Start + $"Tensor target = args.Length > 0 ? x : Read(); Tensor Read() => throw new Exception(); var net = Sequential((\"in\", Linear(4, 3)), (\"out\", [|{activation}|])); "
        + loss.Replace("OUT", "net.call(x).squeeze(-1)", StringComparison.Ordinal) + ".backward();",
        $"'{activation.Split('(')[0]}' is the output layer of 'net', whose output goes to '{loss.Split('(')[0]}'. {reason}");

    [Theory]
    [InlineData("ReLU()", "mse_loss(OUT, y)")]
    [InlineData("ReLU()", "mse_loss(OUT, target.abs() * 3)")]
    [InlineData("Sigmoid()", "mse_loss(OUT, target)")]
    [InlineData("Sigmoid()", "mse_loss(OUT, x)")]
    [InlineData("Tanh()", "l1_loss(OUT, 2 * rand(8, 3) - 1)")]
    [InlineData("Tanh()", "l1_loss(OUT, target.sin())")]
    [InlineData("Sigmoid()", "mse_loss(OUT, one_hot(classes).to(float32))")]
    [InlineData("Softplus()", "mse_loss(OUT, target)")]
    [InlineData("Sigmoid()", "binary_cross_entropy(OUT, y)")]
    [InlineData("Sigmoid()", "binary_cross_entropy_with_logits(OUT, y)")]
    [InlineData("Softmax(1)", "cross_entropy(OUT, classes)")]
    [InlineData("LogSoftmax(1)", "nll_loss(OUT, classes)")]
    [InlineData("Hardtanh(-30, 30)", "cross_entropy(OUT, classes)")]
    [InlineData("ReLU()", "kl_div(OUT, y)")]
    [InlineData("ReLU()", "mse_loss(OUT, other.call(x))")]
    [InlineData("ReLU()", "mse_loss(Linear(3, 1).call(OUT), target)")]
    [InlineData("ReLU()", "cross_entropy(OUT * 2 - 1, classes)")]
    public Task What_fits_its_target_or_is_another_rules_is_silent(string activation, string loss) => Verify<OutputActivation>.Silent(
        Start + $"Tensor target = args.Length > 0 ? x : Read(); Tensor Read() => throw new Exception(); Module<Tensor, Tensor> other = Other(); Module<Tensor, Tensor> Other() => throw new Exception();"
        + $"var net = Sequential(Linear(4, 3), {activation}); {loss.Replace("OUT", "net.call(x)", StringComparison.Ordinal)}.backward();");

    [Theory]
    [InlineData("Sequential(Linear(4, 8), [|Softmax(1)|])", 8, false)]
    [InlineData("Sequential(Linear(4, 1), [|Softmax(1)|])", 1, true)]
    [InlineData("Sequential(Linear(4, 1), Dropout(), [|Softmax(-1)|], Flatten())", 1, true)]
    [InlineData("Sequential(Linear(4, 1), [|Softmax(0)|])", 1, false)]
    public Task A_softmax_is_flagged_over_one_unit_alone(string model, int units, bool isFlagged)
    {
        string code = Start + $"var net = {model}; binary_cross_entropy(net.call(x), zeros(8, {units})).backward();";
        return isFlagged
            ? Verify<OutputActivation>.Flags(code, "'Softmax' is the output layer of 'net', whose output goes to 'binary_cross_entropy'. Remove it: over one unit it is always 1.")
            : Verify<OutputActivation>.Silent(code.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public override Tensor forward(Tensor x) => [|relu(last.call(first.call(x)))|];")]
    [InlineData("public override Tensor forward(Tensor x) => [|F.gelu(last.call(x))|].view(-1, 3);")]
    [InlineData("public override Tensor forward(Tensor x) { x = first.call(x).relu(); x = last.call(x); x = [|x.relu()|]; return x; }")]
    [InlineData("public override Tensor forward(Tensor x) { using var h = relu(first.call(x)); var o = last.forward(h); return [|act.call(o)|].MoveToOuterDisposeScope(); }")]
    [InlineData("public override Tensor forward(Tensor x) { if (x.shape[0] == 1) return [|tanh(last.call(x))|]; return [|torch.tanh(first.call(x))|]; }")]
    [InlineData("public override Tensor forward(Tensor x) => Head(first.call(x)); private Tensor Head(Tensor h) { return [|last.call(h).sigmoid()|]; }")]
    [InlineData("public override Tensor forward(Tensor x) => head.call(first.call(x)); private readonly Sequential head = Sequential(Linear(8, 3), [|ReLU()|], Dropout(0.1));")]
    [InlineData("public override Tensor forward(Tensor x) => block.call(x); private readonly Block<Linear> block = new(8);")]
    public Task A_forward_is_seen_through(string forward) => Verify<OutputActivation>.Flags(Net(forward) + """
        class Training(Net model)
        {
            private readonly Loss<Tensor, Tensor, Tensor> loss = nn.CrossEntropyLoss();
            public void Step(Tensor x, Tensor y)
            {
                var output = model.call(x);
                using var value = loss.call(output.squeeze(), y);
                value.backward();
            }
        }
        class Block<T>(int width) : nn.Module<Tensor, Tensor>("Block") where T : class
        {
            private readonly Linear linear = nn.Linear(width, 3);
            public override Tensor forward(Tensor x) => BLOCK(linear.call(x));
        }
        """.Replace("BLOCK(linear.call(x))", forward.Contains("Block", StringComparison.Ordinal) ? "[|relu(linear.call(x))|]" : "linear.call(x)", StringComparison.Ordinal));

    [Theory]
    [InlineData("public override Tensor forward(Tensor x) => last.call(relu(first.call(x)));")]
    [InlineData("public override Tensor forward(Tensor x) { x = relu(first.call(x)); x = last.call(x); return x; }")]
    [InlineData("public override Tensor forward(Tensor x) { x = relu(first.call(x)); x.add_(1); return x; }")]
    [InlineData("public override Tensor forward(Tensor x) => x.shape[0] > 1 ? last.call(x) : relu(last.call(x));")]
    [InlineData("public override Tensor forward(Tensor x) => 10 * tanh(last.call(x));")]
    [InlineData("public override Tensor forward(Tensor x) { foreach (var layer in layers) x = relu(layer.call(x)); return x; } private readonly List<Linear> layers = [];")]
    [InlineData("public override Tensor forward(Tensor x) => chain.call(x); private readonly Sequential chain = Sequential(Linear(4, 3), ReLU()); void Grow() => chain.append(Linear(3, 3));")]
    [InlineData("public override Tensor forward(Tensor x) => features ? relu(first.call(x)) : last.call(x); private readonly bool features;")]
    public Task A_hidden_or_uncertain_activation_is_silent(string forward) => Verify<OutputActivation>.Silent(Net(forward) + """
        static class Training
        {
            public static void Step(Net model, Tensor x, Tensor y) => cross_entropy(model.call(x), y).backward();
        }
        """);

    [Fact]
    public Task A_trainer_of_any_module_is_judged_by_what_it_is_given() => Verify<OutputActivation>.Flags(Start + """
        Fit(Sequential(Linear(4, 3), [|ELU()|]), MSELoss());
        Fit(new Good(), MSELoss());

        void Fit(Module<Tensor, Tensor> model, Module<Tensor, Tensor, Tensor> loss) => Compare(model.call(x), loss);
        void Compare(Tensor prediction, Module<Tensor, Tensor, Tensor> loss) => loss.call(prediction, randn(8, 3)).backward();

        class Good() : Module<Tensor, Tensor>("Good")
        {
            readonly Linear linear = Linear(4, 3);
            public override Tensor forward(Tensor x) => linear.call(x);
        }
        """);

    [Fact]
    public Task The_module_and_its_trainer_may_be_in_different_files() => Verify<OutputActivation>.FixesAll(
        ["""
        partial class Regressor : nn.Module<Tensor, Tensor>
        {
            public override Tensor forward(Tensor x)
            {
                // One value an example.
                return [|nn.functional.relu(output.call(x))|].squeeze(-1); // dollars
            }
        }
        """, """
        partial class Regressor
        {
            private readonly Linear output = nn.Linear(8, 1);
            public Regressor() : base("Regressor") => RegisterComponents();
        }
        class Trainer(nn.Module<Tensor, Tensor> model)
        {
            public static void Main() => new Trainer(new Regressor()).Step(rand(4, 8), randn(4));
            private void Step(Tensor x, Tensor price) => nn.functional.mse_loss(model.call(x), price).backward();
        }
        """],
        ["""
        partial class Regressor : nn.Module<Tensor, Tensor>
        {
            public override Tensor forward(Tensor x)
            {
                // One value an example.
                return output.call(x).squeeze(-1); // dollars
            }
        }
        """]);

    [Theory]
    [InlineData("Sequential(Linear(4, 8), ReLU(), Linear(8, 3), [|Tanh()|])", "Sequential(Linear(4, 8), ReLU(), Linear(8, 3))")]
    [InlineData("Sequential(Linear(4, 3), [|Tanh()|], Flatten())", "Sequential(Linear(4, 3), Flatten())")]
    [InlineData("Sequential((\"l\", Linear(4, 3)), (\"a\", [|Tanh()|]))", "Sequential((\"l\", Linear(4, 3)))")]
    [InlineData("Sequential(Linear(4, 3)).append([|Tanh()|])", "Sequential(Linear(4, 3))")]
    [InlineData("Sequential(\n    Linear(4, 8),\n    ReLU(),\n    Linear(8, 3),\n    [|Tanh()|])", "Sequential(\n    Linear(4, 8),\n    ReLU(),\n    Linear(8, 3))")]
    [InlineData("Sequential(\n    Linear(4, 3), // logits\n    [|Tanh()|])", "Sequential(\n    Linear(4, 3) // logits\n)")]
    public Task The_fix_takes_a_layer_out_as_a_person_would(string before, string after) => Verify<OutputActivation>.Fixes(
        Start + $"var net = {before};\ncross_entropy(net.call(x), classes).backward();", Start + $"var net = {after};\ncross_entropy(net.call(x), classes).backward();");

    [Theory]
    [InlineData("=> [|last.call(x).relu()|];", "=> last.call(x);")]
    [InlineData("=> [|(last.call(x) + 1).relu()|];", "=> last.call(x) + 1;")]
    [InlineData("=> [|act.call(last.call(x))|];", "=> last.call(x);")]
    [InlineData("{ x = last.call(x); /* now */ return [|F.leaky_relu(x, 0.1)|]; }", "{ x = last.call(x); /* now */ return x; }")]
    public Task The_fix_takes_a_call_out(string before, string after) => Verify<OutputActivation>.Fixes(
        Net("public override Tensor forward(Tensor x) " + before) + Use, Net("public override Tensor forward(Tensor x) " + after) + Use);

    [Fact]
    public Task There_is_no_fix_for_a_layer_that_is_not_in_the_list() => Verify<OutputActivation>.HasNoFix(
        Start + "Module<Tensor, Tensor> end = [|Tanh()|]; var net = Sequential(Linear(4, 3), end); cross_entropy(net.call(x), classes).backward();");

    private const string Use = "static class Training { public static void Step(Net net, Tensor x, Tensor y) => cross_entropy(net.call(x), y).backward(); }";

    private static string Net(string forward) => $$"""
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;

        class Net : Module<Tensor, Tensor>
        {
            private readonly Linear first = Linear(4, 8), last = Linear(8, 3);
            private readonly Module<Tensor, Tensor> act = ReLU();
            public Net() : base("Net") => RegisterComponents();
            {{forward}}
        }

        """;
}
