using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class BatchMergedIntoFeaturesTests
{
    [Fact]
    public Task The_message_counts_the_numbers() => Verify<BatchMergedIntoFeatures>.Flags(
        In("x = conv.call(x.view(-1, 1, 28, 28)); return head.call(x.[|view(-1, 320)|]);"),
        "view(-1, 320) puts numbers of several examples of 'x' into one row, because a row has 320 numbers and an example 5408. "
            + "Use flatten(1), and layers that take 5408 numbers.");

    [Fact]
    public Task The_message_on_a_flatten_says_where_it_begins() => Verify<BatchMergedIntoFeatures>.Flags(
        In("return head.call(x.[|flatten()|]);"),
        "flatten() puts numbers of several examples of 'x' into one row, because it begins at dimension 0. Use flatten(1).");

    [Fact]
    public Task The_message_on_a_size_of_each_example_names_the_dimension() => Verify<BatchMergedIntoFeatures>.Flags(
        In("x = conv.call(x); return head.call(x.[|view(x.shape[1], -1)|]);"),
        "view(x.shape[1], -1) puts numbers of several examples of 'x' into one row, because dimension 1 takes the place of the batch. Keep shape[0] first, or permute.");

    [Theory]
    [InlineData("x = pool.call(conv.call(x.view(-1, 1, 28, 28))).relu(); return head.call(x.[|view(-1, 320)|]);", 1352)]
    [InlineData("x = nn.functional.max_pool2d(padded.call(x.view(-1, 1, 28, 28)), 2); return head.call(x.[|reshape(-1, 320)|]);", 1568)]
    [InlineData("x = strided.call(x.reshape(x.shape[0], 3, 32, 32)); return head.call(x.[|view(new long[] { -1, 320 })|]);", 4096)]
    [InlineData("x = adaptive.call(strided.call(x)); return head.call(x.[|view(-1, 320)|]);", 256)]
    [InlineData("x = tall.call(x.view(-1, 1, 28, 28)); return head.call(torch.[|reshape(x, -1, 320)|]);", 5824)]
    [InlineData("x = line.call(x.view(-1, 1, 100)); return head.call(x.[|view(-1, 320)|]);", 784)]
    [InlineData("x = narrow.call(x.flatten(1)); return head.call(x.[|view(-1, 320)|]);", 64)]
    [InlineData("x = features.call(x); return head.call(x.[|view(-1, 320)|]);", 256)]
    [InlineData("var rows = x.view(-1, 784); rows = Half(rows); return head.call(rows); Tensor Half(Tensor r) => r.[|view(-1, 320)|];", 784)]
    public Task Rows_that_do_not_divide_an_example_are_flagged(string body, int count) => Verify<BatchMergedIntoFeatures>.Flags(
        In(body),
        $"{(body.Contains("reshape(-1, 320)") || body.Contains("reshape(x, -1, 320)") ? "reshape" : "view")}(-1, 320) puts numbers of several examples of '{(body.Contains("Half") ? "r" : "x")}' into one row, "
            + $"because a row has 320 numbers and an example {count}. Use flatten(1), and layers that take {count} numbers.");

    [Theory]
    [InlineData("return head.call([|flatten(x)|]);")]
    [InlineData("return head.call(x.[|flatten(0)|]);")]
    [InlineData("return head.call(x.[|flatten(start_dim: 0)|].relu());")]
    [InlineData("return head.call(x.[|view(-1)|]);")]
    [InlineData("return head.call(dropout.call(conv.call(x).[|reshape(-1)|]));")]
    [InlineData("return wide.call(conv.call(x).flatten(1)).[|flatten()|];")]
    [InlineData("x = conv.call(x); var channels = x.size(1); return head.call(x.[|reshape(channels, -1)|]);")]
    [InlineData("x = conv.call(x); return head.call(x.[|reshape(x.shape[1], x.shape[2], -1)|].flatten(1));")]
    public Task A_batch_in_one_row_is_flagged(string body) => Verify<BatchMergedIntoFeatures>.Flags(In(body));

    [Theory]
    [InlineData("x = conv.call(x.view(-1, 1, 28, 28)); return head.call(x.view(-1, 8 * 26 * 26));")]
    [InlineData("x = pool.call(conv.call(x.view(-1, 1, 28, 28))); return head.call(x.view(-1, 1352));")]
    [InlineData("x = pool.call(conv.call(x.view(-1, 1, 28, 28))); return head.call(x.view(-1, 8, 169).sum(2));")]
    [InlineData("return head.call(x.view(-1, 784));")]
    [InlineData("return head.call(conv.call(x).view(-1, 320));")]
    [InlineData("return head.call(padding.call(x.view(-1, 1, 28, 28)).view(-1, 320));")]
    [InlineData("return head.call(ceiling.call(x.view(-1, 1, 28, 28)).view(-1, 320));")]
    [InlineData("x = narrow.call(x.flatten(1)); return pair.call(x.view(-1, 2 * 64)).flatten();")]
    [InlineData("x = x.view(-1, 28, 28); return head.call(x.view(-1, 28));")]
    [InlineData("x = x.view(-1, 28, 28); return head.call(x.view(-1, 14));")]
    [InlineData("return head.call(x.flatten(1));")]
    [InlineData("return head.call(x.flatten(start_dim: 1));")]
    [InlineData("return head.call(x.view(x.shape[0], -1));")]
    [InlineData("return one.call(x.flatten(1)).flatten();")]
    [InlineData("return one.call(x.flatten(1)).view(-1);")]
    [InlineData("return one.call(x.flatten().unsqueeze(-1)).flatten();")]
    [InlineData("return words.call(x.flatten()).mean([1L]);")]
    [InlineData("x = conv.call(x); return head.call(x.view(x.shape[0] * x.shape[1], -1));")]
    [InlineData("x = conv.call(x); return head.call(x.view(1, x.shape[0] * x.shape[1], -1)[0]);")]
    [InlineData("x = conv.call(x).transpose(0, 1); return head.call(x.reshape(x.shape[1], -1));")]
    [InlineData("x = conv.call(x); var gram = x.view(x.shape[1], -1); return head.call(x.flatten(1)) + gram.matmul(gram.t()).sum();")]
    public Task Examples_that_stay_apart_or_sizes_that_are_not_known_are_silent(string body) => Verify<BatchMergedIntoFeatures>.Silent(In(body));

    [Theory]
    [InlineData("new DataLoader(data, 1)")]
    [InlineData("new DataLoader(data, Size())")]
    public Task A_loader_of_single_examples_may_flatten_them(string loader) =>
        Verify<BatchMergedIntoFeatures>.Silent(In("return head.call(x.flatten());", loader));

    [Fact]
    public Task A_target_that_is_flattened_as_well_is_compared_number_by_number() => Verify<BatchMergedIntoFeatures>.Silent(
        In("return wide.call(conv.call(x).flatten(1)).flatten();").Replace("batch[\"y\"]", "batch[\"y\"].flatten()"));

    [Fact]
    public Task Without_a_loss_nothing_is_known() => Verify<BatchMergedIntoFeatures>.Silent("""
        class Net : nn.Module<Tensor, Tensor>
        {
            readonly Linear head = nn.Linear(320, 10);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(x.flatten());
        }
        """);

    private static string In(string body, string loader = "new DataLoader(data, 32)") => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            readonly nn.Module<Tensor, Tensor> conv = nn.Conv2d(1, 8, 3), padded = nn.Conv2d(1, 8, 3, padding: 1), strided = nn.Conv2d(3, 16, kernel_size: 3, stride: 2, padding: 1);
            readonly Conv2d tall = nn.Conv2d(1, 8, (3, 1)), padding = nn.Conv2d(1, 8, 3, Padding.Same);
            readonly Conv1d line = nn.Conv1d(1, 8, 5, dilation: 1, padding: 1);
            readonly nn.Module<Tensor, Tensor> pool = nn.MaxPool2d(2), ceiling = nn.MaxPool2d(3, ceil_mode: true), adaptive = nn.AdaptiveAvgPool2d((4, 4)), dropout = nn.Dropout(0.1);
            readonly Sequential features = nn.Sequential(nn.Conv2d(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.AdaptiveAvgPool2d(4));
            readonly Linear head = nn.Linear(320, 1), narrow = nn.Linear(784, 64), one = nn.Linear(1, 1), wide = nn.Linear(640, 5), pair = nn.Linear(128, 1);
            readonly Embedding words = nn.Embedding(100, 8);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x)
            {
                {{body}}
            }
        }

        class Training(Net net, utils.data.Dataset data)
        {
            static int Size() => Environment.ProcessorCount;
            void Fit() { foreach (var batch in {{loader}}) nn.functional.mse_loss(net.call(batch["x"]), batch["y"]).backward(); }
        }
        """;

    [Theory]
    [InlineData("x.[|flatten()|]", "x.flatten(1)")]
    [InlineData("x.[|flatten(0)|]", "x.flatten(1)")]
    [InlineData("x.[|flatten(start_dim: 0 /* all */)|]", "x.flatten(start_dim: 1 /* all */)")]
    [InlineData("torch.[|flatten(x)|]", "torch.flatten(x, 1)")]
    [InlineData("[|flatten(x.relu())|].relu()", "flatten(x.relu(), 1).relu()")]
    public Task The_fix_flattens_each_example(string flagged, string cured) => Verify<BatchMergedIntoFeatures>.Fixes(
        In($"return head.call({flagged});"), In($"return head.call({cured});"));

    [Theory]
    [InlineData("x.[|view(-1, 320)|]", "x.flatten(1)")]
    [InlineData("torch.[|reshape(x, -1, 320)|].relu()", "torch.flatten(x, 1).relu()")]
    public Task The_fix_gives_the_next_layer_as_many_inputs(string flagged, string cured)
    {
        const string Start = "x = pool.call(conv.call(x.view(-1, 1, 28, 28)));\n        ";
        return Verify<BatchMergedIntoFeatures>.Fixes(
            In(Start + $"return head.call({flagged});"),
            In(Start + $"return head.call({cured});").Replace("nn.Linear(320, 1)", "nn.Linear(1352, 1)"));
    }

    [Theory]
    [InlineData("return head.call(x.[|view(-1)|]);")]
    [InlineData("x = narrow.call(x.flatten(1)); return pair.call(x.[|view(-1, 320)|]);")]
    [InlineData("return wide.call(conv.call(x).flatten(1)).[|flatten()|];")]
    public Task Where_more_than_the_view_is_wrong_no_fix_is_offered(string body) => Verify<BatchMergedIntoFeatures>.HasNoFix(In(body));

    [Theory]
    [InlineData("return head.call(x.flatten(;")]
    [InlineData("var y = y.view(-1, 320); return head.call(y);")]
    public Task Code_that_does_not_compile_is_left_alone(string body) => Verify<BatchMergedIntoFeatures>.SilentOnBroken(In(body));
}
