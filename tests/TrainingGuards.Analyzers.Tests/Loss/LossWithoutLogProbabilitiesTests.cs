using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class LossWithoutLogProbabilitiesTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), classes = randint(3, new long[] { 8 }), soft = rand(8, 3);
        var head = Linear(4, 3);

        """;

    [Fact]
    public Task Probabilities_are_reported_at_the_softmax()
    {
        const string code = Start + "var net = Sequential(head, [|Softmax(1)|]);\nvar loss = NLLLoss().call(net.call(x), classes);";
        return Task.WhenAll(
            Verify<LossWithoutLogProbabilities>.Points(code, "NLLLoss().call(net.call(x), classes)"),
            Verify<LossWithoutLogProbabilities>.Flags(code, "'Softmax' gives probabilities, and 'NLLLoss' takes log-probabilities. Use 'LogSoftmax'."));
    }

    [Fact]
    public Task Logits_are_reported_at_the_loss() => Verify<LossWithoutLogProbabilities>.Flags(
        Start + "[|nll_loss(head.call(x), classes)|].backward();", "'Linear' gives logits, and 'nll_loss' takes log-probabilities. Use 'cross_entropy'.");

    [Theory]
    [InlineData("nll_loss([|softmax(head.call(x), 1)|], classes)")]
    [InlineData("nll_loss([|softmax(x, 1)|].squeeze(-1), classes)")]
    [InlineData("kl_div([|F.softmax(head.call(x), 1)|], soft)")]
    [InlineData("KLDivLoss().call([|head.call(x).softmax(-1)|], soft)")]
    [InlineData("[|kl_div(head.call(x), soft, log_target: false)|]")]
    [InlineData("[|NLLLoss().call(Sequential(ReLU(), Linear(4, 3), Dropout()).call(x), classes)|]")]
    [InlineData("[|nll_loss(Conv2d(1, 3, 3).call(x.view(1, 1, 8, 4)), zeros(1, 6, 2, int64))|]")]
    public Task Every_loss_of_log_probabilities_is_checked(string loss) => Verify<LossWithoutLogProbabilities>.Flags(Start + loss + ".backward();");

    [Theory]
    [InlineData("nll_loss(log_softmax(head.call(x), 1), classes)")]
    [InlineData("nll_loss(softmax(head.call(x), 1).log(), classes)")]
    [InlineData("nll_loss(log(softmax(head.call(x), 1)), classes)")]
    [InlineData("nll_loss(Log(softmax(head.call(x), 1)), classes)")]
    [InlineData("nll_loss(head.call(x) - logsumexp(head.call(x), 1, true), classes)")]
    [InlineData("nll_loss(Read(), classes)")]
    [InlineData("nll_loss(isLog ? head.call(x) : log_softmax(head.call(x), 1), classes)")]
    [InlineData("kl_div(log_softmax(head.call(x), 1), softmax(head.call(x), 1), log_target: false)")]
    [InlineData("KLDivLoss().call(Sequential(head, LogSoftmax(1)).call(x), soft)")]
    [InlineData("cross_entropy(head.call(x), classes)")]
    [InlineData("poisson_nll_loss(head.call(x), soft)")]
    [InlineData("gaussian_nll_loss(head.call(x), soft, rand(8, 3))")]
    public Task What_is_a_logarithm_or_not_certain_is_silent(string loss) => Verify<LossWithoutLogProbabilities>.Silent(
        Start + $"bool isLog = args.Length > 0; {loss}.backward(); Tensor Read() => throw new Exception(); Tensor Log(Tensor p) => p.clamp_min(1e-6).log();");

    [Theory]
    [InlineData("[|softmax(last.call(x), 1)|]", true)]
    [InlineData("log_softmax(last.call(x), 1)", false)]
    [InlineData("training ? log_softmax(last.call(x), 1) : softmax(last.call(x), 1)", false)]
    public Task A_forward_is_seen_through_to_a_trainer_of_another_class(string forward, bool isFlagged)
    {
        string code = $$"""
            using static TorchSharp.torch.nn;
            using static TorchSharp.torch.nn.functional;

            class Net() : Module<Tensor, Tensor>("Net")
            {
                private readonly Linear last = Linear(8, 3);
                public override Tensor forward(Tensor x) => {{forward}};
            }
            class Trainer(Net net)
            {
                public void Step(Tensor x, Tensor y) => nll_loss(net.call(x), y).backward();
            }
            """;
        return isFlagged ? Verify<LossWithoutLogProbabilities>.Flags(code) : Verify<LossWithoutLogProbabilities>.Silent(code);
    }

    [Theory]
    [InlineData("nll_loss([|softmax(head.call(x), 1)|], classes);", "nll_loss(log_softmax(head.call(x), 1), classes);")]
    [InlineData("nll_loss([|head.call(x).softmax(1)|], classes);", "nll_loss(head.call(x).log_softmax(1), classes);")]
    [InlineData("var net = Sequential(head, [|Softmax(1)|]);\nkl_div(net.call(x), soft); // KL", "var net = Sequential(head, LogSoftmax(1));\nkl_div(net.call(x), soft); // KL")]
    [InlineData("[|F.nll_loss(head.call(x), classes, reduction: Reduction.Mean)|];", "F.cross_entropy(head.call(x), classes, reduction: Reduction.Mean);")]
    public Task The_fix_takes_the_logarithm(string before, string after) => Verify<LossWithoutLogProbabilities>.Fixes(Start + before, Start + after);

    [Theory]
    [InlineData("[|nll_loss(head.call(x), classes, null, Reduction.Mean)|];")]
    [InlineData("[|kl_div(head.call(x), soft)|];")]
    [InlineData("[|NLLLoss().call(head.call(x), classes)|];")]
    [InlineData("nll_loss([|torch.softmax(head.call(x), 1)|], classes);")]
    [InlineData("nll_loss([|F.softmax(head.call(x), 1, float32)|], classes);")]
    [InlineData("nll_loss([|softmin(head.call(x), 1)|], classes);")]
    public Task There_is_no_fix_where_the_parameters_differ_or_a_dimension_is_to_be_chosen(string code) => Verify<LossWithoutLogProbabilities>.HasNoFix(Start + code);
}
