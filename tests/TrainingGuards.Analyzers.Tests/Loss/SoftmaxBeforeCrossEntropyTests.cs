using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class SoftmaxBeforeCrossEntropyTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), classes = randint(3, new long[] { 8 });
        var head = Linear(4, 3);

        """;

    [Fact]
    public Task The_report_names_the_softmax_and_points_at_the_loss()
    {
        const string code = Start + "var net = Sequential(head, [|Softmax(1)|]);\nvar loss = CrossEntropyLoss().call(net.call(x), classes);";
        return Task.WhenAll(
            Verify<SoftmaxBeforeCrossEntropy>.Points(code, "CrossEntropyLoss().call(net.call(x), classes)"),
            Verify<SoftmaxBeforeCrossEntropy>.Flags(code,
                "'Softmax' gives probabilities, and 'CrossEntropyLoss' takes a softmax of them again. Remove it, and let 'CrossEntropyLoss' have the logits."));
    }

    [Theory]
    [InlineData("cross_entropy([|softmax(head.call(x), 1)|], classes)")]
    [InlineData("cross_entropy([|F.softmax(head.call(x), dim: -1)|].squeeze(-1), classes)")]
    [InlineData("cross_entropy([|head.call(x).softmax(1)|], rand(8, 3))")]
    [InlineData("cross_entropy([|softmin(head.call(x), 1)|], classes)")]
    [InlineData("cross_entropy(target: classes, input: [|softmax(x, 1)|])")]
    public Task A_function_is_flagged_inside_a_model_or_not(string loss) => Verify<SoftmaxBeforeCrossEntropy>.Flags(Start + loss + ".backward();");

    [Theory]
    [InlineData("cross_entropy(head.call(x), classes)")]
    [InlineData("cross_entropy(head.call(x), softmax(head.call(x), 1))")]
    [InlineData("cross_entropy(log_softmax(head.call(x), 1), classes)")]
    [InlineData("cross_entropy(log(softmax(head.call(x), 1)), classes)")]
    [InlineData("cross_entropy(softmax(head.call(x), 1) * 20, classes)")]
    [InlineData("cross_entropy(head.call(softmax(x, 1)), classes)")]
    [InlineData("cross_entropy(args.Length > 0 ? softmax(x, 1) : Read(), classes)")]
    [InlineData("nll_loss(softmax(head.call(x), 1).log(), classes)")]
    [InlineData("binary_cross_entropy(softmax(head.call(x), 1), rand(8, 3))")]
    [InlineData("Mine.cross_entropy(softmax(head.call(x), 1), classes)")]
    public Task What_takes_probabilities_or_gets_none_is_silent(string loss) => Verify<SoftmaxBeforeCrossEntropy>.Silent(
        Start + $"{loss}.backward(); Tensor Read() => throw new Exception();"
        + "static class Mine { public static Tensor cross_entropy(Tensor p, Tensor y) => nll_loss(log(p), y); }");

    [Theory]
    [InlineData("public override Tensor forward(Tensor x) => [|softmax(last.call(x), 1)|];", true)]
    [InlineData("public override Tensor forward(Tensor x) { x = last.call(x); return [|act.call(x)|]; }", true)]
    [InlineData("public override Tensor forward(Tensor x) => Head(x); private Tensor Head(Tensor h) => [|functional.softmax(last.call(h), -1)|];", true)]
    [InlineData("public override Tensor forward(Tensor x) => last.call(softmax(x, 1));", false)]
    [InlineData("public override Tensor forward(Tensor x) => training ? last.call(x) : softmax(last.call(x), 1);", false)]
    [InlineData("public override Tensor forward(Tensor x) => last.call(x); public Tensor Predict(Tensor x) => softmax(call(x), 1);", false)]
    [InlineData("public override Tensor forward(Tensor x) { var weights = softmax(last.call(x), 1); return weights.matmul(x); }", false)]
    public Task A_forward_is_seen_through_to_a_trainer_of_another_class(string forward, bool isFlagged)
    {
        string code = $$"""
            using static TorchSharp.torch.nn;
            using static TorchSharp.torch.nn.functional;

            partial class Net : Module<Tensor, Tensor>
            {
                private readonly Linear last = Linear(8, 3);
                private readonly Module<Tensor, Tensor> act = Softmax(1);
                public Net() : base("Net") => RegisterComponents();
                {{forward}}
            }
            class Trainer(Net net)
            {
                private readonly Loss<Tensor, Tensor, Tensor> criterion = CrossEntropyLoss();
                public void Step(Tensor x, Tensor y) => Loss(net.call(x), y).backward();
                private Tensor Loss(Tensor logits, Tensor y) => criterion.call(logits, y);
            }
            """;
        return isFlagged ? Verify<SoftmaxBeforeCrossEntropy>.Flags(code) : Verify<SoftmaxBeforeCrossEntropy>.Silent(code);
    }

    [Fact]
    public async Task Over_one_unit_it_is_reported_once()
    {
        const string code = Start + "var net = Sequential(Linear(4, 1), [|Softmax(1)|]); cross_entropy(net.call(x), zeros(8, int64)).backward();";
        await Verify<OutputActivation>.Flags(code);
        await Verify<SoftmaxBeforeCrossEntropy>.Silent(code.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("var net = Sequential(head, ReLU(), [|Softmax(1)|]); cross_entropy(net.call(x), classes);", "var net = Sequential(head, ReLU()); cross_entropy(net.call(x), classes);")]
    [InlineData("cross_entropy([|softmax(head.call(x), 1)|], classes); // mean", "cross_entropy(head.call(x), classes); // mean")]
    [InlineData("var p = [|head.call(x).softmax(1)|];\ncross_entropy(p, classes);", "var p = head.call(x);\ncross_entropy(p, classes);")]
    public Task The_fix_removes_it(string before, string after) => Verify<SoftmaxBeforeCrossEntropy>.Fixes(Start + before, Start + after);

    [Fact]
    public Task All_are_fixed_at_once_in_every_file() => Verify<SoftmaxBeforeCrossEntropy>.FixesAll(
        ["""
        partial class Net : nn.Module<Tensor, Tensor>
        {
            public override Tensor forward(Tensor x) => [|nn.functional.softmax(output.call(x), 1)|];
        }
        """, """
        partial class Net
        {
            private readonly Linear output = nn.Linear(8, 3);
            public Net() : base("Net") => RegisterComponents();
            public static Tensor Loss(Tensor x, Tensor y) => nn.functional.cross_entropy([|new Net().call(x).softmax(1)|], y) + nn.functional.cross_entropy(new Net().call(x), y);
        }
        """],
        ["""
        partial class Net : nn.Module<Tensor, Tensor>
        {
            public override Tensor forward(Tensor x) => output.call(x);
        }
        """, """
        partial class Net
        {
            private readonly Linear output = nn.Linear(8, 3);
            public Net() : base("Net") => RegisterComponents();
            public static Tensor Loss(Tensor x, Tensor y) => nn.functional.cross_entropy(new Net().call(x), y) + nn.functional.cross_entropy(new Net().call(x), y);
        }
        """]);
}
