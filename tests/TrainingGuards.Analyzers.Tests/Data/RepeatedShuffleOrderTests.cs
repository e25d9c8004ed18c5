using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class RepeatedShuffleOrderTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.utils.data;
        var model = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        TensorDataset data = TensorDataset(rand(64, 4), rand(64, 1)), other = TensorDataset(rand(64, 4), rand(64, 1));

        """;

    private const string Loader = "using var loader = DataLoader(data, 8, true, [|seed: 1|]); ";
    private const string Seeded = "using var loader = DataLoader(data, 8, true, seed: 1); ";
    private const string Step = "{ optimizer.zero_grad(); var loss = mse_loss(model.call(batch[0]), batch[1]); loss.backward(); optimizer.step(); }";
    private const string Batches = "foreach (var batch in loader) " + Step;
    private const string Epochs = "for (int epoch = 0; epoch < 9; epoch++) ";

    [Fact]
    public Task The_message_names_the_loader() => Verify<RepeatedShuffleOrder>.Flags(
        Start + Loader + Epochs + Batches,
        "'loader' starts from its seed at every enumeration, so each epoch goes through the examples in the same order. "
            + "Leave 'seed' out, or give a shuffler that goes on from epoch to epoch.");

    [Fact]
    public Task It_points_to_the_enumeration() => Verify<RepeatedShuffleOrder>.Points(
        Start + "using var train = DataLoader(data, 8, true, [|seed: 1|]); foreach (var epoch in args) Fit(train); void Fit(IterableDataLoader loader) { foreach (var batch in loader) " + Step + " }", "loader");

    [Theory]
    [InlineData("using var loader = DataLoader(data, 8, shuffle: true, CPU, [|5|]); while (args.Length > 0) { " + Batches + " }")]
    [InlineData("var loader = new IterableDataLoader(data, 8, shuffle: true, [|seed: args.Length|], num_worker: 2); " + Epochs + "{ " + Batches + " Console.WriteLine(epoch); }")]
    [InlineData("IterableDataLoader loader; loader = new(data, 8, shuffle: true, [|seed: 3|]); " + Epochs + Batches)]
    [InlineData(Loader + Epochs + "foreach (var (batch, i) in loader.Select((batch, i) => (batch, i)).Take(3)) " + Step)]
    [InlineData(Epochs + "{ using var loader = DataLoader(data, 8, true, [|seed: 1|]); " + Batches + " }")]
    [InlineData(Epochs + "Train(); void Train() { using var loader = DataLoader(data, 8, true, [|seed: 1|]); " + Batches + " }")]
    [InlineData(Loader + Epochs + "Train(); void Train() { " + Batches + " }")]
    [InlineData(Loader + "Action train = () => { " + Batches + " }; " + Epochs + "train();")]
    [InlineData(Loader + Epochs + "Fit.Epoch(model, loader, optimizer); static class Fit { public static void Epoch(nn.Module<Tensor, Tensor> model, IterableDataLoader loader, optim.Optimizer optimizer) { " + Batches + " } }")]
    [InlineData(Loader + Epochs + "foreach (var batch in loader) Learn(batch); void Learn(IList<Tensor> batch) " + Step)]
    [InlineData(Loader + Epochs + "foreach (var batch in loader) { var prediction = model.call(batch[0]); var loss = Loss(prediction, batch[1]); if (loss.isnan().item<bool>()) continue; loss.backward(); if (epoch % 2 == 1) optimizer.step(); } Tensor Loss(Tensor one, Tensor two) => mse_loss(one, two);")]
    [InlineData(Loader + "foreach (var epoch in args) { using var scope = NewDisposeScope(); var criterion = nn.MSELoss(); foreach (var batch in loader) { criterion.call(model.call(batch[0]), batch[1]).backward(); optimizer.step(); optimizer.zero_grad(); } }")]
    [InlineData("var loader = Make(8); foreach (var epoch in args) { " + Batches + " } IterableDataLoader Make(int size) => DataLoader(data, size, true, [|seed: 1|]);")]
    [InlineData("new Fit(DataLoader(data, 8, true, [|seed: 1|]), model, optimizer).Run(9); class Fit(IterableDataLoader loader, Linear model, optim.Optimizer optimizer) { public void Run(int epochs) { while (epochs-- > 0) Epoch(); } void Epoch() { " + Batches + " } }")]
    [InlineData("new Fit(model, optimizer).Run(9); class Fit(Linear model, optim.Optimizer optimizer) { readonly IterableDataLoader loader = DataLoader(TensorDataset(rand(8, 4), rand(8, 1)), 8, true, [|seed: 1|]); public void Run(int epochs) { while (epochs-- > 0) Epoch(); } void Epoch() { " + Batches + " } }")]
    public Task The_same_order_in_every_epoch_is_flagged(string code) => Verify<RepeatedShuffleOrder>.Flags(Start + code);

    [Fact]
    public Task A_loader_of_dictionaries_in_another_file_is_followed() => Verify<RepeatedShuffleOrder>.Flags("""
        class Pairs : utils.data.Dataset
        {
            public override long Count => 64;
            public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["x"] = rand(4), ["y"] = rand(1) };
        }
        class Program
        {
            static void Main()
            {
                var model = nn.Linear(4, 1);
                var optimizer = optim.Adam(model.parameters());
                using (var train = new TorchSharp.Modules.DataLoader(new Pairs(), 8, shuffle: true, [|seed: 7|]))
                {
                    for (int epoch = 0; epoch < 9; epoch++)
                    {
                        Epoch(model, train, nn.MSELoss(), optimizer);
                    }
                }
            }
            static void Epoch(nn.Module<Tensor, Tensor> model, TorchSharp.Modules.DataLoader batches, Loss<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer)
            {
                foreach (var batch in batches)
                {
                    using var scope = NewDisposeScope();
                    Tensor x = batch["x"].to(CPU), y = batch["y"];
                    var output = criterion.forward(model.forward(x), y);
                    optimizer.zero_grad();
                    output.backward();
                    optimizer.step();
                }
            }
        }
        """);

    [Theory]
    [InlineData("using var loader = DataLoader(data, 8, true); " + Epochs + Batches)]
    [InlineData("using var loader = DataLoader(data, 8, shuffle: true, seed: null); " + Epochs + Batches)]
    [InlineData("using var loader = DataLoader(data, 8, shuffle: false, seed: 1); " + Epochs + Batches)]
    [InlineData("using var loader = DataLoader(data, 8, shuffle: args.Length > 0, seed: 1); " + Epochs + Batches)]
    [InlineData("int? seed = args.Length > 0 ? 1 : null; using var loader = DataLoader(data, 8, true, seed: seed); " + Epochs + Batches)]
    [InlineData(Seeded + Batches)]
    [InlineData(Seeded + "while (true) { " + Batches + " break; }")]
    [InlineData(Epochs + "{ using var loader = DataLoader(data, 8, true, seed: epoch); " + Batches + " }")]
    [InlineData("int seed = 0; " + Epochs + "{ using var loader = DataLoader(data, 8, true, seed: seed++); " + Batches + " }")]
    [InlineData(Epochs + "Train(epoch); void Train(int epoch) { using var loader = DataLoader(data, 8, true, seed: 100 + epoch); " + Batches + " }")]
    [InlineData(Seeded + "for (int run = 0; run < 3; run++) { model = nn.Linear(4, 1); " + Batches + " }")]
    [InlineData(Seeded + "for (int run = 0; run < 3; run++) { Reset(); " + Batches + " } void Reset() => model.load(\"start\");")]
    [InlineData(Seeded + "for (int run = 0; run < 3; run++) { Train(nn.Linear(4, 1)); } void Train(Linear model) { " + Batches + " }")]
    [InlineData(Seeded + "double error = 0; " + Epochs + "foreach (var batch in loader) error += mse_loss(model.call(batch[0]), batch[1]).item<float>();")]
    [InlineData(Seeded + Epochs + "foreach (var batch in loader) Console.WriteLine(batch.Count);")]
    [InlineData(Seeded + Epochs + "Run(loader, true); Run(DataLoader(other, 8), false); void Run(IterableDataLoader loader, bool isTraining) { foreach (var batch in loader) { var loss = mse_loss(model.call(batch[0]), batch[1]); if (isTraining) { loss.backward(); optimizer.step(); } } }")]
    [InlineData(Seeded + Epochs + "Run(loader, optimizer); void Run(IterableDataLoader loader, optim.Optimizer? optimizer) { foreach (var batch in loader) { var loss = mse_loss(model.call(batch[0]), batch[1]); if (optimizer is null) continue; loss.backward(); optimizer.step(); } }")]
    [InlineData(Seeded + Epochs + "{ foreach (var batch in loader) mse_loss(model.call(batch[0]), batch[1]).backward(); optimizer.step(); }")]
    [InlineData(Seeded + "var batches = loader.Take(3).ToList(); " + Epochs + "foreach (var batch in batches) " + Step)]
    [InlineData("var loader = args.Length > 0 ? DataLoader(data, 8, true) : DataLoader(data, 8, true, seed: 1); " + Epochs + Batches)]
    [InlineData("var loader = DataLoader(data, 8, true, seed: 1); if (args.Length > 0) loader = DataLoader(data, 8, true); " + Epochs + Batches)]
    [InlineData("foreach (var loader in new[] { DataLoader(data, 8, true, seed: 1), DataLoader(other, 8, true, seed: 1) }) " + Batches)]
    [InlineData("var train = DataLoader(data, 8, true, seed: 1); new Fit(DataLoader(other, 8)).Run(model, optimizer); new Fit(train); class Fit(IterableDataLoader loader) { public void Run(Linear model, optim.Optimizer optimizer) { while (true) { " + Batches + " } } }")]
    [InlineData("var loader = DataLoader(data, 8, true, seed: 1); " + Epochs + Batches + " static List<Tensor>[] DataLoader(TensorDataset data, int size, bool shuffle, int seed) => [];")]
    public Task What_may_not_repeat_is_silent(string code) => Verify<RepeatedShuffleOrder>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<RepeatedShuffleOrder>.SilentOnBroken(
        Start + "using var loader = DataLoader(data, 8, true, seed: ); " + Epochs + "foreach (var batch in ) " + Step);

    [Fact]
    public Task The_fix_leaves_the_seed_out() => Verify<RepeatedShuffleOrder>.Fixes(
        Start + """
        using var loader = DataLoader(
            data, 8, // small
            shuffle: true, // every epoch
            [|seed: 1|], // repeatable
            num_worker: 2);

        """ + Epochs + Batches,
        Start + """
        using var loader = DataLoader(
            data, 8, // small
            shuffle: true, // every epoch
            num_worker: 2);

        """ + Epochs + Batches);

    [Theory]
    [InlineData("using var loader = DataLoader(data, 8, true, CPU, [|5|], 2); " + Epochs + Batches)]
    public Task No_fix_is_offered_where_others_would_move_up(string code) => Verify<RepeatedShuffleOrder>.HasNoFix(Start + code);
}
