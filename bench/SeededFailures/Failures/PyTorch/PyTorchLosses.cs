namespace SeededFailures.Failures;

/// <summary>A loss that is given what it does not expect.</summary>
internal static class PyTorchLosses
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("SoftmaxInTheModel", "The model ends in a softmax, and cross entropy takes another.")
        {
            Rules = ["TG4001"], Checks = ["InitialLossIsExpected", "OneBatchOverfits"], Cause = "softmax",
            Alternatives = Planting.OneOf(("return head.call(hidden);", "return softmax(head.call(hidden), 1);"), ("return head.call(features.flatten(1));", "return softmax(head.call(features.flatten(1)), 1);"),
                ("return head.call(mean);", "return softmax(head.call(mean), 1);"), ("return head.call(states);", "return softmax(head.call(states), -1);"), ("return head.call(relu(hidden.call(features)));", "return softmax(head.call(relu(hidden.call(features))), 1);")),
            Not = ["RegressionNet", "DenseAutoencoder"],
        },
        new("SoftmaxOverTheBatch", "The softmax runs over the examples.")
        {
            Rules = ["TG6004"], Checks = ["InitialLossIsExpected", "LossIsMeanOverExamples"], Cause = "over the batch|TG6004",
            Alternatives = Planting.ClassLoss("nll_loss(log_softmax({logits}, 0), {labels})"),
        },
        new("NllOnLogits", "The negative log likelihood is given logits.")
        {
            Rules = ["TG4002"], Checks = ["InitialLossIsExpected"], Cause = "log_softmax|logits|TG4002|log-prob|log prob",
            Alternatives = Planting.ClassLoss("nll_loss({logits}, {labels})"),
        },
        new("NllOnProbabilities", "The negative log likelihood is given probabilities.")
        {
            Rules = ["TG4002"], Checks = ["InitialLossIsExpected"], Cause = "log_softmax|probabilit|TG4002",
            Alternatives = Planting.ClassLoss("nll_loss(softmax({logits}, 1), {labels})"),
        },
        new("SumForMean", "The loss is a sum over the batch.")
        {
            Rules = ["TG4008"], Checks = ["LossIsMeanOverExamples", "InitialLossIsExpected"], Cause = "sum over|TG4008",
            Alternatives = [.. Planting.ClassLoss("cross_entropy({logits}, {labels}, reduction: Reduction.Sum)"), .. Planting.NumberLoss("mse_loss({output}, {values}, Reduction.Sum)")],
        },
        new("BroadcastLoss", "Predictions [n, 1] are compared with values [n]: with all of them.")
        {
            Rules = ["TG4006"], Checks = ["LossIsMeanOverExamples"], Cause = "broadcast|TG4006",
            Alternatives = Planting.OneOf(("(curve + (0.1 * randn(Count))).unsqueeze(1);", "curve + (0.1 * randn(Count));")),
        },
        new("AClassIgnored", "The loss ignores a class.")
        {
            Checks = ["LossIsMeanOverExamples", "TargetsAreValid", "InitialLossIsExpected"], Cause = "ignore",
            Alternatives = Planting.ClassLoss("cross_entropy({logits}, {labels}, ignore_index: 1)"),
        },
        new("AccumulationUndivided", "Gradients of two halves are added up and not halved.")
        {
            Rules = ["TG1009"], Checks = ["AccumulationMatchesFullBatch"], Cause = "divi|accumul",
            Alternatives = Planting.OneOf(("partLabels) / 2;", "partLabels);")),
        },
        new("MeanOfMeans", "The metric is the mean of the batches' means, whose last is smaller.")
        {
            Checks = ["EvaluationCoversEverything"], Cause = "mean over the batches|mean of",
            Alternatives =
            [
                [new("long right = 0, total = 0;", "double right = 0, total = 0;"), new(".argmax(1).eq(labels).sum().item<long>();", ".argmax(1).eq(labels).to(ScalarType.Float32).mean().item<float>();"), new("total += labels.shape[0];", "total++;")],
            ],
        },
        new("LastBatchAlone", "The metric is that of the last batch.")
        {
            Checks = ["EvaluationCoversEverything"], Cause = "last batch",
            Alternatives = [[new("right += model", "right = model"), new("total += labels", "total = labels")]],
        },
    ];
}
