namespace TrainingGuards;

/// <summary>A likely cause of a broken claim, with the numbers that point to it.</summary>
/// <param name="Evidence">What the numbers say, with the numbers.</param>
/// <param name="Remedy">What to do, an imperative.</param>
/// <param name="Rule">The rule that finds it in the source: <c>TG6001</c>; null where there is none.</param>
public sealed record Cause(string Evidence, string Remedy, string? Rule = null)
{
    /// <summary>The evidence, and the rule in parentheses.</summary>
    public override string ToString() => Rule is null ? Evidence : $"{Evidence} ({Rule})";
}
