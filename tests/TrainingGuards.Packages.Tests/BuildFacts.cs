using System.Reflection;

namespace TrainingGuards.Packages.Tests;

/// <summary>What the build told the tests of itself.</summary>
internal static class BuildFacts
{
    /// <summary>Debug or Release.</summary>
    public static string Configuration => typeof(BuildFacts).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The torch engine that all was built on.</summary>
    public static string TorchEngine => Of("TorchEngine");

    /// <summary>Where packages lie that this repository has restored.</summary>
    public static IReadOnlyList<string> PackageFolders => Of("PackageFolders").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A program that uses xunit v3 and has all of it beside it.</summary>
    public static string XunitV3Folder => Of("XunitV3Folder");

    /// <summary>Another analyzer, of what ours suppress.</summary>
    public static string DisposableAnalyzers => Of("IDisposableAnalyzers");

    private static string Of(string key) => typeof(BuildFacts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == key).Value!;
}
