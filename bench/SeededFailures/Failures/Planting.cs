using SeededFailures.Sources;

namespace SeededFailures.Failures;

/// <summary>Edits that several failures are planted by.</summary>
internal static class Planting
{
    // What the programs call their targets.
    private static readonly string[] Targets = ["labels", "targets", "values", "points"];

    /// <summary>One edit, in one of several ways.</summary>
    public static IReadOnlyList<IReadOnlyList<Edit>> OneOf(params (string Find, string Replace)[] ways) => [.. ways.Select(way => new[] { new Edit(way.Find, way.Replace) })];

    /// <summary>Some statements where inputs and targets are ready; <c>{targets}</c> in them is what the program calls its targets.</summary>
    public static IReadOnlyList<IReadOnlyList<Edit>> BeforeTheData(string statements) => [.. Targets.SelectMany(name => new[] { "        Examples plain = Examples.From(", "        return (\n            Examples.From(" }.Select(anchor => new[]
    {
        // The first edit changes nothing: it fits where the targets go by that name.
        new Edit($"{name}.narrow(0, 0, TrainingSize), BatchSize", $"{name}.narrow(0, 0, TrainingSize), BatchSize"),
        new Edit(anchor, $"        {string.Join("\n        ", statements.Replace("{targets}", name, StringComparison.Ordinal).Split('\n'))}\n{anchor}"),
    }))];

    /// <summary>Training data said in another way: <c>{inputs}</c> and <c>{targets}</c> are what they are in the sound program.</summary>
    public static IReadOnlyList<IReadOnlyList<Edit>> TrainingData(string data) => [.. Targets.Select(name => new[]
    {
        new Edit(
            $"Examples.From(inputs.narrow(0, 0, TrainingSize), {name}.narrow(0, 0, TrainingSize), BatchSize, shuffled: true)",
            Filled(data, "inputs.narrow(0, 0, TrainingSize)", $"{name}.narrow(0, 0, TrainingSize)")),
    })];

    /// <summary>Validation data said in another way.</summary>
    public static IReadOnlyList<IReadOnlyList<Edit>> ValidationData(string data) => [.. Targets.Select(name => new[]
    {
        new Edit(
            $"Examples.From(inputs.narrow(0, TrainingSize, ValidationSize), {name}.narrow(0, TrainingSize, ValidationSize), BatchSize)",
            Filled(data, "inputs.narrow(0, TrainingSize, ValidationSize)", $"{name}.narrow(0, TrainingSize, ValidationSize)").Replace("{name}", name, StringComparison.Ordinal)),
    })];

    /// <summary>Another loss of logits and labels, wherever the program says its loss; <c>{logits}</c> and <c>{labels}</c> are what it says.</summary>
    public static IReadOnlyList<IReadOnlyList<Edit>> ClassLoss(string loss) =>
    [
        [new("=> cross_entropy(logits, labels);", $"=> {Named(loss, "logits", "labels")};")],
        [new("(logits, labels) => cross_entropy(logits, labels),", $"(logits, labels) => {Named(loss, "logits", "labels")},"), new("= cross_entropy(model.call(inputs), labels);", $"= {Named(loss, "model.call(inputs)", "labels")};")],
        [new("(logits, labels) => cross_entropy(logits, labels),", $"(logits, labels) => {Named(loss, "logits", "labels")},"), new("= cross_entropy(model.call(part), partLabels) / 2;", $"= {Named(loss, "model.call(part)", "partLabels")} / 2;")],
        [
            new("(logits, targets) => cross_entropy(logits.transpose(1, 2), targets),", $"(logits, targets) => {Named(loss, "logits.transpose(1, 2)", "targets")},"),
            new("= cross_entropy(model.call(inputs).transpose(1, 2), targets);", $"= {Named(loss, "model.call(inputs).transpose(1, 2)", "targets")};"),
        ],
    ];

    /// <summary>Another loss of outputs and numbers, wherever the program says its loss; <c>{output}</c> and <c>{values}</c> are what it says.</summary>
    public static IReadOnlyList<IReadOnlyList<Edit>> NumberLoss(string loss) =>
    [
        [new("=> mse_loss(predicted, values);", $"=> {Outputs(loss, "predicted", "values")};")],
        [new("(output, points) => mse_loss(output, points),", $"(output, points) => {Outputs(loss, "output", "points")},"), new("= mse_loss(model.call(inputs), points);", $"= {Outputs(loss, "model.call(inputs)", "points")};")],
    ];

    private static string Filled(string data, string inputs, string targets) => data.Replace("{inputs}", inputs, StringComparison.Ordinal).Replace("{targets}", targets, StringComparison.Ordinal);

    private static string Named(string loss, string logits, string labels) => loss.Replace("{logits}", logits, StringComparison.Ordinal).Replace("{labels}", labels, StringComparison.Ordinal);

    private static string Outputs(string loss, string output, string values) => loss.Replace("{output}", output, StringComparison.Ordinal).Replace("{values}", values, StringComparison.Ordinal);
}
