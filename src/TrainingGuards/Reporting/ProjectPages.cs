using System.Reflection;

namespace TrainingGuards.Reporting;

/// <summary>Where the project's pages are.</summary>
internal static class ProjectPages
{
    private static readonly Assembly Own = typeof(Check).Assembly;

    private static readonly HashSet<string> Checks = [.. Own.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Check)) && !type.IsAbstract).Select(type => type.Name)];

    public static string Address { get; } = Own.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "ProjectAddress").Value!;

    // The names of rules by their ids are those of the analyzers: their table is compiled into this library too.
    private static readonly Dictionary<string, string> Rules = typeof(Analyzers.RuleIds)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .ToDictionary(field => (string)field.GetRawConstantValue()!, field => field.Name);

    public static string Report { get; } = Page("report.md");

    /// <summary>The page of a check; null for a check of the user's own.</summary>
    public static string? Of(Check check) => check is Json.ToldCheck told ? told.Page : check.GetType().Assembly == Own ? Of(check.Name) : null;

    /// <summary>The page of a check of that name; null where this project has none.</summary>
    public static string? Of(string check) => Checks.Contains(check) ? Page($"checks/{check}.md") : null;

    /// <summary>The page of the rule of an id; the list of all rules where there is none of that id.</summary>
    public static string OfRule(string id) => Page(Rules.TryGetValue(id, out string? name) ? $"rules/{name}.md" : "rules/README.md");

    private static string Page(string path) => $"{Address}/blob/main/docs/{path}";
}
