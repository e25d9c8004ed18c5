namespace TrainingGuards.Decoding;

/// <summary>The shortest names that cover some parameters and no others: a module where all its parameters are among them, else the parameter.</summary>
internal static class CoveringNames
{
    /// <param name="members">The parameters' paths.</param>
    /// <param name="all">The paths of all that are asked about.</param>
    /// <param name="model">The model's own name.</param>
    public static IReadOnlyList<string> Of(IReadOnlyCollection<string> members, IReadOnlyCollection<string> all, string model)
    {
        var inside = members.ToHashSet(StringComparer.Ordinal);
        string Covering(string name) => Prefixes(name).First(prefix => all.Where(other => IsUnder(other, prefix)).All(inside.Contains));
        return [.. members.Select(Covering).Distinct().Select(prefix => prefix.Length == 0 ? model : prefix)];
    }

    /// <summary>Whether a parameter or module is the one at a path, or below it.</summary>
    public static bool IsUnder(string name, string path) =>
        path.Length == 0 || name == path || (name.StartsWith(path, StringComparison.Ordinal) && name[path.Length] == '.');

    private static IEnumerable<string> Prefixes(string name)
    {
        yield return "";
        for (int dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1)) yield return name[..dot];
        yield return name;
    }
}
