using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class SwappedLossArgumentsTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4);
        float[] read = new float[8];
        var model = Sequential(Linear(4, 8), ReLU(), Linear(8, 3));
        static Tensor Read() => throw new Exception();

        """;

    [Fact]
    public Task The_message_names_both() => Verify<SwappedLossArguments>.Flags(
        Start + "var labels = randint(3, new long[] { 8 });\nvar logits = model.call(x);\n[|cross_entropy(labels, logits)|].backward();",
        "'cross_entropy' takes the prediction first, and is given the target 'labels' there and the prediction 'logits' as its target. Swap them.");

    [Fact]
    public Task It_points_to_both() => Verify<SwappedLossArguments>.Points(
        Start + "[|cross_entropy(Read().argmax(1), model.call(x))|].backward();", "Read().argmax(1)", "model.call(x)");

    [Theory]
    [InlineData("[|binary_cross_entropy_with_logits(tensor(read), model.call(x))|].backward();")]
    [InlineData("[|F.binary_cross_entropy(ones(8, 3), model.call(x).sigmoid())|].backward();")]
    [InlineData("[|binary_cross_entropy(target: torch.sigmoid(model.call(x)), input: Read().gt(0.5).to(float32))|].backward();")]
    [InlineData("[|nll_loss(Read().to(int64), log_softmax(model.call(x), 1))|].backward();")]
    [InlineData("[|nll_loss(Read().@long(), model.call(x).log_softmax(1).view(-1, 3))|].backward();")]
    [InlineData("[|cross_entropy(Read().to_type(ScalarType.Int64), model.forward(x))|].backward();")]
    [InlineData("[|cross_entropy(one_hot(Read(), 3).to(float32) * 0.9 + 0.03, model.call(x))|].backward();")]
    [InlineData("[|kl_div(one_hot(Read(), 3).to(float32), model.call(x).softmax(1), log_target: false)|].backward();")]
    [InlineData("var criterion = BCEWithLogitsLoss(); using var loss = [|criterion.call((Read() > 0).to(float32), model.call(x))|]; loss.backward();")]
    [InlineData("Loss<Tensor, Tensor, Tensor> criterion = new CrossEntropyLoss(); [|criterion.forward(tensor(new long[] { 1, 2 }), model.call(x))|].backward();")]
    [InlineData("Step(tensor(new[] { 1L, 2 }), model.call(x)); void Step(Tensor y, Tensor p) => [|cross_entropy(y, p)|].backward();")]
    [InlineData("Tensor Predict(Tensor input) { var hidden = model.call(input); return hidden.sigmoid(); } [|binary_cross_entropy(zeros_like(x), Predict(x))|].backward();")]
    [InlineData("Tensor p; if (read.Length > 3) p = model.call(x); else p = Linear(4, 3).call(x); [|cross_entropy(randint(3, new long[] { 8 }), p)|].backward();")]
    [InlineData("Module<Tensor, Tensor> unknown = null!; [|binary_cross_entropy_with_logits(one_hot(Read()).to(float32), unknown.call(x))|].backward();")]
    public Task Labels_before_a_prediction_are_flagged(string code) => Verify<SwappedLossArguments>.Flags(Start + code);

    [Theory]
    [InlineData("cross_entropy(model.call(x), randint(3, new long[] { 8 })).backward();")]
    [InlineData("cross_entropy(target: randint(3, new long[] { 8 }), input: model.call(x)).backward();")]
    [InlineData("binary_cross_entropy_with_logits(Read(), model.call(x)).backward();")]
    [InlineData("binary_cross_entropy_with_logits(tensor(read), Read()).backward();")]
    [InlineData("cross_entropy(Linear(4, 3).call(x), model.call(x).softmax(1)).backward();")]
    [InlineData("cross_entropy(Linear(4, 3).call(x).detach(), model.call(x).softmax(1)).backward();")]
    [InlineData("cross_entropy(Read().argmax(1), Flatten().call(Read())).backward();")]
    [InlineData("kl_div(zeros(8, 3) - 1.1, model.call(x).softmax(1), log_target: false).backward();")]
    [InlineData("kl_div(tensor(read), model.call(x).softmax(1), log_target: false).backward();")]
    [InlineData("mse_loss(tensor(read), model.call(x)).backward();")]
    [InlineData("binary_cross_entropy(full(8, 3, 0.05), model.call(x).sigmoid()).backward();")]
    [InlineData("cross_entropy(read.Length > 3 ? tensor(read) : model.call(x), model.call(x)).backward();")]
    [InlineData("cross_entropy(tensor(read), read.Length > 3 ? Read() : model.call(x)).backward();")]
    [InlineData("Step(Read().argmax(1), Read()); Step(model.call(x), model.call(x)); void Step(Tensor y, Tensor p) => cross_entropy(y, p).backward();")]
    [InlineData("poisson_nll_loss(ones(8, 3), model.call(x)).backward();")]
    [InlineData("cross_entropy(zeros(8, 3, requires_grad: true), model.call(x).softmax(1)).backward();")]
    [InlineData("var free = tensor(read).requires_grad_(); binary_cross_entropy_with_logits(free, model.call(x).sigmoid()).backward();")]
    [InlineData("var free = new Parameter(zeros(8, 3)); binary_cross_entropy_with_logits(free, model.call(x).sigmoid()).backward();")]
    [InlineData("var free = zeros(8, 3); free.requires_grad = true; binary_cross_entropy_with_logits(free, model.call(x).sigmoid()).backward();")]
    [InlineData("var all = zeros(8, 3); for (int i = 0; i < 8; i++) all[i] = Linear(4, 3).call(x[i]); cross_entropy(all, model.call(x).softmax(1)).backward();")]
    public Task What_is_in_order_or_not_certain_is_silent(string code) => Verify<SwappedLossArguments>.Silent(Start + code);

    [Theory]
    [InlineData("[|binary_cross_entropy_with_logits(mask, output)|] + torch.sigmoid(output).sum()", true)]
    [InlineData("[|BCEWithLogitsLoss().call(mask.view(-1), output.flatten().contiguous())|] + (output.sigmoid() * mask).sum()", true)]
    [InlineData("binary_cross_entropy_with_logits(output, mask) + torch.sigmoid(output).sum()", false)]
    [InlineData("binary_cross_entropy_with_logits(output, mask) + torch.sigmoid(mask).sum() * torch.sigmoid(output).sum()", false)]
    [InlineData("binary_cross_entropy_with_logits(mask, torch.sigmoid(output))", false)]
    [InlineData("binary_cross_entropy(mask, output) + torch.sigmoid(output).sum()", false)]
    [InlineData("binary_cross_entropy_with_logits(mask, output) + torch.sigmoid(output * 2).sum()", false)]
    [InlineData("binary_cross_entropy_with_logits(Linear(4, 1).call(mask), output) + torch.sigmoid(output).sum()", false)]
    public Task A_target_that_a_sigmoid_is_taken_of_is_the_prediction(string loss, bool isFlagged)
    {
        string code = $"using static TorchSharp.torch.nn;\nusing static TorchSharp.torch.nn.functional;\nclass Loss {{ public static Tensor Of(Tensor output, Tensor mask) => {loss}; }}";
        return isFlagged ? Verify<SwappedLossArguments>.Flags(code) : Verify<SwappedLossArguments>.Silent(code);
    }

    [Fact]
    public Task It_is_seen_in_a_trainer_of_another_class() => Verify<SwappedLossArguments>.Flags("""
        using static TorchSharp.torch.nn;

        abstract class Trainer<T>(T network) where T : Module<Tensor, Tensor>
        {
            private readonly BCEWithLogitsLoss criterion = BCEWithLogitsLoss(reduction: Reduction.Mean);
            protected Tensor Loss(Tensor input, Tensor isSpam)
            {
                using var scope = NewDisposeScope();
                var scores = network.call(input);
                return [|criterion.call(isSpam.gt(0.5).to(ScalarType.Float32).unsqueeze(1), scores)|].MoveToOuterDisposeScope();
            }
        }
        """);

    [Fact]
    public Task A_loss_of_the_users_own_is_silent() => Verify<SwappedLossArguments>.Silent(
        Start + "Tensor cross_entropy(Tensor target, Tensor input) => F.cross_entropy(input, target); cross_entropy(randint(3, new long[] { 8 }), model.call(x)).backward();");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<SwappedLossArguments>.SilentOnBroken(Start + "cross_entropy(tensor(read), model.call(x).backward(; cross_entropy(tensor(read));");

    [Theory]
    [InlineData("var loss = [|binary_cross_entropy_with_logits(tensor(read), model.call(x), reduction: Reduction.Sum)|]; // spam", "var loss = binary_cross_entropy_with_logits(model.call(x), tensor(read), reduction: Reduction.Sum); // spam")]
    [InlineData("var loss = [|cross_entropy(\n    target: model.call(x), // logits\n    input: tensor(read))|];", "var loss = cross_entropy(\n    target: tensor(read), // logits\n    input: model.call(x));")]
    public Task The_fix_swaps_the_values(string before, string after) => Verify<SwappedLossArguments>.Fixes(Start + before, Start + after);
}
