using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class TargetIsInputTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        Tensor tokens = Read(), mask = Read();
        var model = Sequential(Embedding(50, 16), Linear(16, 64), GELU(), Dropout(), Linear(64, 50));
        static Tensor Read() => throw new Exception();
        static Tensor Corrupt(Tensor t) => t;

        """;

    [Fact]
    public Task The_message_names_the_tokens() => Verify<TargetIsInput>.Flags(
        Start + "var logits = model.call(tokens); cross_entropy(logits.view(-1, 50), [|tokens.view(-1)|]).backward();",
        "'tokens' is the target of 'cross_entropy' and the input of 'model', which sees at each position what it is to predict there. "
            + "Predict the next token: leave out the last output and the first target.");

    [Fact]
    public Task It_points_to_the_model() => Verify<TargetIsInput>.Points(
        Start + "cross_entropy(model.call(tokens).transpose(1, 2), [|tokens|]).backward();", "model.call(tokens)");

    [Theory]
    [InlineData("nll_loss(log_softmax(model.call(tokens), -1).flatten(0, 1), [|tokens.flatten()|]).backward();")]
    [InlineData("var target = tokens.clone().to(CPU); CrossEntropyLoss().call(model.forward(tokens).permute(0, 2, 1), [|target|]).backward();")]
    [InlineData("var (input, target) = (tokens, tokens); cross_entropy(input: model.call(input.to(int64)).view(-1, 50), target: [|target.reshape(-1)|]).backward();")]
    [InlineData("foreach (var batch in new List<Tensor>()) { var logits = model.call(batch); cross_entropy(logits.view(-1, 50), [|batch.view(-1)|]).backward(); }")]
    [InlineData("foreach (var batch in new List<Dictionary<string, Tensor>>()) { var x = batch[\"ids\"]; var y = batch[\"ids\"]; cross_entropy(model.call(x).view(-1, 50), [|y.view(-1)|]).backward(); }")]
    [InlineData("void Step(Tensor text) { var logits = model.call(text); using var loss = cross_entropy(logits.view(-1, 50), [|text.view(-1)|]); loss.backward(); } Step(tokens);")]
    public Task Tokens_that_are_to_be_copied_are_flagged(string code) => Verify<TargetIsInput>.Flags(Start + code);

    [Theory]
    [InlineData("cross_entropy(model.call(tokens[.., ..^1]).view(-1, 50), tokens[.., 1..].reshape(-1)).backward();")]
    [InlineData("cross_entropy(model.call(tokens)[.., ..^1].reshape(-1, 50), tokens[.., 1..].reshape(-1)).backward();")]
    [InlineData("cross_entropy(model.call(tokens).view(-1, 50), tokens.roll(-1, 1).view(-1)).backward();")]
    [InlineData("cross_entropy(model.call(tokens).narrow(1, 0, 7), tokens).backward();")]
    [InlineData("cross_entropy(model.call(tokens.masked_fill(mask, 3)).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var input = torch.where(mask, 3, tokens); cross_entropy(model.call(input).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var target = tokens.clone(); tokens.masked_fill_(mask, 3); cross_entropy(model.call(tokens).view(-1, 50), target.view(-1)).backward();")]
    [InlineData("var input = tokens.clone(); input[mask] = 3; cross_entropy(model.call(input).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var target = tokens.clone(); target[mask] = -100; cross_entropy(model.call(tokens).view(-1, 50), target.view(-1)).backward();")]
    [InlineData("cross_entropy(model.call(Corrupt(tokens)).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var input = tokens.clone(); Corrupt(input); cross_entropy(model.call(input).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var first = tokens; tokens = Read(); cross_entropy(model.call(first).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var input = tokens; if (args.Length > 0) input = Read(); cross_entropy(model.call(input).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("foreach (var batch in new List<Dictionary<string, Tensor>>()) cross_entropy(model.call(batch[\"ids\"]), batch[\"labels\"]).backward();")]
    [InlineData("cross_entropy(Linear(4, 3).call(tokens), tokens).backward();")]
    [InlineData("mse_loss(model.call(tokens), tokens).backward();")]
    [InlineData("var code = Sequential(Embedding(50, 16), Linear(16, 2), Tanh(), Linear(2, 50)); cross_entropy(code.call(tokens).view(-1, 50), tokens.view(-1)).backward();")]
    [InlineData("var pooled = Sequential(Embedding(50, 16), AdaptiveAvgPool1d(1), Linear(1, 50)); cross_entropy(pooled.call(tokens).view(-1, 50), tokens.view(-1)).backward();")]
    public Task What_is_shifted_masked_or_compressed_is_silent(string code) => Verify<TargetIsInput>.Silent(Start + code);

    [Theory]
    [InlineData("var x = embedding.call(t); foreach (var block in blocks) x = block.call(x); return output.call(norm.call(x));", true)]
    [InlineData("return output.call(encoder.call(embedding.call(t) * Math.Sqrt(32.0) + position[TensorIndex.Slice(null, t.shape[1])]));", true)]
    [InlineData("var (seen, hidden) = reader.call(embedding.call(t)); return nn.functional.log_softmax(output.call(seen), -1);", true)]
    [InlineData("using var scope = NewDisposeScope(); var x = Embed(t); x = x + Mix(x); return output.call(x).MoveToOuterDisposeScope();", false)]
    [InlineData("using var scope = NewDisposeScope(); var x = Embed(t); return output.call(x).MoveToOuterDisposeScope();", true)]
    [InlineData("var (seen, hidden) = reader.call(embedding.call(t)); return output.call(hidden);", false)]
    [InlineData("return output.call(embedding.call(t)[.., ..^1]);", false)]
    [InlineData("return output.call(embedding.call(t).mean([1], keepdim: true).expand(8, 9, 32));", false)]
    [InlineData("return output.call(embedding.call(t.masked_fill(torch.rand(8, 9) < 0.15, 3)));", false)]
    [InlineData("var x = embedding.call(t); return output.call(x + torch.randn_like(x));", false)]
    [InlineData("var x = embedding.call(t); return output.call(x * torch.bernoulli(torch.full_like(x, 0.9)));", false)]
    [InlineData("t[TensorIndex.Ellipsis, 0] = 1; return output.call(embedding.call(t));", false)]
    [InlineData("var before = torch.cat([position, embedding.call(t)], 1); return output.call(before);", false)]
    [InlineData("return output.call(position);", false)]
    [InlineData("return training ? output.call(embedding.call(t)) : t;", false)]
    public Task A_forward_is_followed_position_by_position(string forward, bool isFlagged)
    {
        string code = $$"""
            using static TorchSharp.torch.nn;

            class Block() : Module<Tensor, Tensor>("Block")
            {
                private readonly Linear up = Linear(32, 128), down = Linear(128, 32), query = Linear(32, 32);
                private readonly LayerNorm norm = LayerNorm(32);
                private readonly Attention attention = new();
                public override Tensor forward(Tensor x)
                {
                    x = x + attention.call(norm.call(x));
                    return x + down.call(nn.functional.gelu(up.call(norm.call(x))));
                }
            }
            class Attention() : Module<Tensor, Tensor>("Attention")
            {
                private readonly Linear query = Linear(32, 32), value = Linear(32, 32);
                public override Tensor forward(Tensor x) => nn.functional.softmax(query.call(x).matmul(x.transpose(1, 2)), -1).matmul(value.call(x));
            }
            class Language : Module<Tensor, Tensor>
            {
                private readonly Embedding embedding = Embedding(50, 32);
                private readonly ModuleList<Block> blocks = ModuleList(new Block(), new Block());
                private readonly TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(32, 4, 64), 2);
                private readonly GRU reader = GRU(32, 32, batchFirst: true);
                private readonly LayerNorm norm = LayerNorm(32);
                private readonly Linear output = Linear(32, 50);
                private readonly Tensor position = torch.randn(9, 32);
                public Language() : base("Language") => RegisterComponents();
                private Tensor Embed(Tensor ids) => norm.call(embedding.call(ids));
                private static Tensor Mix(Tensor x) => x.flip(1);
                public override Tensor forward(Tensor t) { {{forward}} }
            }
            class Trainer(Language model)
            {
                public void Step(Tensor ids) => nn.functional.cross_entropy(model.call(ids).view(-1, 50), {{(isFlagged ? "[|ids.view(-1)|]" : "ids.view(-1)")}}).backward();
            }
            """;
        return isFlagged ? Verify<TargetIsInput>.Flags(code) : Verify<TargetIsInput>.Silent(code);
    }

    [Fact]
    public Task A_model_out_of_sight_is_silent() => Verify<TargetIsInput>.Silent("""
        class Trainer(nn.Module<Tensor, Tensor> model)
        {
            public void Step(Tensor ids) => nn.functional.cross_entropy(model.call(ids).view(-1, 50), ids.view(-1)).backward();
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<TargetIsInput>.SilentOnBroken(Start + "cross_entropy(model.call(tokens.view(-1, 50), tokens.view(-1).backward(;");
}
