using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class SqueezeWithoutDimensionTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        utils.data.Dataset data = null!;
        var model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1));
        using var loader = new DataLoader(data, 32, shuffle: true);

        """;

    [Fact]
    public Task The_message_names_the_tensor_and_who_gets_it() => Verify<SqueezeWithoutDimension>.Flags(
        Start + "foreach (var batch in loader) { var output = model.call(batch[\"x\"]); mse_loss(output.[|squeeze()|], batch[\"y\"]).backward(); }",
        "squeeze() takes the batch axis off 'output' too when the last batch of the loader holds one example, and 'mse_loss' then gets no batch. "
            + "Say which axis to drop: squeeze(-1).");

    [Fact]
    public Task The_loss_is_the_other_place() => Verify<SqueezeWithoutDimension>.Points(
        Start + "foreach (var batch in loader) { var output = model.call(batch[\"x\"]).[|squeeze()|]; mse_loss(output, batch[\"y\"]).backward(); }",
        "mse_loss(output, batch[\"y\"])");

    [Theory]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]).[|squeeze()|], batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) mse_loss([|squeeze(model.call(batch[\"x\"]))|], batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) mse_loss(torch.[|squeeze(model.forward(batch[\"x\"]))|], batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) { using var x = batch[\"x\"].to(float32); var output = model.call(x); output = output.[|squeeze()|]; nn.MSELoss().call(output, batch[\"y\"]).backward(); }")]
    [InlineData("foreach (var batch in loader) { var classes = model.call(batch[\"x\"]).sigmoid().[|squeeze()|].round(); Console.WriteLine(classes.shape[0]); }")]
    [InlineData("foreach (var batch in loader) { var classes = model.call(batch[\"x\"]).[|squeeze()|]; Console.WriteLine(classes.size(0)); }")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(model.call(batch[\"x\"]).[|squeeze()|].argmax(-1));")]
    [InlineData("foreach (var batch in loader) cross_entropy(model.call(batch[\"x\"]), batch[\"y\"].[|squeeze()|]).backward();")]
    [InlineData("foreach (var batch in loader) { var x = batch[\"x\"]; var y = batch[\"y\"]; var output = model.call(x).[|squeeze()|]; mse_loss(output, y).backward(); }")]
    [InlineData("foreach (var batch in loader.Take(100)) mse_loss(model.call(batch[\"x\"]).[|squeeze()|], batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in utils.data.DataLoader(data, 16)) mse_loss(model.call(batch[\"x\"]).[|squeeze()|], batch[\"y\"]).backward();")]
    [InlineData("Evaluate(loader); void Evaluate(DataLoader from) { foreach (var batch in from) mse_loss(model.call(batch[\"x\"]).[|squeeze()|], batch[\"y\"]).backward(); }")]
    [InlineData("Tensor Loss(Tensor output, Tensor y) => mse_loss(output.[|squeeze()|], y); foreach (var batch in loader) Loss(model.call(batch[\"x\"]), batch[\"y\"]).backward();")]
    [InlineData("Tensor Predict(Tensor x) { var output = model.call(x); return output.[|squeeze()|]; } foreach (var batch in loader) mse_loss(Predict(batch[\"x\"]), batch[\"y\"]).backward();")]
    [InlineData("optim.Optimizer optimizer = optim.LBFGS(model.parameters()); foreach (var batch in loader) optimizer.step(() => { var loss = mse_loss(model.call(batch[\"x\"]).[|squeeze()|], batch[\"y\"]); loss.backward(); return loss; });")]
    public Task A_batch_that_may_hold_one_example_is_flagged(string loop) => Verify<SqueezeWithoutDimension>.Flags(Start + loop);

    [Theory]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]).squeeze(-1), batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]).squeeze(dim: 1), batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]), batch[\"y\"]).squeeze().backward();")]
    [InlineData("foreach (var batch in loader) { var loss = mse_loss(model.call(batch[\"x\"]), batch[\"y\"]); Console.WriteLine(loss.squeeze().item<float>()); }")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(model.call(batch[\"x\"][0].unsqueeze(0)).squeeze().argmax());")]
    [InlineData("foreach (var batch in loader) Console.WriteLine(model.call(batch[\"x\"]).mean([0L]).squeeze().argmax());")]
    [InlineData("foreach (var batch in loader) { var shown = model.call(batch[\"x\"]).squeeze(); Console.WriteLine(shown.ToString()); }")]
    [InlineData("using var whole = new DataLoader(data, 32, drop_last: true); foreach (var batch in whole) mse_loss(model.call(batch[\"x\"]).squeeze(), batch[\"y\"]).backward();")]
    [InlineData("bool drop = args.Length > 0; using var whole = new DataLoader(data, 32, drop_last: drop); foreach (var batch in whole) mse_loss(model.call(batch[\"x\"]).squeeze(), batch[\"y\"]).backward();")]
    [InlineData("using var single = new DataLoader(data, 1); foreach (var batch in single) mse_loss(model.call(batch[\"x\"]).squeeze(), batch[\"y\"]).backward();")]
    [InlineData("Tensor x = rand(8, 4), y = rand(8); mse_loss(model.call(x).squeeze(), y).backward();")]
    [InlineData("IEnumerable<(Tensor, Tensor)> pairs = []; foreach (var (x, y) in pairs) mse_loss(model.call(x).squeeze(), y).backward();")]
    [InlineData("foreach (var batch in Open()) mse_loss(model.call(batch[\"x\"]).squeeze(), batch[\"y\"]).backward(); DataLoader Open() => throw new InvalidOperationException();")]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(Other(batch)).squeeze(), batch[\"y\"]).backward(); Tensor Other(object o) => (Tensor)o;")]
    [InlineData("foreach (var batch in loader) { using var m = new Mine(batch[\"x\"]); Console.WriteLine(m.squeeze().shape[0]); } class Mine(Tensor t) : IDisposable { public Tensor squeeze() => t; public void Dispose() { } }")]
    public Task What_has_no_batch_of_one_is_silent(string loop) => Verify<SqueezeWithoutDimension>.Silent(Start + loop);

    private const string Training = """
        class Training(Net net, utils.data.Dataset data)
        {
            readonly DataLoader loader = new(data, 64, shuffle: true);
            readonly Loss<Tensor, Tensor, Tensor> criterion = nn.BCEWithLogitsLoss();
            void Fit() { foreach (var batch in loader) criterion.call(net.call(batch["x"]), batch["y"]).backward(); }
        }
        """;

    [Theory]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { readonly Linear fc = nn.Linear(4, 1); public Net() : base(\"n\") => RegisterComponents(); public override Tensor forward(Tensor x) => fc.call(x).[|squeeze()|]; }")]
    [InlineData("partial class Net : nn.Module<Tensor, Tensor> { public override Tensor forward(Tensor x) { x = body.call(x).relu(); x = head.call(x); return x.[|squeeze()|]; } } partial class Net { readonly Sequential body = nn.Sequential(nn.Flatten(), nn.Linear(784, 16)); readonly nn.Module<Tensor, Tensor> head; public Net() : base(\"n\") { head = nn.Linear(16, 1); RegisterComponents(); } }")]
    [InlineData("abstract class Base : nn.Module<Tensor, Tensor> { protected Base() : base(\"n\") { } protected abstract Tensor Logits(Tensor x); public override Tensor forward(Tensor x) => x.flatten(1).[|squeeze()|]; } class Net : Base { readonly Linear fc = nn.Linear(4, 1); protected override Tensor Logits(Tensor x) => fc.call(x); }")]
    public Task The_squeeze_of_a_forward_whose_output_goes_to_a_loss_is_flagged(string net) => Verify<SqueezeWithoutDimension>.Flags(net + "\n" + Training);

    [Fact]
    public Task A_collating_function_of_ones_own_is_enough_where_the_model_says_which_axis_is_the_batch() => Verify<SqueezeWithoutDimension>.Flags("""
        using static TorchSharp.torch.nn.functional;
        record Item(Tensor Sound, long Label);
        class Batch { public Tensor Sound = null!, Labels = null!; }
        class Net : nn.Module<Tensor, Tensor>
        {
            readonly nn.Module<Tensor, Tensor> conv = nn.Conv1d(1, 8, 3), norm = nn.BatchNorm1d(8), fc = nn.Linear(8, 35);
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x)
            {
                x = relu(norm.call(conv.call(x)));
                x = avg_pool1d(x, x.shape[^1]).permute(0, 2, 1);
                return log_softmax(fc.call(x), dim: 2);
            }
        }
        static class Program
        {
            static Batch Collate(IEnumerable<Item> items, Device device) => new() { Sound = stack(items.Select(item => item.Sound)), Labels = tensor(items.Select(item => item.Label).ToArray()) };
            static void Main() => Train(new Net(), new DataLoader<Item, Batch>(null!, 128, Collate, shuffle: true), nn.NLLLoss());
            static void Train(Net model, DataLoader<Item, Batch> loader, Loss<Tensor, Tensor, Tensor> criterion)
            {
                foreach (var batch in loader)
                {
                    var output = model.call(batch.Sound).[|squeeze()|];
                    criterion.call(output, batch.Labels).backward();
                }
            }
        }
        """);

    [Theory]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { readonly Linear fc = nn.Linear(4, 1); public Net() : base(\"n\") => RegisterComponents(); public override Tensor forward(Tensor x) => fc.call(x).squeeze(); }")]
    [InlineData("class Net : nn.Module<Tensor, Tensor> { readonly Linear fc = nn.Linear(4, 1); public Net() : base(\"n\") => RegisterComponents(); public override Tensor forward(Tensor x) => fc.call(x.unsqueeze(0)).squeeze(); } class Use { long M(Net net, Tensor x) => net.call(x).argmax().item<long>(); }")]
    [InlineData("class Net { Tensor M(DataLoader<Tensor, Tensor> loader, Sequential model) { var all = new List<Tensor>(); foreach (var x in loader) all.Add(model.call(x).squeeze()); return cat(all); } }")]
    public Task A_model_that_no_loader_feeds_is_silent(string code) => Verify<SqueezeWithoutDimension>.Silent(code);

    [Theory]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]).squeeze(, batch[\"y\"]);")]
    [InlineData("foreach (var batch in loader) { var o = o.squeeze(); mse_loss(o, o); }")]
    public Task Code_that_does_not_compile_is_left_alone(string loop) => Verify<SqueezeWithoutDimension>.SilentOnBroken(Start + loop);

    [Theory]
    [InlineData("model.call(batch[\"x\"]).[|squeeze()|]", "model.call(batch[\"x\"]).squeeze(-1)")]
    [InlineData("[|squeeze(model.call(batch[\"x\"]))|]", "squeeze(model.call(batch[\"x\"]), -1)")]
    [InlineData("model.call(batch[\"x\"]).sigmoid() /* of one */.[|squeeze()|]", "model.call(batch[\"x\"]).sigmoid() /* of one */.squeeze(-1)")]
    public Task The_fix_drops_the_last_axis(string flagged, string cured) => Verify<SqueezeWithoutDimension>.Fixes(
        Start + $"foreach (var batch in loader) mse_loss({flagged}, batch[\"y\"]).backward();",
        Start + $"foreach (var batch in loader) mse_loss({cured}, batch[\"y\"]).backward();");

    [Theory]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]), batch[\"y\"].[|squeeze()|]).backward();")]
    [InlineData("foreach (var batch in loader) mse_loss(model.call(batch[\"x\"]).[|squeeze(null)|], batch[\"y\"]).backward();")]
    [InlineData("foreach (var batch in loader) mse_loss(nn.Linear(4, 3).call(batch[\"x\"]).[|squeeze()|], batch[\"y\"]).backward();")]
    public Task Where_another_axis_may_be_meant_no_fix_is_offered(string loop) => Verify<SqueezeWithoutDimension>.HasNoFix(Start + loop);
}
