using System.Reflection;
using TorchSharp;

namespace TrainingGuards.Reporting;

/// <summary>The versions of what runs in this process.</summary>
internal static class RunningVersions
{
    public static IReadOnlyDictionary<string, string> All() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["TrainingGuards"] = Of(typeof(Check).Assembly),
        [typeof(torch).Assembly.GetName().Name!] = Of(typeof(torch).Assembly),
        [".NET"] = Environment.Version.ToString(),
    };

    // What follows a plus is the commit: noise to a reader.
    private static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown").Split('+')[0];
}
