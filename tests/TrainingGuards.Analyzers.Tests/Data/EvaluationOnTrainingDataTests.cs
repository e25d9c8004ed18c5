using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class EvaluationOnTrainingDataTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.utils.data;
        var model = nn.Linear(4, 3);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        TensorDataset data = TensorDataset(rand(64, 4), zeros(64)), other = TensorDataset(rand(64, 4), zeros(64));
        double total = 0;

        """;

    private const string Loss = "cross_entropy(model.call(batch[0]), batch[1])";
    private const string Methods = " void Train(IterableDataLoader batches) { foreach (var batch in batches) { " + Loss + ".backward(); optimizer.step(); } }"
        + " void Test(IterableDataLoader batches) { using var still = no_grad(); foreach (var batch in batches) total += " + Loss + ".item<float>(); }";

    private const string Vision = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.utils.data;
        using static TorchSharp.torchvision;
        var model = nn.Linear(4, 3);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        double total = 0;
        void Fit(TorchSharp.Modules.DataLoader batches) { foreach (var batch in batches) { cross_entropy(model.call(batch["data"]), batch["label"]).backward(); optimizer.step(); } }
        void Score(TorchSharp.Modules.DataLoader batches) { foreach (var batch in batches) total += cross_entropy(model.call(batch["data"]), batch["label"]).item<float>(); }

        """;

    [Fact]
    public Task One_loader_for_both_is_named() => Verify<EvaluationOnTrainingData>.Flags(
        Start + "using var loader = [|DataLoader(data, 8, true)|]; foreach (var epoch in args) { Train(loader); Test(loader); }" + Methods,
        "'loader' trains and is evaluated, and nothing else is, so the score tells what the model remembers. Evaluate on examples that were held out.");

    [Fact]
    public Task One_data_set_for_both_is_named() => Verify<EvaluationOnTrainingData>.Flags(
        Start + "using var train = DataLoader(data, 8, true); using var test = [|DataLoader(data, 8)|]; Train(train); Test(test);" + Methods,
        "'test' is evaluated on the data set that 'train' trains on, and nothing else is, so the score tells what the model remembers. Evaluate on examples that were held out.");

    [Fact]
    public Task One_part_for_both_is_named() => Verify<EvaluationOnTrainingData>.Flags(
        Vision + "using var train = DataLoader(datasets.MNIST(\"a\", true), 8, true); using var test = [|DataLoader(datasets.MNIST(\"a\", train: true), 8)|]; Fit(train); Score(test);",
        "'test' is evaluated on the training part of 'MNIST', as 'train' is trained on it, so the score tells what the model remembers. Evaluate on examples that were held out.");

    [Fact]
    public Task It_points_to_both_uses() => Verify<EvaluationOnTrainingData>.Points(
        Start + "using var loader = [|DataLoader(data, 8, true)|]; var same = loader; Train(loader); Test(same);" + Methods, "loader", "loader");

    [Theory]
    [InlineData("using var loader = [|DataLoader(data, 8, true)|]; foreach (var batch in loader) { " + Loss + ".backward(); optimizer.step(); } long right = 0; model.eval(); foreach (var batch in loader.Take(9)) right += model.call(batch[0]).argmax(1).eq(batch[1]).sum().item<long>();")]
    [InlineData("new Trainer(data, model, optimizer).Run(); class Trainer(TensorDataset data, Linear model, optim.Optimizer optimizer) { readonly IterableDataLoader _loader = [|DataLoader(data, 8, true)|]; double total; public void Run() { Train(_loader); Test(_loader); } " + Methods + " }")]
    [InlineData("Run(data); void Run(TensorDataset examples) { using var train = new IterableDataLoader(examples, 8, shuffle: true); IterableDataLoader test = [|new(examples, 8)|]; Train(train); Test(test); }" + Methods)]
    [InlineData("using var train = [|DataLoader(data, 8, true)|]; using var looked = DataLoader(other, 8); Train(train); Test(train); foreach (var batch in looked) Console.WriteLine(batch[0].shape[0]); Console.WriteLine(model.call(rand(1, 4)).argmax(1).item<long>());" + Methods)]
    public Task Training_examples_that_are_evaluated_are_flagged(string code) => Verify<EvaluationOnTrainingData>.Flags(Start + code);

    [Theory]
    [InlineData("using var train = DataLoader(data, 8, true); using var test = DataLoader(other, 8); Train(train); Test(test);")]
    [InlineData("using var train = DataLoader(data, 8, true); using var test = DataLoader(other, 8); Train(train); Test(train); Test(test);")]
    [InlineData("using var train = DataLoader(data, 8, true); using var test = DataLoader(other, 8); Train(train); Test(train); foreach (var batch in test) model.call(batch[0]).print();")]
    [InlineData("using var train = DataLoader(data, 8, true); var rest = new List<IterableDataLoader> { DataLoader(other, 8) }; Train(train); Test(train);")]
    [InlineData("using var train = DataLoader(data, 8, true); Train(train); Test(train); Console.WriteLine(mse_loss(model.call(rand(2, 4)), rand(2, 3)).item<float>());")]
    [InlineData("using var train = DataLoader(data, 8, true); Train(train);")]
    [InlineData("using var test = DataLoader(data, 8); Test(test);")]
    [InlineData("using var train = DataLoader(data, 8, shuffler: new long[] { 1, 2 }); using var test = DataLoader(data, 8, shuffler: new long[] { 3, 4 }); Train(train); Test(test);")]
    [InlineData("using var train = DataLoader(data, 8, shuffler: new long[] { 1, 2 }); using var test = DataLoader(data, 8); Train(train); Test(test);")]
    [InlineData("var any = data; if (args.Length > 0) any = other; using var train = DataLoader(any, 8, true); any = other; using var test = DataLoader(any, 8); Train(train); Test(test);")]
    [InlineData("using var train = DataLoader(data, 8, true); foreach (var batch in train) { var loss = " + Loss + "; total += loss.item<float>(); loss.backward(); optimizer.step(); } foreach (var batch in train) total += batch[0].sum().item<float>();")]
    [InlineData("void Run(IterableDataLoader loader, bool trains) { foreach (var batch in loader) { var loss = " + Loss + "; total += loss.item<float>(); if (trains) { loss.backward(); optimizer.step(); } } } using var train = DataLoader(data, 8, true); Run(train, true); Run(train, false);")]
    [InlineData("using var train = DataLoader(data, 8, true); using var test = new Mine(other); Train(train); Test(train); Test(test); ")]
    public Task What_is_held_out_or_not_certain_is_silent(string code) => Verify<EvaluationOnTrainingData>.Silent(Start + code + Methods + " class Mine(TensorDataset rows) : IterableDataLoader(rows, 8);");

    [Fact]
    public Task A_data_set_that_can_be_switched_is_silent() => Verify<EvaluationOnTrainingData>.Silent(Vision + """
        var rows = new Rows(); var train = DataLoader(rows, 8, true); var test = DataLoader(rows, 8);
        rows.IsTest = false; Fit(train); rows.IsTest = true; Score(test);
        class Rows : Dataset
        {
            public bool IsTest;
            public override long Count => 9;
            public override Dictionary<string, Tensor> GetTensor(long index) => new() { ["data"] = rand(4) * index, ["label"] = ones(1) };
        }
        """);

    [Theory]
    [InlineData("Fit(DataLoader(datasets.MNIST(\"a\", true), 8, true)); Score(DataLoader(datasets.MNIST(\"a\", false), 8));")]
    [InlineData("Fit(DataLoader(datasets.MNIST(\"a\", true), 8, true)); Score(DataLoader(datasets.CIFAR10(\"a\", true), 8));")]
    [InlineData("Fit(DataLoader(datasets.MNIST(\"a\", true), 8, true)); Score(DataLoader(datasets.MNIST(\"a\", args.Length > 0), 8));")]
    [InlineData("Fit(DataLoader(datasets.MNIST(\"a\", true), 8, shuffler: new long[] { 1 })); Score(DataLoader(datasets.MNIST(\"a\", true), 8, shuffler: new long[] { 2 }));")]
    [InlineData("Score(DataLoader(datasets.MNIST(\"a\", true), 8));")]
    [InlineData("Fit(DataLoader(datasets.MNIST(\"a\", true), 8, true)); Score(DataLoader(datasets.MNIST(\"a\", true), 8)); Score(DataLoader(datasets.MNIST(\"a\", false), 8));")]
    public Task Another_part_is_silent(string code) => Verify<EvaluationOnTrainingData>.Silent(Vision + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<EvaluationOnTrainingData>.SilentOnBroken(
        Start + "using var loader = DataLoader(data, ); Train(loader); Test(, loader);" + Methods);

    [Fact]
    public Task The_fix_asks_for_the_test_part() => Verify<EvaluationOnTrainingData>.Fixes(
        Vision + "var trainData = datasets.CIFAR10(\"a\", true); var testData = datasets.CIFAR10(\"a\", /* all */ true, download: true); Fit(DataLoader(trainData, 8, true)); Score([|DataLoader(testData, 8)|]);",
        Vision + "var trainData = datasets.CIFAR10(\"a\", true); var testData = datasets.CIFAR10(\"a\", /* all */ false, download: true); Fit(DataLoader(trainData, 8, true)); Score(DataLoader(testData, 8));");

    [Fact]
    public Task No_fix_is_offered_where_nobody_knows_other_examples() => Verify<EvaluationOnTrainingData>.HasNoFix(
        Start + "using var loader = [|DataLoader(data, 8, true)|]; Train(loader); Test(loader);" + Methods);
}
