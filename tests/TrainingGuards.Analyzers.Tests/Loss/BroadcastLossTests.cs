using TrainingGuards.Analyzers.Loss;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Loss;

public sealed class BroadcastLossTests
{
    private const string Start = """
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;
        using F = TorchSharp.torch.nn.functional;
        int n = args.Length;
        float[] read = new float[n];
        Tensor x = rand(n, 4), y = tensor(read), column = rand(n, 1);
        var model = Sequential(Linear(4, 8), ReLU(), Linear(8, 1));

        """;

    [Fact]
    public Task The_message_names_both_sides() => Verify<BroadcastLoss>.Flags(
        Start + "var predicted = model.call(x);\n[|mse_loss(predicted, y)|].backward();",
        "'predicted' is [N, 1] and 'y' is [N], so 'mse_loss' pairs every number of one with every number of the other. Give 'predicted' the shape of 'y' by squeeze(-1).");

    [Fact]
    public Task It_points_to_the_column() => Verify<BroadcastLoss>.Points(Start + "[|(y - model.call(x)).pow(2).mean()|].backward();", "model.call(x)");

    [Theory]
    [InlineData("[|l1_loss(model.call(x), y)|].backward();")]
    [InlineData("[|smooth_l1_loss(target: y, input: model.call(x))|].backward();")]
    [InlineData("[|F.huber_loss(column, y.to(float32))|].backward();")]
    [InlineData("[|mse_loss(model.call(x).squeeze(-1), column)|].backward();")]
    [InlineData("[|mse_loss(model.call(x), y, Reduction.Sum)|].backward();")]
    [InlineData("[|mse_loss(model.call(x), y, Reduction.None)|].mean().backward();")]
    [InlineData("[|MSELoss().call(model.call(x), y)|].backward();")]
    [InlineData("Module<Tensor, Tensor, Tensor> criterion = new SmoothL1Loss(); [|criterion.forward(model.call(x), y)|].backward();")]
    [InlineData("[|mse_loss(Linear(4, 1).call(Passed()), tensor(new[] { 1f, 2 }))|].backward();")]
    [InlineData("var q = Linear(4, 2).call(x); var taken = q.gather(1, zeros(n, int64).unsqueeze(1)); var best = y + 0.99 * Linear(4, 2).call(x).max(1).values; [|(taken - best).square().mean()|].backward();")]
    [InlineData("var target = zeros(n); for (int i = 0; i < n; i++) target[i] = read[i]; [|mse_loss(model.call(x), target)|].backward();")]
    [InlineData("var error = model.call(x) - y; [|error.abs().sum()|].backward();")]
    [InlineData("var error = torch.sub(model.call(x), y); [|torch.mean(torch.square(error))|].backward();")]
    [InlineData("var h = x; h = h.relu(); h = h + 1; h = h.tanh(); h = h * 2; h = h.sigmoid(); h = h - 1; h = h.exp(); h = h.relu(); h = h + h; h = h.tanh(); h = h * h; h = h.relu(); [|mse_loss(model.call(h), y)|].backward();")]
    [InlineData("Step(x, y); void Step(Tensor input, Tensor target) => [|mse_loss(model.call(input), target)|].backward();")]
    [InlineData("Func<Tensor> loss = () => [|mse_loss(model.call(x), y)|]; loss().backward();")]
    [InlineData("Tensor Predict(Tensor input) { using var scope = NewDisposeScope(); return model.call(input).MoveToOuterDisposeScope(); } [|mse_loss(Predict(x), y)|].backward();")]
    public Task A_column_against_a_row_is_flagged(string code) => Verify<BroadcastLoss>.Flags(Start + code + " static Tensor Passed() => throw new Exception();");

    [Theory]
    [InlineData("mse_loss(model.call(x), column).backward();")]
    [InlineData("mse_loss(model.call(x).squeeze(-1), y).backward();")]
    [InlineData("mse_loss(model.call(x).view(-1), y).backward();")]
    [InlineData("mse_loss(model.call(x), y.unsqueeze(-1)).backward();")]
    [InlineData("mse_loss(model.call(x), Passed()).backward();")]
    [InlineData("mse_loss(model.call(Passed()), y).backward();")]
    [InlineData("mse_loss(Linear(4, n).call(x), y).backward();")]
    [InlineData("mse_loss(model.call(x[0].unsqueeze(0)), tensor(new[] { 0.5f })).backward();")]
    [InlineData("mse_loss(model.call(x), tensor(new[] { 0.5f })).backward();")]
    [InlineData("mse_loss(model.call(x), tensor(0.5f)).backward();")]
    [InlineData("mse_loss(model.call(rand(1, 4)), y).backward();")]
    [InlineData("mse_loss(model.call(x), ones(n)).backward();")]
    [InlineData("var real = zeros(n) + 0.9; mse_loss(model.call(x), real.to(CPU)).backward();")]
    [InlineData("mse_loss(model.call(x), full_like(y, 0.3)).backward();")]
    [InlineData("mse_loss(n > 3 ? model.call(x) : y, y).backward();")]
    [InlineData("binary_cross_entropy_with_logits(model.call(x), y).backward();")]
    [InlineData("(model.call(x) - y).pow(2).mean(new long[] { 1 }).sum().backward();")]
    [InlineData("(model.call(x) - y).pow(3).mean().backward();")]
    [InlineData("(model.call(x) - 0.5).pow(2).mean().backward();")]
    [InlineData("var scale = new Parameter(rand(1)); (model.call(x) - scale).pow(2).mean().backward();")]
    public Task One_shape_or_an_unknown_one_is_silent(string code) => Verify<BroadcastLoss>.Silent(Start + code + " static Tensor Passed() => throw new Exception();");

    [Theory]
    [InlineData("(y.unsqueeze(1) - y).abs().mean()")]
    [InlineData("(y.view(-1, 1).clone() - y).pow(2).sum()")]
    [InlineData("(y[TensorIndex.Colon, TensorIndex.None] - y).abs().mean()")]
    [InlineData("smooth_l1_loss(y.unsqueeze(1), y, Reduction.None).sum(1).mean()")]
    [InlineData("(rand(64, 1) - linspace(0, 1, 10)).pow(2).mean()")]
    [InlineData("(column - new Parameter(rand(n))).pow(2).mean()")]
    [InlineData("smooth_l1_loss(Passed().unsqueeze(-1), linspace(0, 1, 5))")]
    [InlineData("(x.mean([1], keepdim: true) - y).abs().mean()")]
    public Task All_pairs_that_are_asked_for_are_silent(string loss) => Verify<BroadcastLoss>.Silent(
        Start + $"var loss = {loss}; static Tensor Passed() => throw new Exception();");

    [Fact]
    public Task A_forward_in_another_class_is_followed() => Verify<BroadcastLoss>.Flags("""
        using static TorchSharp.torch.nn;

        class Value(long units) : Module<Tensor, Tensor>("Value")
        {
            private readonly Module<Tensor, Tensor> body = Sequential(Linear(4, 8), Tanh());
            private readonly Linear head = Linear(8, 1), other = Linear(8, units);
            public override Tensor forward(Tensor states)
            {
                var features = body.call(states.flatten(1));
                return head.call(features + features.sin());
            }
        }
        abstract class Agent
        {
            protected readonly Value value = new(3);
            private readonly MSELoss criterion = MSELoss();
            protected abstract Tensor States();
            public void Learn(List<float> rewards)
            {
                Tensor states = States(), returns = torch.tensor(rewards);
                using var loss = [|criterion.call(value.call(states), returns - returns.mean())|];
                loss.backward();
            }
        }
        """);

    private const string Prices = """

        class Prices(float[] prices) : torch.utils.data.Dataset
        {
            public override long Count => prices.Length;

            public override Dictionary<string, Tensor> GetTensor(long index)
            {
                var other = new Dictionary<string, Tensor> { { "house", rand(4) }, { "price", tensor(prices[index]) } };
                other.Add("column", tensor(new[] { prices[index] }));
                other["worth"] = tensor(prices[index]);
                return other;
            }
        }

        class Houses : torch.utils.data.Dataset
        {
            public override long Count => 9;
            public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["house"] = rand(4), ["price"] = tensor(1.5f * index) };
        }

        class Unknown(bool isFlat) : torch.utils.data.Dataset
        {
            public override long Count => 9;
            public override Dictionary<string, Tensor> GetTensor(long index) => isFlat
                ? new() { ["house"] = rand(4), ["price"] = tensor(1.5f) }
                : new() { ["house"] = rand(4), ["price"] = tensor(new[] { 1.5f }) };
        }
        """;

    [Theory]
    // The dictionaries of a data set are stacked.
    [InlineData("foreach (var batch in new DataLoader(new Houses(), 32)) [|mse_loss(model.call(batch[\"house\"]), batch[\"price\"])|].backward();")]
    [InlineData("foreach (var batch in new DataLoader(new Prices(read), 32)) [|mse_loss(model.call(batch[\"house\"]), batch[\"worth\"])|].backward();")]
    [InlineData("using var loader = torch.utils.data.DataLoader(new Prices(read), 32, shuffle: true); foreach (var batch in loader) { var (a, b) = (batch[\"house\"].to(CPU), batch[\"price\"].to(CPU)); [|mse_loss(model.call(a), b)|].backward(); }")]
    [InlineData("var (train, test) = Load(); foreach (var batch in train) [|l1_loss(model.call(batch[\"house\"]), batch[\"price\"])|].backward(); static (DataLoader, DataLoader) Load() => (new DataLoader(new Houses(), 32), new DataLoader(new Houses(), 64));")]
    // A data set of tensors is cut.
    [InlineData("foreach (var batch in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 32)) [|mse_loss(model.call(batch[0]), batch[1])|].backward();")]
    [InlineData("var set = torch.utils.data.TensorDataset(x, y); foreach (var batch in torch.utils.data.DataLoader(set, 32)) { var predicted = model.call(batch[0]); [|(predicted - batch[1]).pow(2).mean()|].backward(); }")]
    public Task A_batch_of_a_loader_is_known_by_its_data_set(string code) => Verify<BroadcastLoss>.Flags(Start + code + Prices);

    [Theory]
    [InlineData("foreach (var batch in new DataLoader(new Prices(read), 32)) mse_loss(model.call(batch[\"house\"]), batch[\"column\"]).backward();")]
    [InlineData("foreach (var batch in new DataLoader(new Prices(read), 32)) mse_loss(model.call(batch[\"house\"]), batch[\"price\"].unsqueeze(1)).backward();")]
    [InlineData("foreach (var batch in new DataLoader(new Prices(read), 1)) mse_loss(model.call(batch[\"house\"]), batch[\"price\"]).backward();")]
    [InlineData("foreach (var batch in new DataLoader(new Unknown(n > 3), 32)) mse_loss(model.call(batch[\"house\"]), batch[\"price\"]).backward();")]
    [InlineData("foreach (var batch in new DataLoader(new Prices(read), 32)) mse_loss(model.call(batch[args[0]]), batch[args[1]]).backward();")]
    [InlineData("foreach (var batch in n > 3 ? new DataLoader(new Prices(read), 32) : new DataLoader(new Unknown(true), 32)) mse_loss(model.call(batch[\"house\"]), batch[\"column\"]).backward();")]
    [InlineData("foreach (var batch in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, column), 32)) mse_loss(model.call(batch[0]), batch[1]).backward();")]
    [InlineData("foreach (var batch in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 32)) mse_loss(model.call(batch[0]).squeeze(-1), batch[1]).backward();")]
    public Task A_batch_of_one_shape_or_an_unknown_one_is_silent(string code) => Verify<BroadcastLoss>.Silent(Start + code + Prices);

    private const string Guards = """

        namespace TrainingGuards
        {
            public sealed class Tensors { public static implicit operator Tensors(Tensor one) => new(); public static implicit operator Tensor(Tensors all) => zeros(1); }
            public sealed record Batch(Tensors Inputs, Tensors Targets);
            public sealed class Examples
            {
                public static extern Examples From(Tensors inputs, Tensors targets, int batchSize, bool shuffled = false);
                public static extern Examples From(Func<IEnumerable<Batch>> epoch);
                public IEnumerable<Batch> Epoch() => [];
            }
        }
        """;

    private const string Regression = """
        using TrainingGuards;
        using static TorchSharp.torch.nn;
        using static TorchSharp.torch.nn.functional;

        class Net : Module<Tensor, Tensor>
        {
            private readonly Linear head = Linear(8, 1);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor inputs) => head.call(inputs.relu());
        }

        static class Regression
        {
            public static void Train(Net model)
            {
                (Examples training, Examples validation) = Load();
                foreach (Batch batch in training.Epoch()) Step(model, batch.Inputs, batch.Targets);
            }

            public static void Elsewhere(Net model, Batch batch) => Step(model, batch.Inputs, batch.Targets);

            private static void Step(Net model, Tensor inputs, Tensor values) => Loss(model.call(inputs), values).backward();

            private static Tensor Loss(Tensor predicted, Tensor values) => mse_loss(predicted, values);

            private static (Examples, Examples) Load()
            {
                Tensor inputs = randn(99, 8), values = inputs.select(1, 0).sin();
                return (Examples.From(inputs.narrow(0, 0, 66), values.narrow(0, 0, 66), 32), Examples.From(inputs, values, 32));
            }

            public static void Run() { Train(new Net()); Elsewhere(new Net(), new Batch(zeros(1), zeros(1))); }
        }
        """;

    [Fact]
    public Task What_one_caller_gives_is_enough() => Verify<BroadcastLoss>.Flags(Regression.Replace("mse_loss(predicted, values)", "[|mse_loss(predicted, values)|]", StringComparison.Ordinal) + Guards);

    [Theory]
    [InlineData(".sin();", ".sin().unsqueeze(1);")]
    [InlineData(".sin();", ".sin().ge(0).sum();")]
    [InlineData("Examples.From(inputs.narrow(0, 0, 66), values.narrow(0, 0, 66), 32)", "Examples.From(() => [])")]
    [InlineData("=> mse_loss(predicted, values)", "=> values.dim() == 1 ? mse_loss(predicted.squeeze(-1), values) : mse_loss(predicted, values)")]
    [InlineData("Tensor values) => mse_loss(predicted, values)", "Tensor values, bool isFlat = true) => isFlat ? mse_loss(predicted.squeeze(-1), values) : mse_loss(predicted, values)")]
    [InlineData("=> mse_loss(predicted, values);", "{ if (values.ndim == 1) return mse_loss(predicted.squeeze(-1), values); return mse_loss(predicted, values); }")]
    [InlineData("Loss(model.call(inputs), values).backward()", "(inputs.shape[0] == values.shape[0] ? Loss(model.call(inputs).squeeze(), values) : Loss(model.call(inputs), values)).backward()")]
    [InlineData("Epoch()) Step(model, batch.Inputs, batch.Targets);", "Epoch()) Step(model, batch.Inputs, ones(32));")]
    public Task What_no_caller_gives_for_certain_is_silent(string find, string replace) => Verify<BroadcastLoss>.Silent(
        (Regression + Guards) is var program && program.Contains(find, StringComparison.Ordinal)
            ? program.Replace(find, replace, StringComparison.Ordinal)
            : throw new ArgumentException($"There is no {find} in the program.", nameof(find)));

    [Fact]
    public Task A_loss_of_the_users_own_is_silent() => Verify<BroadcastLoss>.Silent(
        Start + "Tensor mse(Tensor a, Tensor b) => a.view(-1).sub(b.view(-1)).pow(2).mean(); mse(model.call(x), y).backward();");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<BroadcastLoss>.SilentOnBroken(Start + "mse_loss(model.call(x, y).backward(; (model.call(x) - ).pow(2).mean();");

    [Theory]
    [InlineData("[|mse_loss(model.call(x), y)|].backward(); // prices", "mse_loss(model.call(x).squeeze(-1), y).backward(); // prices")]
    [InlineData("[|mse_loss(y, column * 2)|].backward();", "mse_loss(y, (column * 2).squeeze(-1)).backward();")]
    [InlineData("[|l1_loss(\n    target: y,\n    input: column /* one a row */)|].backward();", "l1_loss(\n    target: y,\n    input: column.squeeze(-1) /* one a row */).backward();")]
    [InlineData("var error = y - model.call(x);\n[|error.pow(2).mean()|].backward();", "var error = y - model.call(x).squeeze(-1);\nerror.pow(2).mean().backward();")]
    public Task The_fix_squeezes_the_column(string before, string after) => Verify<BroadcastLoss>.Fixes(Start + before, Start + after);
}
