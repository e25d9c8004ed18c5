using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class UnshuffledTrainingDataTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.utils.data;
        var model = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var data = TensorDataset(rand(64, 4), rand(64, 1));

        """;

    private const string Step = "{ optimizer.zero_grad(); var loss = mse_loss(model.call(batch[0]), batch[1]); loss.backward(); optimizer.step(); }";
    private const string Batches = "foreach (var batch in loader) " + Step;
    private const string Dictionary = "{ optimizer.zero_grad(); mse_loss(model.call(batch[\"x\"]), batch[\"y\"]).backward(); optimizer.step(); }";
    private const string Rows = " foreach (var batch in loader) " + Dictionary + " class Rows : Dataset { readonly string[] files = System.IO.Directory.GetFiles(\".\"); public override long Count => files.Length; ";

    [Fact]
    public Task The_message_names_the_loader() => Verify<UnshuffledTrainingData>.Flags(
        Start + "using var loader = [|DataLoader(data, 8)|]; " + Batches,
        "'loader' trains on the examples in the order of the data set, since a DataLoader shuffles only if it is told to. "
            + "Say 'shuffle: true', or 'shuffle: false' where that order is meant.");

    [Fact]
    public Task It_points_to_the_loop() => Verify<UnshuffledTrainingData>.Points(
        Start + "Fit([|DataLoader(data, 8)|]); void Fit(IterableDataLoader batches) { foreach (var batch in batches) " + Step + " }", "batches");

    [Theory]
    [InlineData("using var loader = [|DataLoader(data, 8, device: CPU, seed: 3)|]; foreach (var epoch in args) " + Batches)]
    [InlineData("IterableDataLoader loader = [|new(data, batchSize: 8, drop_last: true)|]; " + Batches)]
    [InlineData("using (var loader = [|new IterableDataLoader(data, 8)|]) { " + Batches + " }")]
    [InlineData("using var loader = [|DataLoader(data, 8)|]; using var test = DataLoader(data, 8); " + Batches + " foreach (var batch in test) Console.WriteLine(mse_loss(model.call(batch[0]), batch[1]).item<float>());")]
    [InlineData("using var loader = [|DataLoader(new Rows(), 8)|];" + Rows + "public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = tensor((float)files[index].Length), [\"y\"] = rand(1) }; }")]
    [InlineData("Dataset rows = new Rows(); using var loader = [|DataLoader(rows, 8)|];" + Rows + "public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = tensor((float)files[index].Length), [\"y\"] = rand(1) }; }")]
    [InlineData("Fit(new Rows()); void Fit(Dataset rows) { using var loader = [|DataLoader(rows, 8)|]; foreach (var batch in loader) " + Dictionary + " } class Rows : Dataset { public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = rand(4) + index, [\"y\"] = rand(1) }; }")]
    [InlineData("new Trainer(data).Fit(model, optimizer); class Trainer(TensorDataset data) { readonly IterableDataLoader loader = [|DataLoader(data, 8)|]; public void Fit(Linear model, optim.Optimizer optimizer) { " + Batches + " } }")]
    [InlineData("using var loader = new TorchSharp.Modules.DataLoader<IList<Tensor>, Batch>(data, 8, (rows, device) => new Batch(rows.First()[0], rows.First()[1]), shuffle: false); using var train = [|new TorchSharp.Modules.DataLoader<IList<Tensor>, Batch>(data, 8, (rows, device) => new Batch(rows.First()[0], rows.First()[1]))|]; foreach (var batch in train) { mse_loss(model.call(batch.X), batch.Y).backward(); optimizer.step(); } record Batch(Tensor X, Tensor Y);")]
    public Task Training_in_the_order_of_the_data_set_is_flagged(string code) => Verify<UnshuffledTrainingData>.Flags(Start + code);

    private const string Guards = " namespace TrainingGuards { class Batch { public extern Tensor Inputs { get; } public extern Tensor Targets { get; } } class Examples { public static extern Examples From(Tensor inputs, Tensor targets, int batchSize, bool shuffled = false); public static extern Examples From(Func<IEnumerable<Batch>> epoch); public extern IEnumerable<Batch> Epoch(); public extern Examples Augmented(Func<Batch, Batch> augment); public extern Examples StoredAs(Examples plain); } }";
    private const string Epoch = "foreach (var batch in training.Epoch()) { optimizer.zero_grad(); mse_loss(model.call(batch.Inputs), batch.Targets).backward(); optimizer.step(); }";

    [Fact]
    public Task The_message_names_the_examples() => Verify<UnshuffledTrainingData>.Flags(
        Start + "var training = [|TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)|]; " + Epoch + Guards,
        "'training' trains on the examples in the order of the data set, since Examples are shuffled only if they are told to. Say 'shuffled: true', or 'shuffled: false' where that order is meant.");

    [Theory]
    [InlineData("var (training, validation) = Load(); " + Epoch + " (TrainingGuards.Examples, TrainingGuards.Examples) Load() => ([|TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)|], TrainingGuards.Examples.From(rand(9, 4), rand(9, 1), 8));")]
    [InlineData("var plain = [|TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)|]; var training = TrainingGuards.Examples.From(() => plain.Epoch().Select(batch => batch)); " + Epoch)]
    [InlineData("var plain = [|TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)|]; var training = plain.Augmented(batch => batch); " + Epoch)]
    [InlineData("var training = [|TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)|].StoredAs(TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)); " + Epoch)]
    public Task Examples_in_the_order_that_they_are_given_in_are_flagged(string code) => Verify<UnshuffledTrainingData>.Flags(Start + code + Guards);

    [Theory]
    [InlineData("var training = TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8, shuffled: true); " + Epoch)]
    [InlineData("var training = TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8, shuffled: false); " + Epoch)]
    [InlineData("var validation = TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8); foreach (var batch in validation.Epoch()) Console.WriteLine(mse_loss(model.call(batch.Inputs), batch.Targets).item<float>());")]
    [InlineData("var x = rand(64, 4); var training = TrainingGuards.Examples.From(x, rand(64, 1), (int)x.shape[0]); " + Epoch)]
    [InlineData("var order = randperm(64); var training = TrainingGuards.Examples.From(rand(64, 4)[order], rand(64, 1)[order], 8); " + Epoch)]
    [InlineData("Run(TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8), false); void Run(TrainingGuards.Examples all, bool train) { foreach (var batch in all.Epoch()) { var loss = mse_loss(model.call(batch.Inputs), batch.Targets); if (train) { loss.backward(); optimizer.step(); } } }")]
    [InlineData("var training = TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8, shuffled: true).Augmented(batch => batch).StoredAs(TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)); " + Epoch)]
    public Task Examples_whose_order_is_said_or_does_not_matter_are_silent(string code) => Verify<UnshuffledTrainingData>.Silent(Start + code + Guards);

    [Fact]
    public Task The_fix_shuffles_examples() => Verify<UnshuffledTrainingData>.Fixes(
        Start + "var training = [|TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8)|]; " + Epoch + Guards,
        Start + "var training = TrainingGuards.Examples.From(rand(64, 4), rand(64, 1), 8, shuffled: true); " + Epoch + Guards);

    [Theory]
    [InlineData("using var loader = DataLoader(data, 8, shuffle: true); " + Batches)]
    [InlineData("using var loader = DataLoader(data, 8, true); " + Batches)]
    [InlineData("using var loader = DataLoader(data, 8, shuffle: false); " + Batches)]
    [InlineData("using var loader = DataLoader(data, 8, shuffler: new long[] { 3, 1, 2 }); " + Batches)]
    [InlineData("using var loader = DataLoader(data, (int)data.Count); " + Batches)]
    [InlineData("using var loader = DataLoader(data, 8); foreach (var batch in loader) Console.WriteLine(mse_loss(model.call(batch[0]), batch[1]).item<float>());")]
    [InlineData("using var loader = DataLoader(data, 8); foreach (var batch in loader) mse_loss(model.call(batch[0]), batch[1]).backward(); optimizer.step();")]
    [InlineData("using var loader = DataLoader(data, 8); Run(loader, false); void Run(IterableDataLoader loader, bool train) { foreach (var batch in loader) { var loss = mse_loss(model.call(batch[0]), batch[1]); if (train) { loss.backward(); optimizer.step(); } } }")]
    [InlineData("using var loader = DataLoader(data, 8); foreach (var batch in loader) { var loss = mse_loss(model.call(batch[0]), batch[1]); if (model.training) { loss.backward(); optimizer.step(); } }")]
    [InlineData("var order = randperm(64); using var loader = DataLoader(TensorDataset(rand(64, 4)[order], rand(64, 1)[order]), 8); " + Batches)]
    [InlineData("var rng = new Random(); var rows = args.OrderBy(_ => rng.Next()).ToArray(); using var loader = DataLoader(new Rows(rows), 8); foreach (var batch in loader) " + Dictionary + " class Rows(string[] files) : Dataset { public override long Count => files.Length; public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = tensor((float)files[index].Length), [\"y\"] = rand(1) }; }")]
    [InlineData("Fit(Load()); void Fit(TensorDataset rows) { using var loader = DataLoader(rows, 8); " + Batches + " } TensorDataset Load() { var x = rand(64, 4); Shuffle(x); return TensorDataset(x, x); } void Shuffle(Tensor x) { }")]
    [InlineData("using var loader = DataLoader(new Rows(), 8);" + Rows + "readonly Tensor order = randperm(64); public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = tensor((float)files[order[index].item<long>()].Length), [\"y\"] = rand(1) }; }")]
    [InlineData("Dataset rows = new Rows(); using var loader = DataLoader(rows, 8);" + Rows + "readonly Random rng = new(); public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = tensor((float)files[rng.Next(files.Length)].Length), [\"y\"] = rand(1) * index }; }")]
    [InlineData("using var loader = DataLoader(new Rows(), 8);" + Rows + "int next; public override Dictionary<string, Tensor> GetTensor(long _) => new() { [\"x\"] = tensor((float)files[next++].Length), [\"y\"] = rand(1) }; }")]
    [InlineData("var loader = DataLoader(data, 8); " + Batches + " static List<IList<Tensor>> DataLoader(TensorDataset data, int size, bool shuffle = false) => [];")]
    public Task An_order_that_is_chosen_or_does_not_train_is_silent(string code) => Verify<UnshuffledTrainingData>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<UnshuffledTrainingData>.SilentOnBroken(
        Start + "using var loader = DataLoader(, 8); foreach (var batch in loader) { mse_loss(model.call(batch[0]), ).backward(); optimizer. }");

    [Fact]
    public Task The_fix_says_so() => Verify<UnshuffledTrainingData>.Fixes(
        Start + """
        using var loader = [|DataLoader(data, 8,
            device: CPU)|]; // batches

        """ + Batches,
        Start + """
        using var loader = DataLoader(data, 8,
            device: CPU, shuffle: true); // batches

        """ + Batches);

    [Fact]
    public Task All_are_fixed_at_once() => Verify<UnshuffledTrainingData>.FixesAll(
        [Start + "using var loader = [|DataLoader(data, 8)|]; " + Batches + "foreach (var batch in [|DataLoader(data, 4)|]) " + Step],
        [Start + "using var loader = DataLoader(data, 8, shuffle: true); " + Batches + "foreach (var batch in DataLoader(data, 4, shuffle: true)) " + Step]);
}
