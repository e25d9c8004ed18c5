using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class AugmentedEvaluationTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.utils.data;
        using static TorchSharp.torchvision;
        var model = nn.Linear(4, 3);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        double total = 0;
        void Train(TorchSharp.Modules.DataLoader batches) { foreach (var batch in batches) { cross_entropy(model.call(batch["x"]), batch["y"]).backward(); optimizer.step(); } }
        void Test(TorchSharp.Modules.DataLoader batches) { foreach (var batch in batches) total += cross_entropy(model.call(batch["x"]), batch["y"]).item<float>(); }

        """;

    private const string Rows = " class Rows(string path, ITransform? transform = null, bool isTraining = false) : Dataset { public override long Count => path.Length; public override Dictionary<string, Tensor> GetTensor(long index) { var x = rand(4) * index; ";
    private const string End = " return new() { [\"x\"] = x, [\"y\"] = ones(1) }; } }";
    private const string Plain = Rows + "if (transform is not null) x = transform.call(x);" + End;

    [Fact]
    public Task The_message_names_loader_and_transform() => Verify<AugmentedEvaluation>.Flags(
        Start + "using var test = [|DataLoader(datasets.CIFAR10(\"a\", false, target_transform: transforms.RandomHorizontalFlip()), 8)|]; Test(test);",
        "'test' is evaluated on examples that 'RandomHorizontalFlip' changes at random, so the score differs each time and is not that of the examples themselves. "
            + "Leave 'RandomHorizontalFlip' to training.");

    [Fact]
    public Task It_points_to_the_transform_and_the_evaluation() => Verify<AugmentedEvaluation>.Points(
        Start + "using var test = [|DataLoader(datasets.CIFAR10(\"a\", false, false, transforms.ColorJitter(0.2f)), 8)|]; Test(test);", "transforms.ColorJitter(0.2f)", "test");

    [Theory]
    [InlineData("var both = transforms.Compose(transforms.Normalize([0], [1]), transforms.RandomResizedCrop(24)); Train(DataLoader(new Rows(\"train\", both), 8, true)); Test([|DataLoader(new Rows(\"test\", both), 8)|]);" + Plain)]
    [InlineData("Test([|DataLoader(new Rows(\"test\", Make()), 8)|]); ITransform Make() { var flip = transforms.RandomHorizontalFlip(); return transforms.Compose([flip, transforms.Resize(8, 8)]); }" + Plain)]
    [InlineData("Run(transforms.RandomHorizontalFlip()); void Run(ITransform any) { var rows = new Rows(\"test\", any); using var test = [|DataLoader(rows, 8)|]; Test(test); }" + Rows + "x = transform?.call(x) ?? x;" + End)]
    [InlineData("Test([|DataLoader(new Own(transforms.RandomHorizontalFlip()), 8)|]); class Own : Dataset { readonly ITransform _transform; public Own(ITransform transform) => _transform = transform; public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) { var x = rand(4) * index; return new() { [\"x\"] = _transform.call(x), [\"y\"] = ones(1) }; } }")]
    public Task A_random_transform_in_an_evaluation_is_flagged(string code) => Verify<AugmentedEvaluation>.Flags(Start + code);

    [Theory]
    [InlineData("Test(DataLoader(new Rows(\"test\", transforms.Normalize([0], [1])), 8)); Train(DataLoader(new Rows(\"train\", transforms.RandomHorizontalFlip()), 8, true));" + Plain)]
    [InlineData("Test(DataLoader(new Rows(\"test\"), 8));" + Plain)]
    [InlineData("Test(DataLoader(new Rows(\"test\", transforms.RandomHorizontalFlip(p: 0)), 8));" + Plain)]
    [InlineData("Test(DataLoader(new Rows(\"test\", transforms.RandomHorizontalFlip()), 8));" + Rows + "if (isTraining) x = transform!.call(x);" + End)]
    [InlineData("Test(DataLoader(new Rows(\"test\", transforms.RandomHorizontalFlip(), false), 8));" + Rows + "x = transform is null || !isTraining ? x : transform.call(x);" + End)]
    [InlineData("Test(DataLoader(new Rows(\"test\", transforms.RandomHorizontalFlip()), 8));" + Rows + "Console.WriteLine(transform);" + End)]
    [InlineData("Test(DataLoader(new Rows(\"test\", args.Length > 0 ? transforms.RandomHorizontalFlip() : null), 8));" + Plain)]
    [InlineData("using var ttaLoader = DataLoader(new Rows(\"test\", transforms.RandomHorizontalFlip()), 8); Test(ttaLoader);" + Plain)]
    [InlineData("using var both = DataLoader(new Rows(\"a\", transforms.RandomHorizontalFlip()), 8, true); Train(both); Test(both);" + Plain)]
    [InlineData("using var rows = DataLoader(new Rows(\"a\", transforms.RandomHorizontalFlip()), 8); foreach (var batch in rows) Console.WriteLine(batch.Count);" + Plain)]
    [InlineData("Test(DataLoader(new Rows(\"test\", new Mine()), 8)); class Mine : ITransform { public Tensor call(Tensor x) => x; public static ITransform RandomHorizontalFlip() => new Mine(); }" + Plain)]
    public Task What_is_not_random_or_not_an_evaluation_is_silent(string code) => Verify<AugmentedEvaluation>.Silent(Start + code);

    [Fact]
    public Task Without_torchvision_a_name_says_nothing() => Verify<AugmentedEvaluation>.Silent("""
        using static TorchSharp.torch.utils.data;
        var model = nn.Linear(4, 1);
        foreach (var batch in DataLoader(TensorDataset(transforms.RandomHorizontalFlip(rand(8, 4)), rand(8, 1)), 4))
        {
            Console.WriteLine(nn.functional.mse_loss(model.call(batch[0]), batch[1]).item<float>());
        }
        static class transforms { public static Tensor RandomHorizontalFlip(Tensor x) => x; }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<AugmentedEvaluation>.SilentOnBroken(
        Start + "using var test = DataLoader(datasets.CIFAR10(\"a\", false, target_transform: transforms.RandomHorizontalFlip(), 8); Test(test);");
}
