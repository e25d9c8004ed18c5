namespace SeededFailures.Failures;

/// <summary>Training and evaluation taken for each other.</summary>
internal static class PyTorchModes
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("NoGradLeftOn", "The grad mode of evaluation is never given back.")
        {
            Rules = ["TG2003"], Checks = ["EvaluationIsRepeatable"], Cause = "no_grad|TG2003|grad mode",
            Alternatives = Planting.OneOf(("using IDisposable gradients = no_grad();", "no_grad();")),
        },
        new("EvalMissing", "The model is evaluated in training mode.")
        {
            Rules = ["TG2001"], Checks = ["EvaluationIsRepeatable"], Cause = "eval\\(\\)|TG2001|training mode",
            Alternatives = Planting.OneOf(("        model.eval();\n", "")), Not = ["RegressionNet", "DenseAutoencoder", "LstmClassifier", "FineTunedDigits"],
        },
        new("TrainNotRestored", "After the first evaluation training goes on in evaluation mode.")
        {
            Rules = ["TG2002"], Checks = ["EvaluationIsRepeatable"], Cause = "train\\(\\)|TG2002|evaluation mode",
            Alternatives = Planting.OneOf(("            model.train();\n", "")), Not = ["RegressionNet", "DenseAutoencoder", "LstmClassifier", "FineTunedDigits"],
        },
        new("MomentumOfOne", "Batch normalisation remembers the last batch alone.")
        {
            Checks = ["TrainEvalGap"], Cause = "momentum", Where = "norm",
            Alternatives = Planting.OneOf(
                ("norm2 = BatchNorm2d(16);", "norm2 = BatchNorm2d(16, momentum: 1.0);"),
                ("norm = BatchNorm2d(8);", "norm = BatchNorm2d(8, momentum: 1.0);")),
        },
        new("ReseededEachStep", "The generator is seeded in each step: every batch draws the same dropout, every epoch the same order.")
        {
            Rules = ["TG5005"], Checks = ["SeedReproduces"], Cause = "seed once|TG5005|set to a fixed state",
            Alternatives = Planting.OneOf(("        optimizer.zero_grad();\n", "        manual_seed(0);\n        optimizer.zero_grad();\n")),
        },
        new("TensorsLeaked", "Every loss is kept with its graph.")
        {
            Rules = ["TG1007"], Checks = ["MemoryIsFlat"], Cause = "live tensors|graph|TG1007|TG2008",
            Alternatives =
            [
                [new("        loss.backward();\n", "        History.Add(loss.DetachFromDisposeScope());\n        loss.backward();\n"), new("    private static double Step(", "    private static readonly List<Tensor> History = [];\n\n    private static double Step(")],
            ],
        },
    ];
}
