namespace SeededFailures.Failures;

/// <summary>Parameters that training does not reach, or that it treats as others.</summary>
internal static class PyTorchWiring
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("HeadReplacedAfterOptimizer", "The optimizer is made before the head is replaced.")
        {
            Rules = ["TG1008", "TG3003"], Checks = ["EveryParameterLearns", "ComponentsAreRegistered"], Cause = "optimizer|regist|TG1008|TG3003", Where = "head",
            Alternatives =
            [
                .. Head("model.parameters(), lr: 5e-3, weight_decay: 1e-2", "TabularNet", "AdamW", "48, 4"),
                .. Head("model.parameters(), learningRate: 0.05, momentum: 0.9, weight_decay: 1e-4", "ConvNet", "SGD", "16 * 4, 10"),
                .. Head("model.parameters(), lr: 5e-3, weight_decay: 1e-2", "ResidualNet", "AdamW", "8 * 16, 10"),
                .. Head("model.parameters(), lr: 1e-2", "SentenceNet", "Adam", "16, 3"),
                .. Head("model.parameters(), lr: 1e-2, weight_decay: 1e-2", "TokenModel", "AdamW", "16, 12"),
                .. Head("model.parameters(), lr: 1e-2", "RegressionMlp", "Adam", "32, 1"),
                .. Head("model.parameters(), lr: 1e-2", "Autoencoder", "Adam", "24, 16"),
                .. Head("model.parameters().Where(parameter => parameter.requires_grad), lr: 5e-3", "FineTunedNet", "Adam", "32, 10"),
            ],
        },
        new("ListOfModules", "Layers stand in a list that the model does not register.")
        {
            Rules = ["TG3001"], Checks = ["ComponentsAreRegistered"], Cause = "regist|TG3001", Where = "second|blocks|hidden",
            Alternatives =
            [
                [new("ModuleList<ResidualBlock> blocks = ModuleList(new ResidualBlock(8), new ResidualBlock(8));", "List<ResidualBlock> blocks = [new ResidualBlock(8), new ResidualBlock(8)];")],
                [new("private readonly Linear second = Linear(48, 48);", "private readonly List<Linear> second = [Linear(48, 48)];"), new("second.call(", "second[0].call(")],
                [new("private readonly Linear second = Linear(32, 32);", "private readonly List<Linear> second = [Linear(32, 32)];"), new("second.call(", "second[0].call(")],
                [new("private readonly Linear second = Linear(3, 24);", "private readonly List<Linear> second = [Linear(3, 24)];"), new("second.call(", "second[0].call(")],
                [new("private readonly Linear hidden = Linear(12 * 16, 32);", "private readonly List<Linear> hidden = [Linear(12 * 16, 32)];"), new("hidden.call(", "hidden[0].call(")],
            ],
        },
        new("RegisterComponentsMissing", "A module does not register its components.")
        {
            Rules = ["TG3002"], Checks = ["ComponentsAreRegistered", "EveryParameterLearns"], Cause = "regist|TG3002", Where = "first|conv1|norm1|tokens|project|hidden|TabularNet|ConvNet|ResidualBlock|SentenceNet|CausalAttention|RegressionMlp|Autoencoder|FineTunedNet",
            Alternatives = Planting.OneOf(
                ("base(nameof(TabularNet)) => RegisterComponents();", "base(nameof(TabularNet)) { }"),
                ("base(nameof(ConvNet)) => RegisterComponents();", "base(nameof(ConvNet)) { }"),
                ("        RegisterComponents();\n    }\n\n    public override Tensor forward(Tensor features)", "    }\n\n    public override Tensor forward(Tensor features)"),
                ("base(nameof(SentenceNet)) => RegisterComponents();", "base(nameof(SentenceNet)) { }"),
                ("        RegisterComponents();\n    }\n\n    public override Tensor forward(Tensor states, Tensor padding)", "    }\n\n    public override Tensor forward(Tensor states, Tensor padding)"),
                ("base(nameof(RegressionMlp)) => RegisterComponents();", "base(nameof(RegressionMlp)) { }"),
                ("base(nameof(Autoencoder)) => RegisterComponents();", "base(nameof(Autoencoder)) { }"),
                ("        RegisterComponents();\n        using (no_grad())", "        using (no_grad())")),
        },
        new("WrongPartFrozen", "The part that is to learn is frozen.")
        {
            IsLegal = true,
            Checks = ["EveryParameterLearns", "FrozenStaysFrozen"], Cause = "requires_grad|frozen|freez", Where = "head|second|norm2|recurrent|hidden|attention",
            Alternatives = Planting.OneOf(
                ("base(nameof(TabularNet)) => RegisterComponents();", Frozen("TabularNet", "second")),
                ("base(nameof(ConvNet)) => RegisterComponents();", Frozen("ConvNet", "conv2")),
                ("base(nameof(ResidualNet)) => RegisterComponents();", Frozen("ResidualNet", "blocks")),
                ("base(nameof(SentenceNet)) => RegisterComponents();", Frozen("SentenceNet", "recurrent")),
                ("base(nameof(TokenModel)) => RegisterComponents();", Frozen("TokenModel", "attention")),
                ("base(nameof(RegressionMlp)) => RegisterComponents();", Frozen("RegressionMlp", "second")),
                ("base(nameof(Autoencoder)) => RegisterComponents();", Frozen("Autoencoder", "code")),
                ("backbone.parameters()) parameter", "hidden.parameters()) parameter")),
        },
        new("DecayOnTheWrongGroup", "What should not decay does, and what should does not.")
        {
            Checks = ["WeightsStayHealthy"], Cause = "decay", Strength = new(0.01, 1, 100),
            Alternatives = Planting.OneOf(
                ("AdamW(model.parameters(), lr: 5e-3, weight_decay: 1e-2);", Groups("AdamW", "lr: 5e-3", "weight_decay: {strength}")),
                ("SGD(model.parameters(), learningRate: 0.05, momentum: 0.9, weight_decay: 1e-4);", Groups("SGD", "lr: 0.05, momentum: 0.9", "weight_decay: {strength}", ", learningRate: 0.05")),
                ("AdamW(model.parameters(), lr: 1e-2, weight_decay: 1e-2);", Groups("AdamW", "lr: 1e-2", "weight_decay: {strength}"))),
        },
        new("RateOfZero", "One group of parameters has a learning rate of 0.")
        {
            Checks = ["EveryParameterLearns"], Cause = "rate of their group is 0|rate is 0", Where = "weight",
            Alternatives = Planting.OneOf(
                ("AdamW(model.parameters(), lr: 5e-3, weight_decay: 1e-2);", Rates("AdamW", "weight_decay: 1e-2", "lr: 5e-3")),
                ("SGD(model.parameters(), learningRate: 0.05, momentum: 0.9, weight_decay: 1e-4);", Rates("SGD", "momentum: 0.9, weight_decay: 1e-4", "lr: 0.05", ", learningRate: 0.05")),
                ("AdamW(model.parameters(), lr: 1e-2, weight_decay: 1e-2);", Rates("AdamW", "weight_decay: 1e-2", "lr: 1e-2")),
                ("=> Adam(model.parameters(), lr: 1e-2);", "=> " + Rates("Adam", "weight_decay: 0", "lr: 1e-2"))),
        },
        new("ClippedToNothing", "Gradients are clipped to a norm of a millionth.")
        {
            Checks = ["ClippingIsRare", "EveryParameterLearns"], Cause = "clip",
            Alternatives = Planting.OneOf(("max_norm: 5)", "max_norm: 1e-6)"), ("max_norm: 10)", "max_norm: 1e-6)")),
        },
        new("SavedBeforeTraining", "The weights that are restored in the end were copied before training.")
        {
            Checks = [], Cause = "",
            Alternatives =
            [
                [
                    new("        Dictionary<string, Tensor> weights = [];\n", "        Dictionary<string, Tensor> weights = model.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());\n"),
                    new("            weights = model.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());\n        }", "        }"),
                ],
            ],
        },
        new("BestWeightsNotCopied", "The best weights are kept as live tensors: the last ones.")
        {
            Rules = ["TG7001"], Cause = "TG7001",
            Alternatives = Planting.OneOf(("weights = model.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());", "weights = model.state_dict();")),
        },
    ];

    private static IReadOnlyList<Sources.Edit>[] Head(string arguments, string net, string optimizer, string layer) =>
    [
        [
            new($"NewOptimizer({net} model) => {optimizer}({arguments});", $"NewOptimizer({net} model)\n    {{\n        Optimizer optimizer = {optimizer}({arguments});\n        model.head = Linear({layer});\n        return optimizer;\n    }}"),
            new("    private readonly Linear head =", "    internal Linear head ="),
        ],
    ];

    private static string Frozen(string net, string part) =>
        $"base(nameof({net}))\n    {{\n        RegisterComponents();\n        foreach (Parameter parameter in {part}.parameters()) parameter.requires_grad = false;\n    }}";

    private static string Groups(string optimizer, string rate, string decay, string last = "") => $"{optimizer}(\n    [\n        new {optimizer}.ParamGroup(model.parameters().Where(parameter => parameter.dim() > 1), {rate}),\n        new {optimizer}.ParamGroup(model.parameters().Where(parameter => parameter.dim() <= 1), {rate}, {decay}),\n    ]{last});";

    private static string Rates(string optimizer, string rest, string rate, string last = "") => $"{optimizer}(\n    [\n        new {optimizer}.ParamGroup(model.parameters().Where(parameter => parameter.dim() > 1), lr: 0, {rest}),\n        new {optimizer}.ParamGroup(model.parameters().Where(parameter => parameter.dim() <= 1), {rate}, {rest}),\n    ]{last});";
}
