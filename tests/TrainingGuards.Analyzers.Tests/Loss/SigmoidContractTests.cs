using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class SigmoidContractTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = zeros(8, 1);
        var head = Linear(4, 1);

        """;

    [Fact]
    public Task A_sigmoid_before_a_loss_of_logits_is_reported_where_it_is_applied()
    {
        const string code = Start + "var net = Sequential(head, [|Sigmoid()|]);\nvar loss = BCEWithLogitsLoss().call(net.call(x), y);";
        return Task.WhenAll(
            Verify<SigmoidContract>.Points(code, "BCEWithLogitsLoss().call(net.call(x), y)"),
            Verify<SigmoidContract>.Flags(code, "'Sigmoid' gives probabilities, and 'BCEWithLogitsLoss' takes a sigmoid of them. "
                + "Remove it, and let 'BCEWithLogitsLoss' have the logits."));
    }

    [Fact]
    public Task Logits_in_a_loss_of_probabilities_are_reported_at_the_loss()
    {
        const string code = Start + "var net = Sequential(ReLU(), Linear(4, 1));\nvar loss = [|binary_cross_entropy(net.call(x), y)|];";
        return Task.WhenAll(
            Verify<SigmoidContract>.Points(code, "Linear(4, 1))"[..^1]),
            Verify<SigmoidContract>.Flags(code, "'Linear' gives logits, and 'binary_cross_entropy' takes probabilities. Use 'binary_cross_entropy_with_logits'."));
    }

    [Theory]
    [InlineData("binary_cross_entropy_with_logits([|torch.sigmoid(head.call(x))|], y)")]
    [InlineData("binary_cross_entropy_with_logits([|torch.sigmoid(x)|].squeeze(-1), y)")]
    [InlineData("binary_cross_entropy_with_logits([|head.call(x).sigmoid()|], y)")]
    [InlineData("binary_cross_entropy_with_logits([|softmax(Linear(4, 3).call(x), 1)|], rand(8, 3))")]
    [InlineData("[|binary_cross_entropy(head.call(x).view(-1), y.view(-1))|]")]
    [InlineData("[|BCELoss().call(head.call(x), y)|]")]
    [InlineData("[|F.binary_cross_entropy(tanh(head.call(x)), y)|]")]
    [InlineData("[|F.binary_cross_entropy(relu(head.call(x)), y)|]")]
    public Task A_call_is_flagged_inside_a_model_or_not(string loss) => Verify<SigmoidContract>.Flags(Start + loss + ".backward();");

    [Theory]
    [InlineData("binary_cross_entropy(torch.sigmoid(head.call(x)), y)")]
    [InlineData("binary_cross_entropy(head.call(x).clamp(0, 1), y)")]
    [InlineData("binary_cross_entropy(hardtanh(head.call(x), 0, 1), y)")]
    [InlineData("binary_cross_entropy(softmax(head.call(x), 1), y)")]
    [InlineData("binary_cross_entropy((tanh(head.call(x)) + 1) / 2, y)")]
    [InlineData("binary_cross_entropy(Read(), y)")]
    [InlineData("binary_cross_entropy(isLogit ? torch.sigmoid(head.call(x)) : head.call(x), y)")]
    [InlineData("binary_cross_entropy_with_logits(isLogit ? torch.sigmoid(head.call(x)) : softmax(x, 1), y)")]
    [InlineData("binary_cross_entropy_with_logits(head.call(x), y)")]
    [InlineData("binary_cross_entropy_with_logits(head.call(torch.sigmoid(x)), y)")]
    [InlineData("binary_cross_entropy_with_logits(10 * torch.sigmoid(head.call(x)) - 5, y)")]
    [InlineData("binary_cross_entropy_with_logits(head.call(x), torch.sigmoid(x.sum(1)))")]
    [InlineData("mse_loss(torch.sigmoid(head.call(x)), y)")]
    public Task What_fits_or_is_not_certain_is_silent(string loss) => Verify<SigmoidContract>.Silent(
        Start + $"bool isLogit = args.Length > 0; {loss}.backward(); Tensor Read() => throw new Exception();");

    [Theory]
    [InlineData("=> [|torch.sigmoid(last.call(x))|];", "BCEWithLogitsLoss", true)]
    [InlineData("=> [|act.call(last.call(x))|].squeeze(-1);", "BCEWithLogitsLoss", true)]
    [InlineData("{ if (!training) return torch.sigmoid(last.call(x)); return last.call(x); }", "BCEWithLogitsLoss", false)]
    [InlineData("{ if (!training) return torch.sigmoid(last.call(x)); return last.call(x); }", "BCELoss", false)]
    [InlineData("=> act.call(last.call(x));", "BCELoss", false)]
    [InlineData("=> last.call(act.call(x));", "BCEWithLogitsLoss", false)]
    public Task A_forward_is_seen_through_to_a_trainer_of_another_class(string forward, string loss, bool isFlagged)
    {
        string code = $$"""
            using static TorchSharp.torch.nn;
            using static TorchSharp.torch.nn.functional;

            class Net : Module<Tensor, Tensor>
            {
                private readonly Linear last = Linear(8, 1);
                private readonly Module<Tensor, Tensor> act = Sigmoid();
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) {{forward}}
            }
            class Trainer(Net net)
            {
                private readonly Loss<Tensor, Tensor, Tensor> criterion = {{loss}}();
                public void Step(Tensor x, Tensor y) => criterion.call(net.call(x), y).backward();
            }
            """;
        return isFlagged ? Verify<SigmoidContract>.Flags(code) : Verify<SigmoidContract>.Silent(code);
    }

    [Theory]
    [InlineData("binary_cross_entropy_with_logits([|torch.sigmoid(head.call(x))|], y);", "binary_cross_entropy_with_logits(head.call(x), y);")]
    [InlineData("[|F.binary_cross_entropy(head.call(x), y, reduction: Reduction.Mean)|]; // all", "F.binary_cross_entropy_with_logits(head.call(x), y, reduction: Reduction.Mean); // all")]
    [InlineData("var net = Sequential(head, [|Sigmoid()|]); binary_cross_entropy_with_logits(net.call(x), y);", "var net = Sequential(head); binary_cross_entropy_with_logits(net.call(x), y);")]
    public Task The_fix_lets_the_loss_have_logits(string before, string after) => Verify<SigmoidContract>.Fixes(Start + before, Start + after);

    [Theory]
    [InlineData("[|BCELoss().call(head.call(x), y)|];")]
    [InlineData("[|binary_cross_entropy(tanh(head.call(x)), y)|];")]
    public Task There_is_no_fix_where_more_than_one_place_is_concerned(string code) => Verify<SigmoidContract>.HasNoFix(Start + code);
}
