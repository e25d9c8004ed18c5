using SeededFailures.Sources;

namespace SeededFailures.Failures;

/// <summary>What goes wrong between a loss and an update.</summary>
internal static class PyTorchGradients
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("ZeroGradRemoved", "Nobody sets gradients to zero: those of all batches add up.")
        {
            Rules = ["TG1001"], Checks = ["GradientsAreFresh"], Cause = "zero_grad",
            Alternatives = [[new("optimizer.zero_grad();", "")]],
        },
        new("ZeroGradBetween", "Gradients are set to zero between backward and step: nothing is learnt.")
        {
            Rules = ["TG1002"], Checks = ["EveryParameterLearns"], Cause = "zero_grad|TG1002",
            Alternatives =
            [
                [new("optimizer.zero_grad();", ""), new("optimizer.step();", "optimizer.zero_grad();\n        optimizer.step();")],
            ],
        },
        new("StepBeforeBackward", "The step is made before the forward and backward passes, with the gradients that were just set to zero.")
        {
            Rules = ["TG1002"], Checks = ["EveryParameterLearns"], Cause = "before backward|TG1002|zero_grad|order",
            Alternatives =
            [
                [new("        optimizer.zero_grad();\n", "        optimizer.zero_grad();\n        optimizer.step();\n"), new("        optimizer.step();\n        return", "        return")],
            ],
        },
        new("LossNegated", "The loss is turned round: training climbs.")
        {
            Checks = ["GradientDescends", "TrainingLossFalls", "OneBatchOverfits"], Cause = "goes up|minus|negat|ascen",
            Alternatives =
            [
                [new("        loss.backward();\n", "        (-loss).backward();\n")],
                [new("            loss.backward();\n", "            (-loss).backward();\n")],
            ],
        },
        new("DetachInTheMiddle", "What the first layers put out is detached: they never learn.")
        {
            Checks = ["EveryParameterLearns"], Cause = "detach|no gradient|not in the graph|cut", Where = "first|conv1|stem|tokens|project|backbone",
            Alternatives =
            [
                [new("relu(first.call(inputs));", "relu(first.call(inputs)).detach();")],
                [new("tanh(first.call(inputs));", "tanh(first.call(inputs)).detach();")],
                [new("max_pool2d(relu(norm1.call(conv1.call(images))), 2);", "max_pool2d(relu(norm1.call(conv1.call(images))), 2).detach();")],
                [new("stem.call(images);", "stem.call(images).detach();")],
                [new("recurrent.call(tokens.call(inputs));", "recurrent.call(tokens.call(inputs).detach());")],
            ],
        },
    ];
}
