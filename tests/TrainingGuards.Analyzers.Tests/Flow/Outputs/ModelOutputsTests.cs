using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class ModelOutputsTests
{
    private const string Models = """

        class Net(bool deep) : nn.Module<Tensor, Tensor>("Net")
        {
            readonly Linear first = nn.Linear(4, 8), last = nn.Linear(8, 3);
            public override Tensor forward(Tensor x) => deep ? last.call(first.call(x).relu()) : nn.functional.tanh(last.call(x)).view(-1);
        }
        class Ring : nn.Module<Tensor, Tensor>
        {
            readonly Ring next;
            public Ring() : base("Ring") => next = new Ring();
            public override Tensor forward(Tensor x) => next.call(x);
        }
        """;

    [Theory]
    [InlineData("nn.Linear(4, 3).call(x)", "Linear")]
    [InlineData("nn.Sequential(nn.Linear(4, 3), nn.ReLU()).call(x)", "ReLU")]
    [InlineData("nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Dropout(), nn.Flatten(), nn.Identity()).call(x).squeeze(-1).to(CPU)", "Tanh")]
    [InlineData("nn.Sequential(nn.Sequential((\"a\", nn.Linear(4, 3)), (\"b\", nn.Sigmoid()))).forward(x)[0]", "Sigmoid")]
    [InlineData("nn.Sequential(nn.Linear(4, 3)).append(nn.GELU()).call(x)", "GELU")]
    [InlineData("(args.Length > 0 ? nn.Sequential(nn.ReLU()) : nn.Sequential(nn.Tanh())).call(x)", "ReLU Tanh")]
    [InlineData("Make(2).call(x)", "ReLU")]
    [InlineData("Apply(nn.Sequential(nn.SELU()))", "SELU")]
    [InlineData("torch.sigmoid(x)", "Sigmoid")]
    [InlineData("x * 2", "other")]
    [InlineData("new Net(true).call(x)", "")]
    [InlineData("args.Length > 0 ? x.tanh() : nn.Tanh().call(x + 1)", "Tanh Tanh")]
    [InlineData("args.Length > 0 ? x.sigmoid() : nn.Linear(4, 3).call(x)", "")]
    [InlineData("new Ring().call(x)", "")]
    [InlineData("((nn.Module<Tensor, Tensor>)list[0]).call(x)", "")]
    [InlineData("nn.Sequential(list).call(x)", "")]
    public async Task An_output_is_what_last_made_it(string output, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($$"""
            Tensor x = rand(2, 4);
            var list = new List<nn.Module<Tensor, Tensor>>();
            _ = [|{{output}}|];
            static Sequential Make(int units) { var made = nn.Sequential(nn.Linear(4, units), nn.ReLU()); return made; }
            Tensor Apply(nn.Module<Tensor, Tensor> model) => model.call(x);
            """ + Models);
        Assert.Equal(expected, string.Join(' ', marked.Program.Outputs.Of(marked.Operation, marked.Body)
            .Select(made => made.Activation?.Name ?? made.Layer?.Type.Name ?? "other")));
    }

    [Theory]
    [InlineData("rand(3)", "0 1")]
    [InlineData("2 * rand(3) - 1", "-1 1")]
    [InlineData("-(rand(3) / 2)", "-0.5 0")]
    [InlineData("randn(3).abs().mul(2)", "0 inf")]
    [InlineData("randn(3).clamp(-2, 5).view(3, 1)", "-2 5")]
    [InlineData("args.Length > 0 ? rand(3) : zeros(3) - 4", "-4 1")]
    [InlineData("nn.Sequential(nn.Linear(4, 3), nn.Tanh()).call(x) * 3", "-3 3")]
    [InlineData("nn.Linear(4, 3).call(x)", "-inf inf")]
    [InlineData("x", "unknown")]
    [InlineData("x + rand(3)", "unknown")]
    public async Task A_range_is_known_where_the_values_are_made(string tensor, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In($"Use(zeros(4)); void Use(Tensor x) {{ var made = [|{tensor}|]; }}");
        Interval? range = new TensorRange(marked.Program).Of(marked.Operation, marked.Body);
        Assert.Equal(expected, range is { } known ? $"{known.Low} {known.High}".Replace("Infinity", "inf", StringComparison.Ordinal) : "unknown");
    }

    [Theory]
    [InlineData("var y = CALL; Console.WriteLine(y.argmax(1).eq(x).sum().item<long>());", "read compared")]
    [InlineData("var y = CALL; var loss = nn.functional.mse_loss(y, x); loss.backward(); Console.WriteLine(loss.ToSingle());", "read compared backward")]
    [InlineData("float Mean(Tensor t) => t.mean().item<float>(); Mean(CALL);", "read")]
    [InlineData("Tensor Scaled(Tensor t) => t * 2; Scaled(CALL).sum().backward();", "backward")]
    [InlineData("var kept = new List<Tensor>(); kept.Add(CALL);", "escapes")]
    [InlineData("var (a, b) = (CALL, x); Console.WriteLine($\"{a}\");", "read")]
    [InlineData("Tensor Get() => CALL; Get();", "escapes")]
    [InlineData("var y = CALL; Console.WriteLine(y.shape[0]);", "")]
    [InlineData("Tensor sum = zeros(1); foreach (var a in args) sum += CALL; sum.mean().backward();", "backward")]
    public async Task A_tensor_is_followed_to_its_uses(string code, string expected)
    {
        MarkedProgram marked = await MarkedProgram.In("Tensor x = rand(2, 4); var model = nn.Linear(4, 1); "
            + code.Replace("CALL", "[|model.call(x)|]", StringComparison.Ordinal));
        OutputUse use = OutputUses.Of(marked.Operation, marked.Body, marked.Program);
        string[] said = [use.ReadOut is null ? "" : "read", use.IsCompared ? "compared" : "", use.Backward is null ? "" : "backward", use.Escapes ? "escapes" : ""];
        Assert.Equal(expected, string.Join(' ', said.Where(word => word.Length > 0)));
    }
}
