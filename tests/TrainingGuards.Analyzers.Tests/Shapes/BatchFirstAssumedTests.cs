using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class BatchFirstAssumedTests
{
    [Fact]
    public Task The_message_names_the_layer_and_what_says_so() => Verify<BatchFirstAssumed>.Flags(
        In("var (o, _) = [|gru.call(x)|]; return head.call(o.select(1, -1));"),
        "'gru' takes axis 1 of its input for the batch, but what it gives is read as if axis 1 were time, so that it runs along the examples instead of the time. "
            + "Make it with batchFirst: true.");

    [Fact]
    public Task The_message_on_attention_says_transpose() => Verify<BatchFirstAssumed>.Flags(
        In("return head.call([|encoder.call(x)|].mean([1L]));"),
        "'encoder' takes axis 1 of its input for the batch, but what it gives is read as if axis 1 were time, so that it runs along the examples instead of the time. "
            + "Give it transpose(0, 1), and transpose back what it gives.");

    [Fact]
    public Task Where_the_layer_is_made_and_what_says_so_are_the_other_places() => Verify<BatchFirstAssumed>.Points(
        In("var (o, _) = [|gru.call(x)|]; return head.call(o.select(1, -1));"), "nn.GRU(8, 16)", "o.select(1, -1)");

    [Theory]
    [InlineData("var (o, _) = [|gru.call(x)|]; return head.call(o[TensorIndex.Colon, -1]);")]
    [InlineData("var (o, _) = [|gru.call(x)|]; return head.call(o[TensorIndex.Colon, -1, TensorIndex.Colon]);")]
    [InlineData("var (o, _) = [|gru.call(x)|]; return head.call(o[.., ^1]);")]
    [InlineData("var (o, _) = [|gru.call(x)|]; return head.call(o.index(TensorIndex.Slice(), TensorIndex.Single(-1)));")]
    [InlineData("Tensor o, h; (o, h) = [|gru.call(x)|]; var last = o.select(1, -1); last = dropout.call(last).relu(); return head.call(last);")]
    [InlineData("var (o, _, _) = [|lstm.call(words.call(x))|]; return head.call(nn.functional.dropout(o, 0.1, training).mean([1L]));")]
    [InlineData("return head.call([|lstm.call(words.call(x))|].Item1.select(1, -1));")]
    [InlineData("var both = [|lstm.forward(words.call(x).relu())|]; return head.call(both.Item1.select(1, -1));")]
    [InlineData("var (o, _) = [|rnn.call(x)|]; return head.call(o.sum(1));")]
    [InlineData("var real = x.ne(0).to(float32); var (o, _) = [|gru.call(x)|]; var mean = (o * real).sum(1) / real.sum(1); return head.call(mean);")]
    [InlineData("var real = x.ne(0).unsqueeze(-1); var (o, _, _) = [|lstm.call(words.call(x))|]; return head.call((real * o).sum([1L]) / real.sum(1).clamp(1));")]
    [InlineData("var read = [|attention.call(x, x, x)|].Item1; return head.call(read.mean([1L]));")]
    [InlineData("return head.call(dropout.call([|encoder.call(x, null!)|]).select(1, -1));")]
    [InlineData("var mixed = [|opaque.call(x, null!, null!)|]; return head.call(mixed.mean([1L]));")]
    public Task An_output_that_is_read_along_axis_1_is_flagged(string body) => Verify<BatchFirstAssumed>.Flags(In(body));

    [Theory]
    [InlineData("var (o, _) = [|gru.call(x, zeros(1, x.shape[0], 16))|]; return head.call(o);")]
    [InlineData("var n = x.size(0); var h = zeros(new long[] { 1, n, 16 }).to(x.device); var (o, _) = [|gru.call(x, h)|]; return head.call(o);")]
    [InlineData("var h = torch.randn(1, x.shape[0], 16); var (o, _, _) = [|lstm.call(words.call(x), (h, h))|]; return head.call(o);")]
    [InlineData("var n = x.shape[0]; x = dropout.call(norm.call(x)); var (o, _) = [|rnn.call(x, zeros(1, n, 16))|]; return o;")]
    public Task A_state_that_is_sized_by_axis_0_is_flagged(string body) => Verify<BatchFirstAssumed>.Flags(In(body));

    [Theory]
    [InlineData("var e = words.call(x); e = e + places.call(arange(x.shape[1])); return head.call([|encoder.call(e)|]);")]
    [InlineData("var at = arange(0, x.size(1)); return head.call([|encoder.call(dropout.call(words.call(x) + places.call(at)))|]);")]
    [InlineData("x = x + table[TensorIndex.Colon, TensorIndex.Slice(null, x.shape[1])]; return head.call([|encoder.call(x)|]);")]
    public Task Positions_along_axis_1_are_flagged(string body) => Verify<BatchFirstAssumed>.Flags(In(body));

    [Theory]
    [InlineData("var (o, _) = gru.call(x); return head.call(o.select(0, -1));")]
    [InlineData("var (o, _) = gru.call(x); return head.call(o[-1]);")]
    [InlineData("var (o, h) = gru.call(x); return head.call(h.select(1, -1));")]
    [InlineData("var (o, _) = gru.call(x.transpose(0, 1)); return head.call(o.transpose(0, 1).select(1, -1));")]
    [InlineData("x = x.permute(1, 0, 2); var (o, _) = gru.call(x, zeros(1, x.shape[1], 16)); return head.call(o);")]
    [InlineData("var (o, _) = gru.call(x.permute(1, 0, 2)); return head.call(o.select(1, -1));")]
    [InlineData("var (o, _) = gru.call(x.unsqueeze(1)); return head.call(o.select(1, -1));")]
    [InlineData("var (o, _) = gru.call(x, zeros(1, x.shape[1], 16)); return head.call(o);")]
    [InlineData("var (o, _) = gru.call(x, zeros(1, 32, 16)); return head.call(o);")]
    [InlineData("var (o, _) = gru.call(x, zeros(1, table.shape[0], 16)); return head.call(o);")]
    [InlineData("var (o, _) = ordered.call(x, zeros(1, x.shape[0], 16)); return head.call(o.select(1, -1));")]
    [InlineData("var (o, _) = timeFirst.call(x, zeros(1, x.shape[0], 16)); return head.call(o.select(1, -1));")]
    [InlineData("x = x + table[TensorIndex.Slice(null, x.shape[0]), TensorIndex.Slice()]; return head.call(encoder.call(x));")]
    [InlineData("return head.call(encoder.call(words.call(x) + places.call(arange(x.shape[0])).unsqueeze(1)));")]
    [InlineData("return head.call(encoder.call(x).mean([0L]));")]
    [InlineData("return head.call(encoder.call(x));")]
    [InlineData("return head.call(encoder.call(x.transpose(0, 1)).transpose(0, 1).mean([1L]));")]
    [InlineData("return head.call(words.call(x).select(1, -1));")]
    [InlineData("var (o, _) = gru.call(x); return o.select(1, -1) * 2;")]
    [InlineData("var mask = zeros(2, x.shape[0], x.shape[0]); return head.call(attention.call(x, x, x, attn_mask: mask).Item1);")]
    public Task What_lies_in_order_or_says_nothing_is_silent(string body) => Verify<BatchFirstAssumed>.Silent(In(body));

    private static string In(string body) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            readonly LSTM lstm = nn.LSTM(8, 16, numLayers: 1);
            readonly GRU gru = nn.GRU(8, 16), ordered = nn.GRU(8, 16, batchFirst: true), timeFirst = nn.GRU(8, 16, batchFirst: false);
            readonly RNN rnn = nn.RNN(8, 16);
            readonly MultiheadAttention attention = nn.MultiheadAttention(8, 2);
            readonly TransformerEncoder encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 2);
            readonly nn.Module<Tensor, Tensor, Tensor, Tensor> opaque = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 2);
            readonly Embedding words = nn.Embedding(100, 8), places = nn.Embedding(100, 8);
            readonly nn.Module<Tensor, Tensor> dropout = nn.Dropout(0.1), norm = nn.LayerNorm(8), head = nn.Linear(16, 2);
            readonly Tensor table = zeros(1, 100, 8);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) { {{body}} }
        }
        """;

    [Fact]
    public Task Examples_that_a_loader_stacks_are_flagged() => Verify<BatchFirstAssumed>.Flags("""
        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Embedding words;
            private readonly LSTM lstm;
            private readonly Linear head;
            public Net(long hidden) : base(nameof(Net))
            {
                words = nn.Embedding(100, 8);
                lstm = nn.LSTM(8, hidden);
                head = nn.Linear(hidden, 100);
                RegisterComponents();
            }
            public override Tensor forward(Tensor tokens)
            {
                var embedded = words.call(tokens);
                var (output, _, _) = [|lstm.call(embedded)|];
                return head.call(output);
            }
        }
        class Training(Net net, DataLoader loader)
        {
            void Fit() { foreach (var batch in loader) nn.functional.cross_entropy(net.call(batch["tokens"]).view(-1, 100), batch["next"].view(-1)).backward(); }
        }
        """);

    [Fact]
    public Task A_loader_whose_examples_are_transposed_is_silent() => Verify<BatchFirstAssumed>.Silent("""
        class Training(GRU gru, Linear head, DataLoader loader)
        {
            readonly GRU own = nn.GRU(8, 16);
            void Fit()
            {
                foreach (var batch in loader)
                {
                    var (output, _) = own.call(batch["x"].permute(1, 0, 2));
                    nn.functional.mse_loss(head.call(output.select(0, -1)), batch["y"]).backward();
                }
            }
        }
        """);

    [Theory]
    [InlineData("nn.LSTM(8, 16)", "nn.LSTM(8, 16, batchFirst: true)")]
    [InlineData("nn.LSTM(inputSize: 8, hiddenSize: 16, bidirectional: false /* yet */)", "nn.LSTM(inputSize: 8, hiddenSize: 16, bidirectional: false /* yet */, batchFirst: true)")]
    public Task The_fix_tells_the_layer(string made, string cured) => Verify<BatchFirstAssumed>.Fixes(
        Reader(made, "[|lstm.call(x)|]"), Reader(cured, "lstm.call(x)"));

    [Fact]
    public Task A_layer_that_is_called_twice_is_told_once() => Verify<BatchFirstAssumed>.FixesAll(
        [Reader("nn.LSTM(8, 16)", "[|lstm.call(x)|]").Replace("head.call(o.select(1, -1))", "head.call(o.select(1, -1)) + head.call([|lstm.call(x)|].Item1.select(1, -1))")],
        [Reader("nn.LSTM(8, 16, batchFirst: true)", "lstm.call(x)").Replace("head.call(o.select(1, -1))", "head.call(o.select(1, -1)) + head.call(lstm.call(x).Item1.select(1, -1))")]);

    [Fact]
    public Task No_fix_is_offered_for_attention() => Verify<BatchFirstAssumed>.HasNoFix(In("return head.call([|encoder.call(x)|].mean([1L]));"));

    private static string Reader(string made, string called) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            // Reads the steps.
            private readonly LSTM lstm = {{made}}; // in order
            private readonly Linear head = nn.Linear(16, 2);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) { var (o, _, _) = {{called}}; return head.call(o.select(1, -1)); }
        }
        """;

    [Theory]
    [InlineData("var (o, _) = gru.call(x, ; return head.call(o.select(1, -1));")]
    [InlineData("var (o, _) = gru.call(o); return head.call(o.select(1, -1));")]
    public Task Code_that_does_not_compile_is_left_alone(string body) => Verify<BatchFirstAssumed>.SilentOnBroken(In(body));
}
