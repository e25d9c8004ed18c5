namespace TrainingGuards.Decoding;

/// <summary>What a check of data says of a setup that does not give the set that it is of.</summary>
internal static class MissingSet
{
    /// <summary>Not applicable, and what to set.</summary>
    /// <param name="names">The members of the setup that would do.</param>
    public static Findings Of(params string[] names) =>
        Findings.NotApplicable($"the setup gives no {string.Join(" and no ", names)}; set {names[0]} = Examples.From(…)");
}
