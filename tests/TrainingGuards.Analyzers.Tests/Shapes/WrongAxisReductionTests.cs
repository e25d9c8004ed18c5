using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class WrongAxisReductionTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        utils.data.Dataset data = null!;
        using var loader = new DataLoader(data, 32, shuffle: true);
        var linear = nn.Linear(4, 3);

        """;

    [Fact]
    public Task The_message_names_the_function_and_the_loss() => Verify<WrongAxisReduction>.Flags(
        Start + "foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).[|log_softmax(0)|], batch[\"y\"]).backward();",
        "log_softmax over dimension 0 normalises over the examples of a batch, so that each changes the probabilities of the others in 'nll_loss'. "
            + "Normalise over dimension 1, the classes.");

    [Fact]
    public Task The_message_on_an_argmax_names_the_batch() => Verify<WrongAxisReduction>.Flags(
        Start + "foreach (var batch in loader) { var scores = linear.call(batch[\"x\"]); Console.WriteLine(scores.[|argmax()|].eq(batch[\"y\"]).sum().item<long>()); }",
        "argmax() gives one index into the whole batch of 'scores', where every example is to have its class. Use argmax(-1).");

    [Fact]
    public Task The_message_on_a_mean_names_the_loss() => Verify<WrongAxisReduction>.Flags(
        Start + "foreach (var batch in loader) { var hidden = linear.call(batch[\"x\"]); mse_loss(hidden.[|mean([0L])|], batch[\"y\"]).backward(); }",
        "mean leaves one result for the whole batch of 'hidden', which 'mse_loss' compares with the target of every example. Reduce the axes behind the batch only.");

    [Theory]
    [InlineData("foreach (var batch in loader) nll_loss([|log_softmax(linear.call(batch[\"x\"]), 0)|], batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) nll_loss(log_softmax(linear.call(batch[\"x\"]), 1).[|log_softmax(dim: 0)|], batch[\"y\"]).backward();")]
    [InlineData("var model = nn.Sequential(nn.Linear(4, 3), [|nn.LogSoftmax(0)|]); foreach (var batch in loader) nll_loss(model.call(batch[\"x\"]), batch[\"y\"]).backward();")]
    [InlineData("var model = nn.Sequential(nn.Linear(4, 3), [|nn.Softmax(0)|], nn.Dropout(0.1)); foreach (var batch in loader) { var p = model.call(batch[\"x\"]); nll_loss(p.log(), batch[\"y\"]).backward(); }")]
    [InlineData("nn.Module<Tensor, Tensor> last = nn.LogSoftmax(0); foreach (var batch in loader) nn.NLLLoss().call([|last.call(linear.call(batch[\"x\"]))|], batch[\"y\"]).backward();")]
    [InlineData("Tensor x = rand(8, 4); nll_loss(linear.call(x).[|log_softmax(0)|], tensor(new long[] { 0, 1, 2, 0, 1, 2, 0, 1 })).backward();")]
    [InlineData("Tensor x = rand(8, 4), y = randint(3, new long[] { 8 }); cross_entropy(linear.call(x).[|softmax(0)|], y).backward();")]
    [InlineData("Tensor x = rand(8, 4), y = rand(8); var net = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), [|nn.LogSoftmax(0)|]); nll_loss(net.call(x), y).backward();")]
    [InlineData("Tensor x = rand(8, 4), y = rand(8); nll_loss(linear.call(x.view(-1, 4)).[|log_softmax(0)|], y).backward();")]
    [InlineData("Tensor x = rand(8, 4), y = rand(8); nll_loss(linear.call(x.reshape(x.shape[0], -1)).[|log_softmax(-2)|], y).backward();")]
    [InlineData("Tensor x = rand(8, 4); Console.WriteLine(linear.call(x).[|softmax(0)|].argmax(1));")]
    [InlineData("Tensor x = rand(8, 4); var p = [|softmax(linear.call(x), 0)|]; var best = p.argmax(dim: 1);")]
    [InlineData("Tensor Probabilities(Tensor x) => linear.call(x).[|log_softmax(0)|]; foreach (var batch in loader) nll_loss(Probabilities(batch[\"x\"]), batch[\"y\"]).backward();")]
    [InlineData("Console.WriteLine((Func<Tensor, Tensor, Tensor>)Loss); foreach (var batch in loader) Loss(linear.call(batch[\"x\"]), batch[\"y\"]).backward(); static Tensor Loss(Tensor p, Tensor y) => nll_loss([|log_softmax(p, 0)|], y);")]
    [InlineData("void Learn(Tensor x, Tensor y) => nll_loss([|log_softmax(linear.call(x).transpose(1, 2), 0)|], y).backward();")]
    [InlineData("void Learn(Tensor p, Tensor y) => nll_loss(p, y).backward(); foreach (var batch in loader) Learn(linear.call(batch[\"x\"]).[|log_softmax(0)|], batch[\"y\"]);")]
    public Task A_softmax_over_the_examples_is_flagged(string body) => Verify<WrongAxisReduction>.Flags(Start + body);

    private static string Guarded(string loss) => """
        using TrainingGuards;
        using static TorchSharp.torch.nn.functional;
        Console.WriteLine((Func<Tensor, Tensor, Tensor>)Learning.Loss);
        static class Learning
        {
            static readonly Linear linear = nn.Linear(4, 3);
            static void Fit(IEnumerable<Batch> batches) { foreach (Batch batch in batches) Step(batch.Inputs, batch.Targets); }
            static Action<Batch> Of() => batch => Step(batch.Inputs, batch.Targets);
            static void Step(Tensor x, Tensor y) => Loss(linear.call(x), y).backward();
            public static Tensor Loss(Tensor p, Tensor y) => LOSS;
        }
        namespace TrainingGuards
        {
            public sealed class Tensors(Tensor one) { public static implicit operator Tensor(Tensors tensors) => tensors.One; public Tensor One => one; }
            public sealed record Batch(Tensors Inputs, Tensors Targets);
        }
        """.Replace("LOSS", loss, StringComparison.Ordinal);

    [Fact]
    public Task A_batch_of_TrainingGuards_has_its_examples_first() => Verify<WrongAxisReduction>.Flags(Guarded("nll_loss([|log_softmax(p, 0)|], y)"));

    [Theory]
    [InlineData("nll_loss(log_softmax(p, 1), y)")]
    [InlineData("nll_loss(log_softmax(p[0], 0), y[0])")]
    [InlineData("nll_loss(log_softmax(p.t(), 0).t(), y)")]
    public Task A_batch_of_TrainingGuards_along_its_classes_is_silent(string loss) => Verify<WrongAxisReduction>.Silent(Guarded(loss));

    private static string Attention(string body) => "using static TorchSharp.torch.nn.functional; class Attention(Dropout dropout) { Tensor Apply(Tensor q, Tensor k, Tensor v, Tensor mask, long n, long t, long h, long d) { " + body + " } }";

    [Fact]
    public Task The_message_on_attention_names_the_product() => Verify<WrongAxisReduction>.Flags(
        Attention("var weights = [|softmax(q.view(n, t, h, d).transpose(1, 2).matmul(k.transpose(-2, -1)) / Math.Sqrt(d), 0)|]; return weights.matmul(v);"),
        "softmax over dimension 0 normalises over the examples of a batch, so that each changes what 'matmul' takes of the others. Normalise over dimension -1, the positions that are attended to.");

    [Theory]
    [InlineData("var scores = torch.bmm(q, k.transpose(1, 2)).masked_fill(mask, -1e9); return torch.bmm(dropout.call(scores.[|softmax(0)|]), v);")]
    [InlineData("q = q.view(n, h, t, d); return [|softmax(q.matmul(k.transpose(2, 3)) + mask, dim: 0)|].matmul(v);")]
    public Task Attention_over_the_examples_is_flagged(string body) => Verify<WrongAxisReduction>.Flags(Attention(body));

    [Fact]
    public Task The_fix_normalises_over_the_positions() => Verify<WrongAxisReduction>.Fixes(
        Attention("return torch.bmm(torch.bmm(q, k.transpose(1, 2)).[|softmax(0)|], v);"), Attention("return torch.bmm(torch.bmm(q, k.transpose(1, 2)).softmax(-1), v);"));

    [Theory]
    [InlineData("return torch.bmm(torch.bmm(q, k.transpose(1, 2)).softmax(-1), v);")]
    [InlineData("return torch.bmm(torch.bmm(q, k.transpose(1, 2)).softmax(1), v);")]
    [InlineData("return q.matmul(k.transpose(-2, -1)).softmax(0).matmul(v);")]
    [InlineData("return torch.bmm(torch.bmm(q, k).softmax(0), v);")]
    [InlineData("return torch.bmm(v, torch.bmm(q, k.transpose(1, 2)).softmax(0));")]
    [InlineData("return torch.bmm(q, k.transpose(1, 2)).softmax(0) * v;")]
    [InlineData("return q.view(t, d).matmul(k.transpose(0, 1)).softmax(0).matmul(v);")]
    public Task Attention_along_another_axis_or_of_one_example_is_silent(string body) => Verify<WrongAxisReduction>.Silent(Attention(body));

    [Theory]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).log_softmax(1), batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).log_softmax(-1), batch[\"y\"]).backward();")]
    [InlineData("void Learn(Tensor x, Tensor y) => nll_loss(log_softmax(linear.call(x).transpose(1, 2), 1), y).backward();")]
    [InlineData("void Learn(Tensor x, Tensor y) => nll_loss(log_softmax(linear.call(x).transpose(0, 1), 0), y).backward();")]
    [InlineData("Console.WriteLine((Func<Tensor, Tensor, Tensor>)Loss); static Tensor Loss(Tensor p, Tensor y) => nll_loss(log_softmax(p, 0), y);")]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).t().log_softmax(0).t(), batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).transpose(0, 1).log_softmax(0).transpose(0, 1), batch[\"y\"]).backward();")]
    [InlineData("Tensor x = rand(4), y = tensor(2L); nll_loss(linear.call(x).log_softmax(0), y).backward();")]
    [InlineData("void Learn(Tensor x, Tensor y) => nll_loss(linear.call(x).log_softmax(0), y).backward(); Learn(rand(4), tensor(1));")]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"][0]).log_softmax(0), batch[\"y\"][0]).backward();")]
    [InlineData("foreach (var batch in loader) { var a = linear.call(batch[\"x\"]).softmax(0); cross_entropy(linear.call((a * batch[\"x\"]).sum(1)), batch[\"y\"]).backward(); }")]
    [InlineData("foreach (var batch in loader) { var a = linear.call(batch[\"x\"]).softmax(0); cross_entropy(linear.call(a), batch[\"y\"]).backward(); }")]
    [InlineData("foreach (var batch in loader) { var ranks = nn.Linear(4, 1).call(batch[\"x\"]); kl_div(ranks.log_softmax(0), batch[\"y\"], log_target: false).backward(); }")]
    [InlineData("foreach (var batch in loader) mse_loss(linear.call(batch[\"x\"]).softmax(0), batch[\"y\"]).backward();")]
    [InlineData("Console.WriteLine(linear.call(rand(4)).softmax(0).argmax());")]
    [InlineData("Console.WriteLine(linear.call(rand(4)).softmax(0).argmax(-1));")]
    [InlineData("Tensor a = rand(5, 5); Console.WriteLine((a.softmax(0) * a.softmax(1)).argmax(1));")]
    [InlineData("Tensor steps = rand(7, 8, 4); var weights = linear.call(steps).softmax(0); Console.WriteLine((weights * steps).sum(0).shape[0]);")]
    [InlineData("Tensor a = rand(8, 4), b = rand(8, 4); var pairs = a.matmul(b.t()); (nll_loss(pairs.log_softmax(1), arange(8)) + nll_loss(pairs.log_softmax(0), arange(8))).backward();")]
    [InlineData("int dim = args.Length; foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).log_softmax(dim), batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(Features.softmax(batch[\"x\"], 0)), batch[\"y\"]).backward(); static class Features { public static Tensor softmax(Tensor x, int dim) => x; }")]
    public Task Other_axes_other_uses_and_single_examples_are_silent(string body) => Verify<WrongAxisReduction>.Silent(Start + body);

    [Theory]
    [InlineData("foreach (var batch in loader) Console.WriteLine((linear.call(batch[\"x\"]).[|argmax()|] == batch[\"y\"]).sum().item<long>());")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(batch[\"y\"].eq([|argmax(linear.call(batch[\"x\"]))|]).sum().item<long>());")]
    [InlineData("foreach (var batch in loader) { var found = linear.call(batch[\"x\"]).softmax(1).[|argmax()|]; Console.WriteLine(found.to(int64).ne(batch[\"y\"]).sum().item<long>()); }")]
    [InlineData("int size = 64; foreach (var batch in utils.data.DataLoader(data, size)) Console.WriteLine(linear.call(batch[\"x\"]).[|argmax()|].eq(batch[\"y\"]).sum().item<long>());")]
    public Task An_argmax_over_the_whole_batch_is_flagged(string body) => Verify<WrongAxisReduction>.Flags(Start + body);

    [Theory]
    [InlineData("foreach (var batch in loader) Console.WriteLine(linear.call(batch[\"x\"]).argmax(1).eq(batch[\"y\"]).sum().item<long>());")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(linear.call(batch[\"x\"][0]).argmax().eq(batch[\"y\"][0]).sum().item<long>());")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(linear.call(batch[\"x\"].select(0, 3)).argmax().eq(batch[\"y\"]).sum().item<long>());")]
    [InlineData("foreach (var batch in new DataLoader(data, 1)) Console.WriteLine(linear.call(batch[\"x\"]).argmax().eq(batch[\"y\"]).sum().item<long>());")]
    [InlineData("foreach (var batch in new DataLoader(data, args.Length)) Console.WriteLine(linear.call(batch[\"x\"]).argmax().eq(batch[\"y\"]).sum().item<long>());")]
    [InlineData("foreach (var batch in loader) { var flat = linear.call(batch[\"x\"]).argmax().item<long>(); Console.WriteLine((flat / 3, flat % 3)); }")]
    [InlineData("Tensor x = rand(1, 4), y = rand(1); Console.WriteLine(linear.call(x).argmax().eq(y).sum().item<long>());")]
    public Task An_argmax_of_one_example_is_silent(string body) => Verify<WrongAxisReduction>.Silent(Start + body);

    [Theory]
    [InlineData("x = conv.call(x).[|mean([0L, 2, 3])|];")]
    [InlineData("x = conv.call(x).relu(); x = x.[|sum([0L, 2, 3], keepdim: false)|];")]
    [InlineData("x = conv.call(x).flatten(1).[|amax(0)|];")]
    public Task A_mean_over_the_examples_in_forward_is_flagged(string body) => Verify<WrongAxisReduction>.Flags(Convolutional(body));

    [Theory]
    [InlineData("x = conv.call(x).mean([2L, 3]);")]
    [InlineData("x = conv.call(x); x = (x - x.mean([0L, 2, 3], keepdim: true)).mean([2L, 3]);")]
    [InlineData("x = conv.call(x).permute(1, 2, 3, 0).mean([0L, 1]).t();")]
    [InlineData("x = x[0]; x = conv.call(x).mean([0L]);")]
    [InlineData("var shared = conv.call(x).mean([0L], keepdim: true); x = cat([conv.call(x), shared.expand(x.shape[0], 8, 1, 1)], 1).mean([2L, 3]);")]
    public Task Batch_statistics_and_other_means_are_silent(string body) => Verify<WrongAxisReduction>.Silent(Convolutional(body));

    [Fact]
    public Task A_mean_that_the_target_goes_through_as_well_is_silent() => Verify<WrongAxisReduction>.Silent(
        Start + "foreach (var batch in loader) mse_loss(linear.call(batch[\"x\"]).mean([0L]), batch[\"y\"].mean([0L])).backward();");

    private static string Convolutional(string body) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            readonly Conv2d conv = nn.Conv2d(3, 8, 3);
            readonly Linear fc = nn.Linear(8, 1);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x)
            {
                {{body}}
                return fc.call(x);
            }
        }

        class Training(Net net, utils.data.Dataset data)
        {
            readonly int batchSize = 16;
            void Fit() { foreach (var batch in utils.data.DataLoader(data, batchSize)) nn.functional.mse_loss(net.call(batch["x"]), batch["y"]).backward(); }
        }
        """;

    [Fact]
    public Task A_layer_in_a_field_is_cured_where_it_is_made() => Verify<WrongAxisReduction>.Fixes(
        Net("nn.LogSoftmax(dim: 0)", "[|last.call(fc.call(x))|]"), Net("nn.LogSoftmax(dim: 1)", "last.call(fc.call(x))"));

    private static string Net(string layer, string output) => $$"""
        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly nn.Module<Tensor, Tensor> fc = nn.Linear(4, 3), last = {{layer}};
            public Net() : base(nameof(Net)) { RegisterComponents(); }
            public override Tensor forward(Tensor x) { x = x.flatten(1); return {{output}}; }
            Tensor Loss(Tensor x, Tensor y) => nn.functional.nll_loss(call(x), y);
        }
        """;

    [Theory]
    [InlineData("nll_loss(linear.call(batch[\"x\"]).[|log_softmax(0)|], batch[\"y\"])", "nll_loss(linear.call(batch[\"x\"]).log_softmax(1), batch[\"y\"])")]
    [InlineData("nll_loss([|log_softmax(linear.call(batch[\"x\"]), dim: 0 /* ? */)|], batch[\"y\"])", "nll_loss(log_softmax(linear.call(batch[\"x\"]), dim: 1 /* ? */), batch[\"y\"])")]
    [InlineData("linear.call(batch[\"x\"]).[|argmax()|].eq(batch[\"y\"])", "linear.call(batch[\"x\"]).argmax(-1).eq(batch[\"y\"])")]
    [InlineData("linear.call(batch[\"x\"].flatten(1)).[|argmax()|].eq(batch[\"y\"])", "linear.call(batch[\"x\"].flatten(1)).argmax(1).eq(batch[\"y\"])")]
    [InlineData("torch.[|argmax(linear.call(batch[\"x\"]))|].eq(batch[\"y\"])", "torch.argmax(linear.call(batch[\"x\"]), -1).eq(batch[\"y\"])")]
    public Task The_fix_takes_the_axis_of_the_classes(string flagged, string cured) => Verify<WrongAxisReduction>.Fixes(
        Start + $"foreach (var batch in loader) Console.WriteLine({flagged}.sum().item<float>());",
        Start + $"foreach (var batch in loader) Console.WriteLine({cured}.sum().item<float>());");

    [Fact]
    public Task No_fix_is_offered_for_a_mean() => Verify<WrongAxisReduction>.HasNoFix(Convolutional("x = conv.call(x).[|mean([0L, 2, 3])|];"));

    [Theory]
    [InlineData("foreach (var batch in loader) nll_loss(linear.call(batch[\"x\"]).log_softmax(0, batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) { var p = p.softmax(0); nll_loss(p, batch[\"y\"]); }")]
    public Task Code_that_does_not_compile_is_left_alone(string body) => Verify<WrongAxisReduction>.SilentOnBroken(Start + body);
}
