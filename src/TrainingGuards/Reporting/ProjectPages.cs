using System.Reflection;

namespace TrainingGuards.Reporting;

/// <summary>Where the project's pages are.</summary>
internal static class ProjectPages
{
    private static readonly Assembly Own = typeof(Check).Assembly;

    private static readonly HashSet<string> Checks = [.. Own.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Check)) && !type.IsAbstract).Select(type => type.Name)];

    public static string Address { get; } = Own.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "ProjectAddress").Value!;

    public static string Rules { get; } = Page("rules/README.md");

    public static string Report { get; } = Page("report.md");

    /// <summary>The page of a check; null for a check of the user's own.</summary>
    public static string? Of(Check check) => check.GetType().Assembly == Own ? Of(check.Name) : null;

    /// <summary>The page of a check of that name; null where this project has none.</summary>
    public static string? Of(string check) => Checks.Contains(check) ? Page($"checks/{check}.md") : null;

    private static string Page(string path) => $"{Address}/blob/main/docs/{path}";
}
