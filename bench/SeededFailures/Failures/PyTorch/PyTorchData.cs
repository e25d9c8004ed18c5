namespace SeededFailures.Failures;

/// <summary>Data that is not what the program takes it for.</summary>
internal static class PyTorchData
{
    private static readonly string[] Classifiers = ["TabularMlp", "DigitConvNet", "ResidualDigits", "LstmClassifier", "FineTunedDigits"];

    public static IReadOnlyList<Failure> All { get; } =
    [
        new("InputsShuffledAlone", "Training's inputs are shuffled without their targets.")
        {
            Checks = ["InputsMatchLabels", "InputMatters"], Cause = "labels|shuffl|pair|do not belong|not matched",
            Alternatives = Planting.BeforeTheData("inputs = cat([inputs.narrow(0, 0, TrainingSize).index_select(0, randperm(TrainingSize)), inputs.narrow(0, TrainingSize, ValidationSize)]);"),
        },
        new("Unshuffled", "Training goes through examples in the order of their classes.")
        {
            Rules = ["TG5001"], Checks = ["BatchesAreShuffled"], Cause = "sorted|not shuffled|TG5001",
            Only = Classifiers,
            Alternatives =
            [
                .. Planting.BeforeTheData("Tensor sorted = cat([labels.narrow(0, 0, TrainingSize).argsort(), arange(TrainingSize, Count)]);\n(inputs, labels) = (inputs.index_select(0, sorted), labels.index_select(0, sorted));")
                    .Select(edits => new[] { edits[1], new("BatchSize, shuffled: true)", "BatchSize)") }),
            ],
        },
        new("ValidationAugmented", "Validation is augmented as training is, and more.")
        {
            Rules = ["TG5008"], Checks = ["AugmentationIsDiverse", "PreprocessingMatches", "EvaluationIsRepeatable"], Cause = "augment|random|TG5008", Strength = new(0.05, 1, 4),
            Alternatives =
            [
                [
                    new("batch.Targets)),\n            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), labels.narrow(0, TrainingSize, ValidationSize), BatchSize));",
                        "batch.Targets)),\n            Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), labels.narrow(0, TrainingSize, ValidationSize), BatchSize).Augmented(batch => new Batch(batch.Inputs[0] + ({strength} * randn_like(batch.Inputs[0])), batch.Targets)));"),
                ],
            ],
        },
        new("TrainingInValidation", "A part of validation is training data.")
        {
            Checks = ["SplitsAreDisjoint"], Cause = "copies were split|in the training", Flatters = true,
            Alternatives = Planting.ValidationData("Examples.From(inputs.narrow(0, TrainingSize - 100, ValidationSize), {name}.narrow(0, TrainingSize - 100, ValidationSize), BatchSize)"),
        },
        new("StatisticsOfValidation", "Inputs are normalised by the statistics of validation.")
        {
            IsLegal = true,
            Rules = ["TG5004"], Cause = "validation|statistic", Flatters = true, Unseen = "the statistics of two halves of one distribution are the same but for noise: nothing differs that could be seen",
            Alternatives = Planting.OneOf(
                ("Tensor trained = pixels.narrow(0, 0, TrainingSize);", "Tensor trained = pixels.narrow(0, TrainingSize, ValidationSize);")),
        },
        new("ValidationNotNormalised", "Validation is not normalised as training is.")
        {
            Checks = ["PreprocessingMatches"], Cause = "those of the validation|prepared differently|normalis|standardis",
            Alternatives =
            [
                [new("(Tensor pixels, Tensor labels) =", "(Tensor pixels, Tensor labels) ="), new("Examples.From(inputs.narrow(0, TrainingSize, ValidationSize),", "Examples.From(pixels.narrow(0, TrainingSize, ValidationSize) / 255,")],
                [new("Tensor measured =", "Tensor measured ="), new("Examples.From(inputs.narrow(0, TrainingSize, ValidationSize),", "Examples.From(measured.narrow(0, TrainingSize, ValidationSize) / 255,")],
            ],
        },
        new("DividedTwice", "Pixels are divided by 255 twice.")
        {
            Checks = ["InputsAreScaled"], Cause = "255 twice|divided.*twice|not standardised",
            Alternatives = Planting.OneOf(("Tensor inputs = (pixels - mean) / deviation;", "Tensor inputs = pixels / 255 / 255;"), ("Tensor inputs = (measured - mean) / deviation;", "Tensor inputs = measured / 255 / 255;")),
        },
        new("NeverScaled", "Inputs go into the net as they were measured.")
        {
            Checks = ["InputsAreScaled"], Cause = "not standardised|never|scale|0 to 255|divide",
            Alternatives = Planting.OneOf(("Tensor inputs = (pixels - mean) / deviation;", "Tensor inputs = pixels;"), ("Tensor inputs = (measured - mean) / deviation;", "Tensor inputs = measured;")),
        },
        new("SchedulePerBatch", "A schedule of epochs is stepped after each batch.")
        {
            Rules = ["TG8003"], Checks = ["LearningRateLastsThrough"], Cause = "epoch|T_max|schedul",
            Alternatives =
            [
                [
                    new("batch.Targets);\n            }\n            schedule.step();\n", "batch.Targets);\n                schedule.step();\n            }\n"),
                    new("ScheduledBy = ScheduleUnit.Epoch", "ScheduledBy = ScheduleUnit.Batch"),
                ],
            ],
        },
    ];
}
