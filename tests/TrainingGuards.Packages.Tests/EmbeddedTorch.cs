#if MANAGED_TORCH
using System.IO.Compression;
using TorchSharp;

namespace TrainingGuards.Packages.Tests;

/// <summary>The embedded engine in packages of the names of TorchSharp's own, so that what depends on those runs with nothing to download.</summary>
internal static class EmbeddedTorch
{
    /// <summary>Writes TorchSharp in the oldest and the newest version that is supported, and TorchSharp-cpu in the newest.</summary>
    public static void PackInto(string folder)
    {
        string oldest = Versions.OldestTorchSharp, newest = Versions.Of("TorchSharp");
        foreach (string version in new[] { oldest, newest }) Pack(folder, "TorchSharp", version, $"""<dependency id="System.Numerics.Tensors" version="{Versions.Of("System.Numerics.Tensors")}" />""", typeof(torch).Assembly.Location);
        Pack(folder, "TorchSharp-cpu", newest, $"""<dependency id="TorchSharp" version="{newest}" />""");
    }

    private static void Pack(string folder, string id, string version, string dependency, params string[] assemblies)
    {
        using ZipArchive package = ZipFile.Open(Path.Combine(folder, $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        foreach (string assembly in assemblies) package.CreateEntryFromFile(assembly, $"lib/net8.0/{Path.GetFileName(assembly)}");
        using var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open());
        nuspec.Write($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{id}</id>
                <version>{version}</version>
                <authors>TrainingGuards</authors>
                <description>The embedded engine, for a test.</description>
                <dependencies><group targetFramework="net8.0">{dependency}</group></dependencies>
              </metadata>
            </package>
            """);
    }
}
#endif
