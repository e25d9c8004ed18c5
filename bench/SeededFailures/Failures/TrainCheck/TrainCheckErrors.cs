namespace SeededFailures.Failures;

/// <summary>The real errors of TrainCheck (Jiang et al., OSDI 2025) that fit one process and are not in another list.</summary>
internal static class TrainCheckErrors
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("AugmentationSeedShared", "Every batch is augmented from the same seed.")
        {
            Rules = ["TG5005"], Checks = ["AugmentationIsDiverse", "SeedReproduces"], Cause = "seed|same",
            Alternatives = Planting.OneOf(("        return images + (0.2 * randn_like(images));", "        manual_seed(0);\n        return images + (0.2 * randn_like(images));")),
        },
        new("DropoutInEvaluation", "Dropout goes on in evaluation.")
        {
            Rules = ["TG2005"], Checks = ["EvaluationIsRepeatable"], Cause = "dropout|TG2005", Where = "Net|Mlp|Model|Autoencoder",
            Alternatives = Planting.OneOf(
                ("hidden = dropout.call(relu(second.call(hidden)));", "hidden = functional.dropout(relu(second.call(hidden)), 0.5);"),
                ("dropout.call(relu(expand.call(states)))", "functional.dropout(relu(expand.call(states)), 0.5)"),
                ("        hidden = relu(second.call(hidden));", "        hidden = functional.dropout(relu(second.call(hidden)), 0.5);"),
                ("return head.call(relu(hidden.call(features)));", "return head.call(functional.dropout(relu(hidden.call(features)), 0.5));"),
                ("return head.call(mean);", "return head.call(functional.dropout(mean, 0.5));")),
        },
        new("FrozenStagesLearn", "What should stay as it was trained is trained on.")
        {
            IsLegal = true,
            Checks = ["FrozenStaysFrozen"], Cause = "frozen|freez",
            Alternatives = Planting.OneOf(("        foreach (Parameter parameter in backbone.parameters()) parameter.requires_grad = false;\n", "")),
            Unseen = "that a layer was to be frozen is said nowhere once the line that froze it is gone",
        },
        new("HeadFrozenWithTheBackbone", "The head is frozen with the backbone.")
        {
            IsLegal = true,
            Checks = ["EveryParameterLearns"], Cause = "requires_grad|frozen|freez", Where = "head",
            Alternatives = Planting.OneOf(("in backbone.parameters()) parameter.requires_grad", "in backbone.parameters().Concat(head.parameters())) parameter.requires_grad")),
        },
        new("LastPartDropped", "Accumulation rounds down: the second half of each batch is never trained on.")
        {
            Checks = ["AccumulationMatchesFullBatch", "StepsAreAccountedFor"], Cause = "part|drop|examples",
            Alternatives = Planting.OneOf(("inputs.chunk(2).Zip(labels.chunk(2))", "inputs.chunk(2).Zip(labels.chunk(2)).Take(1)")),
        },
        new("CorruptedStateRestored", "What is restored of the model is not what was saved: one buffer is another.")
        {
            Unseen = "what Train does with weights after its steps is no part of the setup that checks are given; to a rule, entries that are changed on the way may be an average or noise",
            Alternatives = Planting.OneOf(("one => one.Value.clone());", "one => one.Key == \"norm.running_mean\" ? one.Value.clone() + 1 : one.Value.clone());")),
        },
        new("ResultDropped", "The normalised inputs are dropped: the statement changes nothing.")
        {
            Rules = ["TG6005"], Checks = ["InputsAreScaled"], Cause = "scale|normal|255|TG6005",
            Alternatives = Planting.OneOf(("Tensor inputs = (pixels - mean) / deviation;", "Tensor inputs = pixels;\n        inputs.sub(mean).div(deviation);")),
        },
    ];
}
