using TrainingGuards.Analyzers.Flow;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class TensorAxesTests
{
    private const string Around = """

        static Tensor Column(Tensor t) => t.view(-1, 1);
        static Tensor Passed(Tensor t) => t.relu();

        class Net(int units) : nn.Module<Tensor, Tensor>("Net")
        {
            private readonly Linear hidden = nn.Linear(4, 8), one = nn.Linear(8, 1), some = nn.Linear(8, units);
            public bool IsValue { get; set; }
            public override Tensor forward(Tensor x) => one.call(nn.functional.relu(hidden.call(x)));
            public Tensor Advantage(Tensor x) => some.call(hidden.call(x));
        }
        class Flat : nn.Module<Tensor, Tensor>
        {
            private readonly nn.Module<Tensor, Tensor> layers = nn.Sequential(nn.Linear(784, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 1));
            public Flat() : base("Flat") => RegisterComponents();
            public override Tensor forward(Tensor x) { x = x.flatten(1); return layers.call(x); }
        }
        class Data
        {
            public readonly Tensor Labels = torch.tensor(new float[] { 1, 2, 3 });
            public Tensor? Late;
            public void Load(float[] read) => Late = torch.tensor(read);
        }
        """;

    [Theory]
    [InlineData("rand(5, 1)", "[5, 1]")]
    [InlineData("zeros(n)", "[?]")]
    [InlineData("ones(new long[] { n, 1 })", "[?, 1]")]
    [InlineData("torch.randn([2, n])", "[2, ?]")]
    [InlineData("torch.full(n, 1, 0.5)", "[?, 1]")]
    [InlineData("torch.randint(3, new long[] { 8 })", "[8]")]
    [InlineData("torch.randint(3, sizes)", "[…]")]
    [InlineData("rand([.. sizes, 1])", "[…]")]
    [InlineData("arange(6)", "[?]")]
    [InlineData("torch.linspace(0, 1, 7)", "[7]")]
    [InlineData("tensor(1.5f)", "[]")]
    [InlineData("tensor(new[] { 1.5f, 2 })", "[2]")]
    [InlineData("tensor(numbers)", "[?]")]
    [InlineData("tensor(numbers.ToList())", "[?]")]
    [InlineData("tensor(numbers, n, 1)", "[?, 1]")]
    [InlineData("tensor(numbers, new long[] { n, 4 })", "[?, 4]")]
    [InlineData("tensor(new float[3, 4])", "[?, ?]")]
    [InlineData("torch.from_array(numbers)", "[?]")]
    [InlineData("(Tensor)3.0", "[]")]
    public Task A_factory_gives(string tensor, string axes) => Is(tensor, axes);

    [Theory]
    [InlineData("x.view(-1, 1)", "[?, 1]")]
    [InlineData("x.reshape(x.shape[0], -1)", "[?, ?]")]
    [InlineData("rand(2, 6).view(3, -1)", "[3, 4]")]
    [InlineData("rand(2, 6).view(-1)", "[12]")]
    [InlineData("x.view(sizes)", "[…]")]
    [InlineData("x.flatten(1)", "[?, ?]")]
    [InlineData("x.flatten()", "[?]")]
    [InlineData("rand(2, 3, 4).flatten(1)", "[2, 12]")]
    [InlineData("rand(2, 3, 4).flatten(0, 1)", "[6, 4]")]
    [InlineData("rand(5, 1).squeeze(-1)", "[5]")]
    [InlineData("rand(5, 1).squeeze(1)", "[5]")]
    [InlineData("rand(5, 4).squeeze(-1)", "[5, 4]")]
    [InlineData("rand(5, 1).squeeze()", "[5]")]
    [InlineData("rand(n, 1).squeeze()", "[…]")]
    [InlineData("rand(n, n).squeeze(1)", "[…]")]
    [InlineData("torch.unsqueeze(zeros(n), 1)", "[?, 1]")]
    [InlineData("x.unsqueeze(-1)", "[…, 1]")]
    [InlineData("x.unsqueeze(-1).unsqueeze(0)", "[…, 1]")]
    [InlineData("x.unsqueeze(-1).unsqueeze(1)", "[…]")]
    [InlineData("rand(5, 4).select(1, 0)", "[5]")]
    [InlineData("rand(5, 4)[0]", "[4]")]
    [InlineData("rand(5, 4)[.., 0]", "[?]")]
    [InlineData("rand(5, 4)[TensorIndex.Ellipsis, 0]", "[5]")]
    [InlineData("rand(5, 4, 3)[TensorIndex.Ellipsis, -1, TensorIndex.Colon]", "[5, 3]")]
    [InlineData("rand(5, 4)[TensorIndex.Colon, TensorIndex.Slice(0, 2)]", "[5, ?]")]
    [InlineData("rand(5, 4)[zeros(3, int64)]", "[…]")]
    [InlineData("rand(5, 4).narrow(1, 0, 1)", "[5, ?]")]
    [InlineData("rand(5, 1).t()", "[1, 5]")]
    [InlineData("rand(5, 1, 3).transpose(1, 2)", "[5, 3, 1]")]
    [InlineData("rand(5, 1).to(float64).cpu().detach().clone()", "[5, 1]")]
    [InlineData("rand(5, 4).gather(1, zeros(5, int64).unsqueeze(1))", "[5, 1]")]
    [InlineData("nn.functional.one_hot(zeros(5, int64), 3)", "[5, 3]")]
    public Task A_view_gives(string tensor, string axes) => Is(tensor, axes);

    [Theory]
    [InlineData("rand(5, 4).sum()", "[]")]
    [InlineData("rand(5, 4).sum(1)", "[5]")]
    [InlineData("rand(5, 4).sum(1, keepdim: true)", "[5, 1]")]
    [InlineData("rand(5, 4).sum(-1, keepdim: args.Length > 0)", "[…]")]
    [InlineData("rand(5, 4, 3).mean(new long[] { 0, 2 })", "[4]")]
    [InlineData("x.mean([-1], true)", "[…, 1]")]
    [InlineData("rand(5, 4).argmax(1)", "[5]")]
    [InlineData("rand(5, 4).max(1).values", "[5]")]
    [InlineData("rand(5, 4).max(1, true).Item1", "[5, 1]")]
    [InlineData("rand(5, 4).max()", "[]")]
    [InlineData("rand(5, 1) - rand(5)", "[5, 5]")]
    [InlineData("rand(n, 1) * 2 + 1", "[?, 1]")]
    [InlineData("1 - rand(n)", "[?]")]
    [InlineData("tensor(numbers) + 0.99f * rand(5, 4).max(1).values", "[5]")]
    [InlineData("rand(5).add(rand(5, 1))", "[5, 5]")]
    [InlineData("x + rand(5, 1)", "[…, 5, ?]")]
    [InlineData("rand(5, 1).pow(2).sqrt().clamp(0, 1)", "[5, 1]")]
    [InlineData("rand(5, 1).relu().softmax(1)", "[5, 1]")]
    [InlineData("rand(5).add_(rand(1))", "[5]")]
    [InlineData("nn.functional.mse_loss(x, x)", "[…]")]
    public Task An_operation_gives(string tensor, string axes) => Is(tensor, axes);

    [Theory]
    [InlineData("nn.Linear(4, 1).call(x)", "[…, 1]")]
    [InlineData("nn.Linear(4, n).call(rand(5, 4))", "[5, ?]")]
    [InlineData("new Net(2).call(rand(n, 4))", "[?, 1]")]
    [InlineData("new Net(2).call(x).squeeze(-1)", "[…]")]
    [InlineData("new Net(2).Advantage(rand(5, 4))", "[5, ?]")]
    [InlineData("new Flat().forward(x)", "[?, 1]")]
    [InlineData("nn.Sequential(nn.Flatten(), nn.Linear(4, 1), nn.Sigmoid()).call(x)", "[?, 1]")]
    [InlineData("nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 1)).call(x)", "[?, 1]")]
    [InlineData("nn.Conv2d(1, 2, 3).call(rand(2, 1, 8, 8))", "[?, ?, ?, ?]")]
    [InlineData("nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 1)).call(zeros(5, int64))", "[5, 1]")]
    [InlineData("nn.LSTM(4, 1).call(x).Item1", "[…]")]
    [InlineData("Column(x)", "[?, 1]")]
    [InlineData("new Data().Labels", "[3]")]
    [InlineData("new Data().Late", "[?]")]
    [InlineData("args.Length > 0 ? rand(5, 1) : rand(6, 1)", "[?, 1]")]
    [InlineData("args.Length > 0 ? rand(5) : rand(5, 1)", "[…, ?]")]
    public Task A_model_or_a_method_gives(string tensor, string axes) => Is(tensor, axes);

    [Theory]
    [InlineData("var y = rand(5, 1); y.unsqueeze_(0); _ = [|y|];", "[…]")]
    [InlineData("var y = rand(5); for (int i = 0; i < 3; i++) y = y.relu(); _ = [|y|];", "[5]")]
    [InlineData("var y = rand(5); for (int i = 0; i < 3; i++) y = y.unsqueeze(-1); _ = [|y|];", "[…]")]
    [InlineData("var y = rand(5); y += rand(4, 1); _ = [|y|];", "[4, 5]")]
    [InlineData("var y = rand(5, 4); for (int i = 0; i < 9; i++) { y = y + y * y; y = y + y; } _ = [|y|];", "[5, 4]")]
    [InlineData("Step(rand(5, 4)); Step(rand(6, 4)); void Step(Tensor t) { _ = [|t|]; }", "[?, 4]")]
    [InlineData("Action<Tensor> step = Step; void Step(Tensor t) { _ = [|t|]; }", "[…]")]
    [InlineData("var (best, _) = rand(5, 4).max(1); _ = [|best|];", "[5]")]
    [InlineData("Tensor best, where; (best, where) = rand(5, 4).max(1, keepdim: true); _ = [|where|];", "[5, 1]")]
    [InlineData("var (one, other) = (rand(5), rand(4)); _ = [|other|];", "[4]")]
    [InlineData("foreach (var y in new[] { rand(3) }) _ = [|y|];", "[…]")]
    public async Task A_variable_has(string code, string axes)
    {
        MarkedProgram marked = await MarkedProgram.In($"{code}\n{Around}");
        Assert.Equal(axes, marked.Program.Axes.Of(marked.Operation, marked.Body).ToString());
    }

    private static Task Is(string tensor, string axes) =>
        new TensorAxesTests().A_variable_has($"int n = args.Length; float[] numbers = new float[n]; long[] sizes = args.Select(a => 1L).ToArray(); var x = Passed(null!); _ = [|{tensor}|];", axes);
}
