using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Checkpoints;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Checkpoints;

public sealed class KnownTorchSharpDefectTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim;
        Tensor x = rand(8, 4), y = rand(8, 4), v = rand(8, 4);
        var model = nn.Linear(4, 4);

        """;

    private static string Of(string version, string code) => $"// TorchSharp {version}\n{Start}{code}";

    [Fact]
    public Task The_message_names_the_version_what_is_wrong_and_the_version_that_is_right() => Verify<KnownTorchSharpDefect>.Flags(
        Of("0.102.6", "var loss = [|l1_loss(x, y)|];"),
        "'l1_loss' of TorchSharp 0.102.6 computes the mean squared error. Use TorchSharp 0.102.8 or later, or compute (input - target).abs().mean().");

    [Fact]
    public Task Where_no_version_is_right_the_message_says_what_else_to_do() => Verify<KnownTorchSharpDefect>.Flags(
        Of("0.107.0", "var optimizer = [|RAdam(model.parameters())|];"),
        "'RAdam' of TorchSharp 0.107.0 multiplies its adaptive steps by the learning rate twice. Use NAdam or AdamW.");

    [Theory]
    [InlineData("0.98.2", "var s = [|lr_scheduler.MultiStepLR(SGD(model.parameters(), 0.1), new[] { 5 })|];")]
    [InlineData("0.99.3", "[|manual_seed(1)|]; [|torch.random.manual_seed(2)|];")]
    [InlineData("0.99.4", "var o = [|AdamW(model.parameters(), lr: 0.1)|];")]
    [InlineData("0.100.4", "nn.Module any = model; [|any.zero_grad()|];")]
    [InlineData("0.101.6", "var s = [|lr_scheduler.LinearLR(SGD(model.parameters(), 0.1), 0.5, 1)|];")]
    [InlineData("0.102.0", "var a = [|avg_pool1d(x, 2)|];")]
    [InlineData("0.103.0", "var l = mse_loss(model.call(x), y); [|l.backward(create_graph: true)|];")]
    [InlineData("0.105.0", "var s = [|lr_scheduler.LinearLR(SGD(model.parameters(), 0.1))|];")]
    [InlineData("0.105.0", "Optimizer o = [|Rprop(model.parameters())|];")]
    [InlineData("0.105.0", "var net = nn.Sequential(model); net.eval(); if ([|net.training|]) return;")]
    [InlineData("0.105.1", "var c = [|cat(new[] { x })|];")]
    [InlineData("0.106.0", "set_default_device(CPU); var e = [|nn.Embedding(8, 4)|]; var r = [|nn.LSTM(4, 4)|];")]
    [InlineData("0.107.0", "[|nn.init.xavier_normal_(model.weight!)|];")]
    [InlineData("0.107.0", "[|nn.init.glorot_normal_(model.weight!, gain: 2)|];")]
    [InlineData("0.107.0", "var l = [|hinge_embedding_loss(x, y)|];")]
    [InlineData("0.107.0", "var s = [|lr_scheduler.CyclicLR(SGD(model.parameters(), 0.1, momentum: 0.9), 0.01, 0.1)|];")]
    [InlineData("0.107.0", "var s = [|lr_scheduler.OneCycleLR(SGD(model.parameters(), 0.1), new[] { 0.1, 0.2 }, total_steps: 9)|];")]
    [InlineData("0.107.0", "Loss<Tensor, Tensor, Tensor, Tensor> l = [|nn.GaussianNLLLoss()|]; Loss<Tensor, Tensor, Tensor, Tensor> m = [|new GaussianNLLLoss()|];")]
    [InlineData("0.107.0", "var l = [|nn.functional.gaussian_nll_loss(x, y, v, full: true)|];")]
    [InlineData("0.107.0", "var n = [|nn.GroupNorm(2, 4)|];")]
    [InlineData("0.104.0", "var n = nn.Sequential(nn.Linear(4, 4), [|nn.GroupNorm(2, 4)|]);")]
    public Task What_a_version_computes_wrongly_is_flagged(string version, string code) => Verify<KnownTorchSharpDefect>.Flags(Of(version, code));

    [Theory]
    [InlineData("0.98.3", "var s = lr_scheduler.MultiStepLR(SGD(model.parameters(), 0.1), new[] { 5 });")]
    [InlineData("0.99.4", "manual_seed(1); var o = AdamW(model.parameters(), beta2: 0.99);")]
    [InlineData("0.99.5", "var o = AdamW(model.parameters(), lr: 0.1);")]
    [InlineData("0.102.0", "var s = lr_scheduler.LinearLR(SGD(model.parameters(), 0.1), 0.5, 1); var a = avg_pool1d(x, 2, stride: 2);")]
    [InlineData("0.102.4", "model.register_buffer(\"steps\", zeros(1)); var l = utils.data.DataLoader(new Data(), 8); class Data : utils.data.Dataset { public override long Count => 1; public override Dictionary<string, Tensor> GetTensor(long i) => new(); }")]
    [InlineData("0.102.8", "var l = l1_loss(x, y); var m = nn.L1Loss();")]
    [InlineData("0.103.0", "mse_loss(model.call(x), y).backward();")]
    [InlineData("0.103.1", "mse_loss(model.call(x), y).backward(retain_graph: true);")]
    [InlineData("0.103.1", "var n = nn.GroupNorm(2, 4);")]
    [InlineData("0.105.0", "if (model.training) return; var c = cat(new[] { x, y });")]
    [InlineData("0.105.1", "var s = lr_scheduler.LinearLR(SGD(model.parameters(), 0.1)); var o = Rprop(model.parameters());")]
    [InlineData("0.106.0", "var e = nn.Embedding(8, 4); var r = nn.LSTM(4, 4);")]
    [InlineData("0.106.0", "set_default_device(CPU); var e = nn.Embedding(8, 4, device: CPU);")]
    [InlineData("0.107.0", "set_default_device(CPU); var e = nn.Embedding(8, 4);")]
    [InlineData("0.107.0", "nn.init.xavier_uniform_(model.weight!); nn.init.kaiming_normal_(model.weight!);")]
    [InlineData("0.107.0", "var l = hinge_embedding_loss(x, y, margin: 0); var m = nn.HingeEmbeddingLoss();")]
    [InlineData("0.107.0", "var s = lr_scheduler.CyclicLR(SGD(model.parameters(), 0.1), 0.01, 0.1, cycle_momentum: false); var o = lr_scheduler.OneCycleLR(SGD(model.parameters(), 0.1), 0.1, 9);")]
    [InlineData("0.107.0", "var n = nn.GroupNorm(2, 4, affine: false);")]
    [InlineData("0.107.0", "var n = nn.GroupNorm(2, 4); nn.init.ones_(n.weight!); nn.init.zeros_(n.bias!);")]
    [InlineData("0.107.0", "var n = nn.Sequential(model, nn.GroupNorm(2, 4)); n.load(\"pretrained\");")]
    public Task What_it_computes_rightly_is_silent(string version, string code) => Verify<KnownTorchSharpDefect>.Silent(Of(version, code));

    [Theory]
    [InlineData("0.103.1", true)]
    [InlineData("0.104.0", false)]
    public Task A_base_class_with_private_components_is_flagged_where_they_are_registered(string version, bool isWrong)
    {
        string code = $$"""
            // TorchSharp {{version}}
            class Encoder : nn.Module<Tensor, Tensor>
            {
                private readonly Linear layer = nn.Linear(4, 4);
                public Encoder() : base("encoder") { [|RegisterComponents()|]; }
                public override Tensor forward(Tensor x) => layer.call(x);
            }

            class Wide : Encoder
            {
                private readonly Linear more = nn.Linear(4, 4);
                public Wide() { [|RegisterComponents()|]; }
            }

            class Alone : nn.Module<Tensor, Tensor>
            {
                private readonly Linear layer = nn.Linear(4, 4);
                public Alone() : base("alone") { RegisterComponents(); }
                public override Tensor forward(Tensor x) => layer.call(x);
            }
            """;
        return isWrong ? Verify<KnownTorchSharpDefect>.Flags(code) : Verify<KnownTorchSharpDefect>.Silent(Markup.Parse(code).Source);
    }

    [Fact]
    public Task A_method_of_the_users_own_by_that_name_is_silent() => Verify<KnownTorchSharpDefect>.Silent(
        "// TorchSharp 0.102.6\nTensor l1_loss(Tensor a, Tensor b) => (a - b).abs().mean(); var loss = l1_loss(rand(3), rand(3));");

    [Fact]
    public async Task An_engine_that_only_stands_in_for_a_version_is_no_release_of_it()
    {
        Compilation released = await Snippet.Compile(Snippet.Project(["// TorchSharp 0.105.0\nclass C;"]));
        Assert.Equal(new Version(0, 105, 0), TorchVersion.Of(TorchSymbols.Of(released)!.Tensor.ContainingAssembly));
#if MANAGED_TORCH
        if (Environment.GetEnvironmentVariable("TRAINING_GUARDS_TORCH") is null)
        {
            Compilation embedded = await Snippet.Compile(Snippet.Project(["class C;"]));
            Assert.Null(TorchVersion.Of(TorchSymbols.Of(embedded)!.Tensor.ContainingAssembly));
        }
#endif
    }

    public static TheoryData<string> Members => [.. KnownDefects.All.SelectMany(defect => defect.Members).Select(member => $"{member.Type} {member.Member}").Distinct()];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task Each_member_of_the_table_exists(string member)
    {
        Compilation compilation = await Snippet.Compile(Snippet.Project(["class C;"]));
        string[] name = member.Split(' ');
        Assert.NotEmpty(KnownDefect.Find((name[0], name[1]), TorchSymbols.Of(compilation)!.Tensor.ContainingAssembly));
    }

    [Fact]
    public void The_page_lists_the_table() => Repository.PartMustBe("docs/rules/KnownTorchSharpDefect.md", "defects",
        "| what | since | right in | what it does | what to do |\n| --- | --- | --- | --- | --- |\n" + string.Concat(KnownDefects.All.Select(defect =>
            $"| {string.Join(", ", defect.Members.Select(Shown))}{(defect.When.Text.Length > 0 ? $" {defect.When.Text}" : "")} | {defect.Since?.ToString() ?? ""} | {defect.Until?.ToString() ?? "none yet"} | {defect.Wrong} | {defect.Remedy} |\n")));

    private static string Shown((string Type, string Member) member) => member.Member == ".ctor"
        ? $"`new {member.Type.Split('.')[^1]}`"
        : $"`{(member.Type == "torch" ? "" : member.Type.Split('+', 2)[1].Replace('+', '.') + ".")}{member.Member}`";
}
