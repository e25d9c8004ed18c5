namespace TrainingGuards.Reporting;

/// <summary>Lists of names as every message prints them.</summary>
internal static class Words
{
    private const int Named = 3;

    /// <summary>Up to three items in full, of more the first two: <c>`a`, `b` and 4 more</c>.</summary>
    public static string List(IReadOnlyList<string> items)
    {
        string[] shown = items.Count <= Named ? [.. items] : [.. items.Take(Named - 1), $"{Numbers.Text(items.Count - Named + 1)} more"];
        return shown.Length == 1 ? shown[0] : $"{string.Join(", ", shown[..^1])} and {shown[^1]}";
    }
}
