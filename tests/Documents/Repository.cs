namespace TrainingGuards.Documents;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>Whether stale generated files are to be rewritten rather than reported: UPDATE_DOCS=1.</summary>
    public static bool UpdatesDocs => Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1";

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>Compares a generated file with what it must be, and fails with the first difference; or rewrites it under UPDATE_DOCS=1.</summary>
    public static void MustBe(string relative, string expected)
    {
        string path = PathOf(relative);
        string actual = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        if (Measured.OnAnyEngine(actual) == Measured.OnAnyEngine(expected))
        {
            return;
        }
        if (UpdatesDocs)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
            return;
        }
        Assert.Fail($"{relative} is stale; UPDATE_DOCS=1 dotnet test rewrites it.\n{Diff(actual, expected)}");
    }

    /// <summary>The same for the part of a file between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- end of name --&gt;</c>.</summary>
    public static void PartMustBe(string relative, string name, string expected)
    {
        string text = File.ReadAllText(PathOf(relative)).ReplaceLineEndings("\n"), begin = $"<!-- {name} -->\n", end = $"<!-- end of {name} -->";
        int from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"{relative} has no part {begin.Trim()} … {end}.");
        MustBe(relative, text[..from] + expected + text[to..]);
    }

    /// <summary>Lines to go (-) and to come (+) between what the texts share at their beginning and end.</summary>
    public static string Diff(string actual, string expected)
    {
        string[] old = actual.Split('\n'), fresh = expected.Split('\n');
        int head = 0;
        while (head < Math.Min(old.Length, fresh.Length) && old[head] == fresh[head])
        {
            head++;
        }
        int tail = 0;
        while (tail < Math.Min(old.Length, fresh.Length) - head && old[^(tail + 1)] == fresh[^(tail + 1)])
        {
            tail++;
        }
        return string.Join('\n', old[head..^tail].Select(line => $"-{line}").Concat(fresh[head..^tail].Select(line => $"+{line}")));
    }

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "TrainingGuards.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside of their repository."));
}
