namespace SeededFailures.Failures;

/// <summary>TheDeepChecker's kinds of bugs (Ben Braiek and Khomh, 2023) that no other list has already.</summary>
/// <remarks>Its missing_normalization, redundant_softmax, wrong_labels, wrong_loss_function and wrong_softmax_impl are NeverScaled, SoftmaxInTheModel, InputsShuffledAlone, SumForMean and SoftmaxOverTheBatch.</remarks>
internal static class DeepCheckerKinds
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("DoubleNormalization", "Inputs are normalised, and again by the statistics that they had before.")
        {
            Checks = ["InputsAreScaled"], Cause = "twice|not standardised|normalis",
            Alternatives = Planting.OneOf(("Tensor inputs = (pixels - mean) / deviation;", "Tensor inputs = (((pixels - mean) / deviation) - mean) / deviation;"), ("Tensor inputs = (measured - mean) / deviation;", "Tensor inputs = (((measured - mean) / deviation) - mean) / deviation;")),
        },
        new("FlippedSign", "The optimizer goes up the gradient.")
        {
            Checks = ["GradientDescends", "TrainingLossFalls"], Cause = "goes up|ascen|maximi",
            Alternatives = Planting.OneOf(
                ("weight_decay: 1e-2);\n", "weight_decay: 1e-2, maximize: true);\n"), ("weight_decay: 1e-4);\n", "weight_decay: 1e-4, maximize: true);\n"), ("lr: 1e-2);\n", "lr: 1e-2, maximize: true);\n"), ("lr: 5e-3);\n", "lr: 5e-3, maximize: true);\n")),
        },
        new("HighRate", "The learning rate is too high.")
        {
            Rules = ["TG8006"], Checks = ["LearningRateIsInRange", "UpdatesAreProportionate", "StaysFinite"], Cause = "learning rate", Strength = new(0.01, 0.3, 10),
            Alternatives = Planting.OneOf(Rate("lr: 5e-3", "lr: {strength}"), Rate("lr: 1e-2", "lr: {strength}"), Rate("learningRate: 0.05", "learningRate: {strength}")),
        },
        new("LowRate", "The learning rate is too low.")
        {
            Checks = ["LearningRateIsInRange", "TrainingLossFalls", "InputMatters"], Cause = "learning rate", Strength = new(1e-2, 1e-5, 1e-7),
            Alternatives = Planting.OneOf(Rate("lr: 5e-3", "lr: {strength}"), Rate("lr: 1e-2", "lr: {strength}"), Rate("learningRate: 0.05", "learningRate: {strength}")),
        },
        new("AdamEpsilon", "Adam's epsilon is as large as its gradients.")
        {
            Checks = ["UpdatesAreProportionate", "LearningRateIsInRange", "TrainingLossFalls"], Cause = "\\beps|learning rate", Strength = new(1e-4, 1, 1e4),
            Alternatives = Planting.OneOf(Rate("lr: 5e-3", "lr: 5e-3, eps: {strength}"), Rate("lr: 1e-2", "lr: 1e-2, eps: {strength}")),
        },
        new("LowAdamEpsilon", "Adam divides by the root of a variance that may be 0.")
        {
            Checks = ["StaysFinite", "UpdatesAreProportionate"], Cause = "\\beps|infinite|NaN",
            Alternatives = Planting.OneOf(Rate("lr: 5e-3", "lr: 5e-3, eps: 0"), Rate("lr: 1e-2", "lr: 1e-2, eps: 0")),
        },
        new("MissingBatchNorm", "Batch normalisation is left out.")
        {
            IsLegal = true,
            Cause = "norm", Unseen = "a net without a normalisation that it could have is a sound net; that it learns more slowly is seen only beside its twin",
            Alternatives = Planting.OneOf(("relu(norm2.call(conv2.call(features)))", "relu(conv2.call(features))"), ("conv2.call(relu(norm2.call(change)))", "conv2.call(relu(change))")),
            Rules = ["TG3011"],
        },
        new("MissingRegularization", "Weight decay and dropout are left out.")
        {
            IsLegal = true,
            Cause = "decay|dropout", Unseen = "a training without a regularisation is a sound training",
            Alternatives =
            [
                [new(", weight_decay: 1e-2)", ")"), new("Dropout(0.1)", "Dropout(0)")],
                [new(", weight_decay: 1e-2)", ")")],
                [new(", weight_decay: 1e-4)", ")")],
            ],
        },
        new("OverRegularization", "Weight decay outweighs the data.")
        {
            Checks = ["WeightsStayHealthy", "InputMatters", "TrainingLossFalls", "OneBatchOverfits"], Cause = "decay|regulari", Strength = new(0.01, 10, 200),
            Alternatives = Planting.OneOf(("weight_decay: 1e-2)", "weight_decay: {strength})"), ("weight_decay: 1e-4)", "weight_decay: {strength})"), ("=> Adam(model.parameters(), lr: 1e-2)", "=> Adam(model.parameters(), lr: 1e-2, weight_decay: {strength})"),
                ("requires_grad), lr: 5e-3)", "requires_grad), lr: 5e-3, weight_decay: {strength})")),
        },
        new("OverScaledOutputs", "Targets are a thousand times what outputs are.")
        {
            Checks = ["InputsAreScaled", "InitialLossIsExpected", "FinalBiasMatchesPrior", "TargetsAreValid"], Cause = "scale|targets", Not = ["LstmClassifier", "CausalTransformer"],
            Alternatives = [[new("randn(Count))).unsqueeze(1);", "randn(Count))).unsqueeze(1) * 1000;")], [new("Tensor inputs = points.clone();", "Tensor inputs = points.clone();\n        points = points * 1000;")]],
        },
        new("UnbalancedData", "Most training examples of all classes but one are missing.")
        {
            Unseen = "each class has ten examples and more: how unequal classes may be is a matter of the task, and is noted",
            Checks = ["LabelsAreBalanced"], Cause = "class|balanc|frequen", Strength = new(0.1, 0.9, 1), Only = ["TabularMlp", "DigitConvNet", "ResidualDigits", "LstmClassifier", "FineTunedDigits"],
            Alternatives =
            [
                .. Planting.BeforeTheData("Tensor kept = nonzero(labels.narrow(0, 0, TrainingSize).eq(0).logical_or(rand(TrainingSize).ge({strength}))).view(-1);")
                    .Select(edits => (IReadOnlyList<Sources.Edit>)[.. edits, .. Planting.TrainingData("Examples.From({inputs}.index_select(0, kept), {targets}.index_select(0, kept), BatchSize, shuffled: true)")[0]]),
            ],
        },
        new("WrongActivation", "Hidden layers saturate.")
        {
            Unseen = "the layer before it puts out so little that less than a tenth of what the activation takes lies where it saturates",
            Checks = ["ActivationsAreNotSaturated", "SignalPropagates", "ReluUnitsFire"], Cause = "saturat|activation|sigmoid|tanh",
            Alternatives = Planting.OneOf(
                ("relu(second.call(hidden))", "functional.sigmoid(20 * second.call(hidden))"), ("tanh(second.call(code.call(hidden)))", "functional.sigmoid(20 * second.call(code.call(hidden)))"), ("relu(norm2.call(conv2.call(features)))", "functional.sigmoid(20 * norm2.call(conv2.call(features)))"),
                ("features = relu(norm.call(features));", "features = functional.sigmoid(20 * norm.call(features));"), ("relu(expand.call(states))", "functional.sigmoid(20 * expand.call(states))"), ("relu(hidden.call(features))", "functional.sigmoid(20 * hidden.call(features))")),
        },
        new("WrongAugmentation", "Augmentation drowns the images in noise.")
        {
            Checks = ["AugmentationKeepsLabels", "PreprocessingMatches", "InputsMatchLabels"], Cause = "augment|scale|noise", Strength = new(0.3, 3, 20),
            Alternatives = Planting.OneOf(("(0.2 * randn_like(images))", "({strength} * randn_like(images))")),
        },
        new("ConstantWeights", "All weights of a layer begin alike.")
        {
            Rules = ["TG3009"], Checks = ["WeightsAreAsymmetric"], Cause = "identical|symmetr|same|alike", Where = "second|conv2|recurrent|expand|hidden|code|stem",
            Alternatives = Begun("init.constant_({0}.weight, 0.1)"),
        },
        new("RandomWeights", "Weights begin from a normal distribution of deviation 1.")
        {
            Checks = ["SignalPropagates", "InitialPredictionsAreUncertain", "InitialLossIsExpected"], Cause = "weight|initiali|scale|larg", Where = "head|second|conv2|stem|expand|hidden|code", Strength = new(0.1, 2, 30),
            Alternatives = Begun("init.normal_({0}.weight, 0, {strength})"),
        },
        new("SquaredErrorForClasses", "Classes are learnt by the squared error of their softmax.")
        {
            Checks = ["InitialLossIsExpected"], Cause = "squared|mse|softmax|\\(C",
            Alternatives = Planting.ClassLoss("mse_loss(softmax({logits}, 1), one_hot({labels}, {logits}.shape[1]).to(ScalarType.Float32))"), Not = ["CausalTransformer"],
        },
        new("MissingSoftmax", "Attention's weights are scores as they are.")
        {
            Checks = ["TimeIsCausal", "SignalPropagates"], Cause = "softmax", Where = "attention", Flatters = true,
            Alternatives = Planting.OneOf(("Tensor weights = softmax(scores, -1);", "Tensor weights = scores;")),
        },
        new("AttentionOverTheBatch", "Attention's softmax runs over the examples.")
        {
            Rules = ["TG6004"], Checks = ["ExamplesAreIsolated"], Cause = "over the batch|attention|TG6004", Where = "attention",
            Alternatives = Planting.OneOf(("Tensor weights = softmax(scores, -1);", "Tensor weights = softmax(scores, 0);")),
        },
    ];

    private static (string, string) Rate(string find, string replace) => (find, replace);

    // After registration, so that the layers are the model's.
    private static IReadOnlyList<IReadOnlyList<Sources.Edit>> Begun(string start)
    {
        string Of(string net, string layer) => $"base(nameof({net}))\n    {{\n        RegisterComponents();\n        {start.Replace("{0}", layer, StringComparison.Ordinal)};\n    }}";
        return Planting.OneOf(
            ("base(nameof(TabularNet)) => RegisterComponents();", Of("TabularNet", "second")),
            ("base(nameof(ConvNet)) => RegisterComponents();", Of("ConvNet", "conv2")),
            ("base(nameof(ResidualNet)) => RegisterComponents();", Of("ResidualNet", "stem")),
            ("base(nameof(TokenModel)) => RegisterComponents();", Of("TokenModel", "expand")),
            ("base(nameof(RegressionMlp)) => RegisterComponents();", Of("RegressionMlp", "second")),
            ("base(nameof(Autoencoder)) => RegisterComponents();", Of("Autoencoder", "code")),
            ("        RegisterComponents();\n        using (no_grad())", $"        RegisterComponents();\n        {start.Replace("{0}", "hidden", StringComparison.Ordinal)};\n        using (no_grad())"));
    }
}
