using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class UnusedTransformTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), noise = randn(8, 4);
        var model = nn.Linear(4, 1);

        """;

    [Fact]
    public Task The_message_names_all_three() => Verify<UnusedTransform>.Flags(
        Start + "var [|scaled = x / 255|]; model.call(x);",
        "'scaled' is never read, and 'model' is given 'x' as it was. Use 'scaled' there, or remove it.");

    [Fact]
    public Task It_points_to_where_the_raw_tensor_goes() => Verify<UnusedTransform>.Points(
        Start + "var [|scaled = (x - 0.5) / 0.2|]; var moved = x.to(CPU); model.forward(moved); model.call(x.unsqueeze(0));", "x", "x");

    [Theory]
    [InlineData("using var [|noisy = x + noise * 0.1|]; model.call(x);")]
    [InlineData("Tensor [|cast = x.to(float64)|]; foreach (var epoch in args) model.call(x.flatten(1));")]
    [InlineData("var [|scaled = torch.div(x, 255).clamp(0, 1)|]; scaled.Dispose(); Console.WriteLine(x.sum().item<float>()); model.call(x);")]
    [InlineData("var [|scaled = 1 - 2 * x|]; var input = x; model.call(input);")]
    [InlineData("Tensor Scale(Tensor raw) { var [|scaled = raw.mul(2).view(-1)|]; return raw; } Scale(x);")]
    [InlineData("Func<Tensor, Tensor> scale = raw => { var [|scaled = raw * 2|]; return model.call(raw); }; scale(x);")]
    [InlineData("foreach (var batch in new[] { x }) { var [|flipped = batch.flip(-1)|]; model.call(batch); }")]
    [InlineData("new Net().call(x); class Net : nn.Module<Tensor, Tensor> { readonly Linear first = nn.Linear(4, 4), last = nn.Linear(4, 1); readonly LayerNorm norm = nn.LayerNorm(4); public Net() : base(\"n\") => RegisterComponents(); public override Tensor forward(Tensor x) { var [|normed = norm.call(x)|]; var h = first.call(x); var [|active = relu(h)|]; return last.call(h); } }")]
    [InlineData("abstract class Any : utils.data.Dataset { public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) { Tensor image = rand(4) * index, label = ones(1); var [|normal = normalize(image)|]; return new Dictionary<string, Tensor> { { \"x\", image.unsqueeze(0) }, { \"y\", label } }; } }")]
    [InlineData("var batch = new Dictionary<string, Tensor> { [\"a\"] = x, [\"b\"] = noise }; var [|scaled = batch[\"a\"] / 255|]; Console.WriteLine(batch[\"b\"]); model.call(batch[\"a\"]);")]
    [InlineData("foreach (var batch in new[] { new Batch(x) }) { var [|normal = (batch.Audio - 0.5) / 0.2|]; var output = model.call(batch.Audio).squeeze(); } record Batch(Tensor Audio);")]
    [InlineData("Run(nn.Identity()); void Run(nn.IModule<Tensor, Tensor> transform) { var [|audio = transform.call(x)|]; model.call(x).squeeze(); }")]
    public Task A_raw_tensor_that_goes_on_is_flagged(string code) => Verify<UnusedTransform>.Flags(Start + code);

    [Theory]
    [InlineData("var normal = torchvision.transforms.Normalize([0.5], [0.2]); var [|y = normal.call(x)|]; model.call(x);")]
    [InlineData("var [|y = torchvision.transforms.functional.hflip(x)|]; model.call(x);")]
    [InlineData("new Augment(torchvision.transforms.Normalize([0.5], [0.2])).Do(x, model); class Augment(torchvision.ITransform transform) { public Tensor Do(Tensor image, Linear model) { var [|y = transform.call(image / 2)|]; return model.call(image); } }")]
    public Task A_transform_of_torchvision_is_one(string code) => Verify<UnusedTransform>.Flags(Start + code);

    [Theory]
    [InlineData("var scaled = x / 255; model.call(scaled);")]
    [InlineData("var scaled = x / 255; Console.WriteLine(scaled); model.call(x);")]
    [InlineData("var _ = x / 255; var _unused = x * 2; model.call(x);")]
    [InlineData("_ = x / 255; model.call(x);")]
    [InlineData("model.call(x); var scaled = x / 255;")]
    [InlineData("var scaled = x / 255; x = rand(8, 4); model.call(x);")]
    [InlineData("var scaled = x / 255; x.div_(255); model.call(x);")]
    [InlineData("var same = x.div_(255); model.call(x);")]
    [InlineData("var mean = x.mean(); var norm = x.norm(); var mask = x > 0; var copy = x.clone(); var flat = x.flatten(1); model.call(x);")]
    [InlineData("var difference = x - noise; model.call(x);")]
    [InlineData("var warm = model.call(x); model.call(x);")]
    [InlineData("var logits = model.call(x); var scaled = logits * 2; Console.WriteLine(cross_entropy(logits, zeros(8)).item<float>());")]
    [InlineData("Tensor Scores(Tensor input) { var logits = model.call(input); var active = relu(logits); return logits; } Scores(x);")]
    [InlineData("var scaled = x / 255; Console.WriteLine(x.shape[0]); model.call(noise);")]
    [InlineData("var own = Own(x); model.call(x); Tensor Own(Tensor t) => t * 2;")]
    [InlineData("var scaled = x / 255; Action show = () => scaled.print(); show(); model.call(x);")]
    [InlineData("var scaled = x / 255; Console.WriteLine(nameof(scaled)); model.call(x);")]
    [InlineData("if (args.Length > 0) { var scaled = x / 255; } model.call(x);")]
    [InlineData("var scaled = x / 255;\n#if NEVER\nscaled.print();\n#endif\nmodel.call(x);")]
    [InlineData("var half = args.Length / 2; var text = \"a\" + \"b\"; model.call(x);")]
    [InlineData("var batch = new Dictionary<string, Tensor> { [\"a\"] = x, [\"b\"] = noise }; var scaled = batch[\"a\"] / 255; model.call(batch[\"b\"]);")]
    [InlineData("var batch = new Dictionary<string, Tensor> { [\"a\"] = x }; var scaled = batch[\"a\"] / 255; batch[\"a\"] = noise; model.call(batch[\"a\"]);")]
    [InlineData("foreach (var i in new[] { 1, 2 }) { var batch = new[] { x, x, x }.ToList(); var scaled = batch[i] / 255; model.call(batch[0]); model.call(batch[i]); }")]
    [InlineData("var one = new Batch(x); var scaled = one.Audio / 255; one = new Batch(noise); model.call(one.Audio); record Batch(Tensor Audio);")]
    [InlineData("Run(model); void Run(nn.IModule<Tensor, Tensor> net) { var warm = net.call(x); net.call(x); }")]
    [InlineData("Run(model); void Run(nn.IModule<Tensor, Tensor> transform) { var audio = transform.call(x); model.call(audio); model.call(x); }")]
    public Task What_is_read_changed_or_only_looked_at_is_silent(string code) => Verify<UnusedTransform>.Silent(Start + code);

    [Fact]
    public Task Part_of_a_batch_is_named_as_it_is_written() => Verify<UnusedTransform>.Flags(
        Start + "var batch = new List<Tensor> { x }; var [|scaled = batch[0] / 255|]; model.call(batch[0].to(CPU));",
        "'scaled' is never read, and 'model' is given 'batch[0]' as it was. Use 'scaled' there, or remove it.");

    [Fact]
    public Task The_fix_uses_the_result_instead_of_a_part() => Verify<UnusedTransform>.Fixes(
        Start + "var batch = new List<Tensor> { x }; var [|scaled = batch[0] / 255|]; model.call(batch[0]);",
        Start + "var batch = new List<Tensor> { x }; var scaled = batch[0] / 255; model.call(scaled);");

    [Fact]
    public Task A_transform_of_the_users_own_is_not_known() => Verify<UnusedTransform>.Silent(
        Start + "var log = new Log(); var y = log.call(x); model.call(x); class Log : ITransform { public Tensor call(Tensor t) => t; } interface ITransform { Tensor call(Tensor t); }");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<UnusedTransform>.SilentOnBroken(Start + "var scaled = x / ; var y = x.to(; model.call(x);");

    [Fact]
    public Task The_fix_uses_the_result() => Verify<UnusedTransform>.Fixes(
        Start + """
        var [|scaled = x / 255|]; // to 0..1
        model.call( /* raw */ x.unsqueeze(0));
        """,
        Start + """
        var scaled = x / 255; // to 0..1
        model.call( /* raw */ scaled.unsqueeze(0));
        """);

    [Theory]
    [InlineData("var [|scaled = x / 255|]; model.call(x); model.call(x);")]
    [InlineData("Tensor Scale(Tensor raw) { using var [|scaled = raw * 2|]; return raw; } Scale(x);")]
    public Task No_fix_is_offered_where_it_is_not_one_place_or_is_disposed_of(string code) => Verify<UnusedTransform>.HasNoFix(Start + code);
}
