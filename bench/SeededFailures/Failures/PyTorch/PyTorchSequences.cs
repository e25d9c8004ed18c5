namespace SeededFailures.Failures;

/// <summary>Positions and examples taken for each other, and what must not be seen.</summary>
internal static class PyTorchSequences
{
    public static IReadOnlyList<Failure> All { get; } =
    [
        new("ViewForPermute", "Heads are split off by a view where a transpose was meant.")
        {
            Rules = ["TG6001"], Checks = ["TimeIsCausal", "ExamplesAreIsolated"], Cause = "view|reshape|TG6001|permut", Where = "attention", Flatters = true,
            Alternatives =
            [
                [
                    new("parts[0].view(n, time, heads, width / heads).transpose(1, 2);", "parts[0].reshape(n, heads, time, width / heads);"),
                    new("parts[1].view(n, time, heads, width / heads).transpose(1, 2);", "parts[1].reshape(n, heads, time, width / heads);"),
                    new("parts[2].view(n, time, heads, width / heads).transpose(1, 2);", "parts[2].reshape(n, heads, time, width / heads);"),
                ],
            ],
        },
        new("BatchTakenForTime", "A view swaps examples and positions.")
        {
            Rules = ["TG6001", "TG6010"], Checks = ["ExamplesAreIsolated"], Cause = "view|reshape|TG6001|permut|batch_?first", Where = "recurrent",
            Alternatives =
            [
                [
                    new("LSTM(12, 16, batchFirst: true)", "LSTM(12, 16)"),
                    new("(Tensor states, _, _) = recurrent.call(tokens.call(inputs));", "(Tensor states, _, _) = recurrent.call(tokens.call(inputs).view(inputs.shape[1], inputs.shape[0], 12));\n        states = states.view(inputs.shape[0], inputs.shape[1], 16);"),
                ],
            ],
        },
        new("BatchFirstForgotten", "The LSTM is not told that the batch comes first.")
        {
            Rules = ["TG6010"], Checks = ["ExamplesAreIsolated"], Cause = "batch_?first|TG6010|over the batch", Where = "recurrent",
            Alternatives = Planting.OneOf(("LSTM(12, 16, batchFirst: true)", "LSTM(12, 16)")),
        },
        new("MaskMissing", "Attention sees what is to be foretold.")
        {
            Checks = ["TimeIsCausal"], Cause = "mask", Where = "attention", Flatters = true,
            Alternatives = Planting.OneOf(("scores.masked_fill(later, -1e9).masked_fill(", "scores.masked_fill(")),
        },
        new("MaskOffByOne", "Attention sees the next token, which is to be foretold.")
        {
            Checks = ["TimeIsCausal"], Cause = "mask.*off|off by one|diagonal", Where = "attention", Flatters = true,
            Alternatives = Planting.OneOf((".triu(1);", ".triu(2);")),
        },
        new("TargetsUnshifted", "The targets are the inputs themselves.")
        {
            Rules = ["TG4005"], Checks = ["TargetsAreShifted"], Cause = "shift|copy", Flatters = true,
            Alternatives = Planting.OneOf((".masked_fill(over, Ignored).narrow(1, 1, 8);", ".masked_fill(over, Ignored).narrow(1, 0, 8);")),
        },
        new("PaddingUnmasked", "Padding is taken for tokens.")
        {
            Checks = ["PaddingIsIgnored"], Cause = "pad",
            Alternatives = Planting.OneOf(
                (".masked_fill(padding.unsqueeze(1).unsqueeze(1), -1e9);", ";"),
                ("(states * real).sum(1) / real.sum(1);", "states.mean([1]);")),
        },
        new("PaddingIsATarget", "The loss takes padding for a token to be foretold.")
        {
            Checks = ["LossIsMeanOverExamples", "PaddingIsIgnored", "TargetsAreValid"], Cause = "pad|ignore",
            Alternatives = Planting.OneOf(("text.masked_fill(over, Ignored)", "text.masked_fill(over, TokenModel.Padding)")),
        },
    ];
}
