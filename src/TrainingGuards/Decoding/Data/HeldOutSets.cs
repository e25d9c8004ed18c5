namespace TrainingGuards.Decoding;

/// <summary>The sets that a setup gives beside the one it trains on.</summary>
internal static class HeldOutSets
{
    /// <summary>Validation, then test, each with its name in words; what the setup does not give is left out.</summary>
    public static IReadOnlyList<(string Name, Examples Set)> Of(Setup setup) =>
        [.. new[] { ("validation", setup.Validation), ("test", setup.Test) }.Where(set => set.Item2 is not null).Select(set => (set.Item1, set.Item2!))];
}
