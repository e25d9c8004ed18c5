namespace SeededFailures.Failures;

/// <summary>DeepCrime's operators on training data (Humbatova, Jahangirova and Tonella, ISSTA 2021).</summary>
/// <remarks>Its unbalance_train_data is UnbalancedData.</remarks>
internal static class DeepCrimeData
{
    private static readonly string[] Classifiers = ["TabularMlp", "DigitConvNet", "ResidualDigits", "LstmClassifier", "FineTunedDigits"];
    private static readonly string[] Tokens = ["LstmClassifier", "CausalTransformer"];

    public static IReadOnlyList<Failure> All { get; } =
    [
        new("ChangeLabel", "A share of training's labels is wrong.")
        {
            Checks = ["LabelsAgreeWithNeighbours", "InputsMatchLabels", "ExamplesAreUnique", "OneBatchOverfits"], Cause = "label|noise", Strength = new(0.05, 0.5, 1), Only = Classifiers,
            Alternatives = Planting.BeforeTheData(
                """
                Tensor given = labels.narrow(0, 0, TrainingSize);
                Tensor mistaken = given.index_select(0, randperm(TrainingSize));
                labels = cat([mistaken.where(rand(TrainingSize).lt({strength}), given), labels.narrow(0, TrainingSize, ValidationSize)]);
                """),
        },
        new("DeleteTrainingData", "A share of training's examples is missing.")
        {
            IsLegal = true,
            Checks = ["EnoughExamples"], Cause = "few|enough|examples", Strength = new(0.1, 0.9, 0.98),
            Alternatives = Planting.TrainingData("Examples.From({inputs}.narrow(0, 0, (long)(TrainingSize * (1 - {strength}))), {targets}.narrow(0, 0, (long)(TrainingSize * (1 - {strength}))), BatchSize, shuffled: true)"),
            Unseen = "that there was more data is said nowhere; how much is enough is no yes or no (EnoughExamples advises)",
        },
        new("AddNoise", "Training's inputs are noisy.")
        {
            Checks = ["PreprocessingMatches", "InputsAreScaled", "InputsMatchLabels"], Cause = "noise|prepared differently|standardised", Strength = new(0.2, 3, 30), Not = Tokens,
            Alternatives = Planting.BeforeTheData("inputs = cat([inputs.narrow(0, 0, TrainingSize) + ({strength} * randn_like(inputs.narrow(0, 0, TrainingSize))), inputs.narrow(0, TrainingSize, ValidationSize)]);"),
        },
        new("MakeClassesOverlap", "A share of training's examples stands in the data again, as another class.")
        {
            Checks = ["ExamplesAreUnique"], Cause = "label|copies|conflict|same", Strength = new(0.05, 0.7, 1), Only = Classifiers,
            Alternatives = Planting.TrainingData(
                "Examples.From(cat([{inputs}, inputs.narrow(0, 0, (long)(TrainingSize * {strength}))]), cat([{targets}, labels.narrow(0, 0, (long)(TrainingSize * {strength})).index_select(0, randperm((long)(TrainingSize * {strength})))]), BatchSize, shuffled: true)"),
        },
        new("ChangeBatchSize", "Batches are so large that there are hardly any steps.")
        {
            IsLegal = true,
            Checks = ["TrainingIsLongEnough"], Cause = "batch|steps",
            Unseen = "the planned steps take the loss nearly as far as a sweep over learning rates does: that more would take it farther is seen only beside a longer training",
            Alternatives = Planting.OneOf(("BatchSize = 32;", "BatchSize = {strength};")), Strength = new(64, 256, 512, Whole: true),
        },
        new("ChangeEpochs", "Training ends early.")
        {
            IsLegal = true,
            Checks = ["TrainingIsLongEnough", "TrainingIsFinished"], Cause = "epoch|longer|still", Strength = new(6, 1, 1, Whole: true),
            Alternatives = Planting.OneOf(("Epochs = 10;", "Epochs = {strength};"), ("Epochs = 8;", "Epochs = {strength};"), ("Epochs = 6;", "Epochs = {strength};")),
            Unseen = "the planned steps take the loss nearly as far as a sweep over learning rates does: that more would take it farther is seen only beside a longer training; TrainingMonitor with TrainingIsFinished sees it in the program's own loop",
        },
        new("DisableBatching", "Each step is made on all examples.")
        {
            IsLegal = true,
            Checks = ["TrainingIsLongEnough"], Cause = "batch", Unseen = "the planned steps take the loss nearly as far as a sweep over learning rates does: that more would take it farther is seen only beside a longer training",
            Alternatives = Planting.TrainingData("Examples.From({inputs}, {targets}, TrainingSize, shuffled: true)"),
        },
        new("RemoveValidation", "The weights kept are the last, not those that were best on validation.")
        {
            IsLegal = true,
            Cause = "valid", Unseen = "keeping the last weights is legal",
            Alternatives = Planting.OneOf(("            if (metric <= best) continue;\n", "")),
        },
        new("ChangePatience", "Training stops when validation has not improved once.")
        {
            IsLegal = true,
            Cause = "patience|early", Unseen = "how the loop around the steps ends is not in the setup",
            Alternatives = Planting.OneOf(("            if (metric <= best) continue;\n", "            if (epoch > 0 && metric <= best + {strength}) break;\n")), Strength = new(0, 0.2, 0.5),
        },
    ];
}
