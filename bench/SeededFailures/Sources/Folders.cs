namespace SeededFailures.Sources;

/// <summary>Where this project lies, whose files the commands rewrite.</summary>
internal static class Folders
{
    /// <summary>The folder of the project.</summary>
    public static string Project { get; } = Above("SeededFailures.csproj");

    /// <summary>The folder of the repository.</summary>
    public static string Repository { get; } = Above("TrainingGuards.sln");

    /// <summary>A file of the project.</summary>
    public static string File(string name) => Path.Combine(Project, name);

    private static string Above(string mark)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (System.IO.File.Exists(Path.Combine(folder, mark))) return folder;
            if (System.IO.File.Exists(Path.Combine(folder, "bench", "SeededFailures", mark))) return Path.Combine(folder, "bench", "SeededFailures");
        }
        throw new InvalidOperationException($"{mark} lies in no folder above {AppContext.BaseDirectory}; run this out of the repository.");
    }
}
