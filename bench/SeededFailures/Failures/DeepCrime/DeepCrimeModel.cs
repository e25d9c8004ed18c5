namespace SeededFailures.Failures;

/// <summary>DeepCrime's operators on models, losses and optimizers.</summary>
/// <remarks>Its change_learning_rate is HighRate and LowRate, change_gradient_clip ClippedToNothing, change_weights_initialisation ConstantWeights and RandomWeights, add_weights_regularisation OverRegularization.</remarks>
internal static class DeepCrimeModel
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("ChangeActivation", "Hidden layers have another activation.")
        {
            IsLegal = true,
            Checks = ["ActivationsAreNotSaturated", "SignalPropagates"], Cause = "activation|sigmoid|saturat|signal", Where = "second|conv|first|hidden",
            Alternatives = Planting.OneOf(
                ("relu(first.call(inputs))", "functional.sigmoid(first.call(inputs))"), ("tanh(first.call(inputs))", "hardsigmoid(first.call(inputs))"), ("relu(norm1.call(conv1.call(images)))", "functional.sigmoid(norm1.call(conv1.call(images)))"),
                ("conv2.call(relu(norm2.call(change)))", "conv2.call(functional.sigmoid(norm2.call(change)))"), ("relu(expand.call(states))", "functional.sigmoid(expand.call(states))"), ("relu(hidden.call(features))", "functional.sigmoid(hidden.call(features))")),
            Unseen = "sigmoid in a hidden layer is legal, and its net learns more slowly",
        },
        new("RemoveActivation", "A hidden layer has no activation.")
        {
            IsLegal = true,
            Rules = ["TG3008"], Cause = "activation|nonlinear",
            Alternatives = Planting.OneOf(
                ("Tensor hidden = relu(first.call(inputs));", "Tensor hidden = first.call(inputs);"), ("Tensor hidden = tanh(first.call(inputs));", "Tensor hidden = first.call(inputs);"), ("relu(norm1.call(conv1.call(images)))", "norm1.call(conv1.call(images))"),
                ("conv2.call(relu(norm2.call(change)))", "conv2.call(norm2.call(change))"), ("relu(expand.call(states))", "expand.call(states)"), ("head.call(relu(hidden.call(features)))", "head.call(hidden.call(features))")),
            Unseen = "what a linear layer too many costs is capacity: no check compares a net with one of its own that has more of it, unless CapacityHelps is given one",
        },
        new("AddActivation", "The output goes through an activation.")
        {
            Rules = ["TG3007"], Checks = ["OneBatchOverfits", "ReluUnitsFire", "InitialLossIsExpected"], Cause = "relu|TG3007", Where = "head",
            Alternatives = Planting.OneOf(
                ("return head.call(hidden);", "return relu(head.call(hidden));"), ("return head.call(features.flatten(1));", "return relu(head.call(features.flatten(1)));"), ("return head.call(mean);", "return relu(head.call(mean));"),
                ("return head.call(states);", "return relu(head.call(states));"), ("return head.call(relu(hidden.call(features)));", "return relu(head.call(relu(hidden.call(features))));")),
        },
        new("AddBias", "A layer before a normalisation has a bias.")
        {
            Rules = ["TG3010"], Cause = "bias",
            Alternatives = Planting.OneOf(("conv2 = Conv2d(8, 16, 3, padding: 1, bias: false);", "conv2 = Conv2d(8, 16, 3, padding: 1);")),
        },
        new("RemoveBias", "Layers have no bias.")
        {
            IsLegal = true,
            Rules = ["TG3013"], Cause = "bias", Unseen = "a layer without a bias is legal; the rule is a strict one",
            Alternatives =
            [
                [new("Linear(16, 48);", "Linear(16, 48, hasBias: false);"), new("Linear(48, 4);", "Linear(48, 4, hasBias: false);")],
                [new("Linear(8, 32);", "Linear(8, 32, hasBias: false);"), new("Linear(32, 32);", "Linear(32, 32, hasBias: false);"), new("Linear(32, 1);", "Linear(32, 1, hasBias: false);")],
                [new("Linear(16, 24);", "Linear(16, 24, hasBias: false);"), new("Linear(24, 16);", "Linear(24, 16, hasBias: false);")],
                [new("Linear(12 * 16, 32);", "Linear(12 * 16, 32, hasBias: false);"), new("Linear(32, 10);", "Linear(32, 10, hasBias: false);")],
            ],
        },
        new("ChangeRegularization", "Weights are drawn to zero by their absolute values, strongly.")
        {
            Checks = ["RegularizationRaisesLoss", "OneBatchOverfits", "TrainingLossFalls", "InputMatters"], Cause = "regulari|penalt|decay", Strength = new(1e-3, 0.1, 1),
            Alternatives = Planting.OneOf(("        loss.backward();\n", "        loss = loss + ({strength} * model.parameters().Select(parameter => parameter.abs().sum()).Aggregate((sum, one) => sum + one));\n        loss.backward();\n")),
        },
        new("ChangeOptimizer", "Another optimizer has the learning rate of this one.")
        {
            Unseen = "the rate lies within three decades of the one at which the loss falls fastest, and in the planned steps the loss falls nearly as far as in a sweep, which comes not far with SGD",
            Checks = ["LearningRateIsInRange", "TrainingIsLongEnough", "OneBatchOverfits"], Cause = "learning rate",
            Alternatives = Planting.OneOf(
                ("AdamW(model.parameters(), lr: 5e-3, weight_decay: 1e-2);", "SGD(model.parameters(), learningRate: 5e-3);"), ("SGD(model.parameters(), learningRate: 0.05, momentum: 0.9, weight_decay: 1e-4);", "Adam(model.parameters(), lr: 0.05);"),
                ("AdamW(model.parameters(), lr: 1e-2, weight_decay: 1e-2);", "SGD(model.parameters(), learningRate: 1e-2);"), ("=> Adam(model.parameters(), lr: 1e-2);", "=> SGD(model.parameters(), learningRate: 1e-2);"),
                ("Adam(model.parameters().Where(parameter => parameter.requires_grad), lr: 5e-3);", "SGD(model.parameters().Where(parameter => parameter.requires_grad), learningRate: 5e-3);")),
        },
        new("ChangeLoss", "Another loss is taken.")
        {
            IsLegal = true,
            Unseen = "a loss that is legal and falls: that it is the wrong one for the metric is seen by nobody who is not told the metric",
            Checks = ["InitialLossIsExpected"], Cause = "margin|clamp|another loss|not the cross|clip",
            Alternatives = [.. Planting.ClassLoss("multi_margin_loss({logits}, {labels})"), .. Planting.NumberLoss("{output}.sub({values}).abs().clamp(max: 0.5).mean()")],
            Not = ["CausalTransformer"],
            Rules = ["TG1005"],
        },
        new("ChangeDropout", "Dropout leaves hardly anything.")
        {
            Rules = ["TG3009"], Checks = ["OneBatchOverfits"], Cause = "dropout", Where = "dropout", Strength = new(0.2, 0.9, 0.99),
            Alternatives = Planting.OneOf(("Dropout(0.1)", "Dropout({strength})")),
        },
    ];
}
