using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;

namespace TrainingGuards.Packages.Tests;

/// <summary>The package TrainingGuards.Analyzers, packed once into a folder that serves as a feed.</summary>
public sealed class PackedAnalyzers : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("TrainingGuards.").FullName;

    /// <summary>Packs what the test run has built.</summary>
    public PackedAnalyzers()
    {
        string configuration = typeof(PackedAnalyzers).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        Dotnet.Run(Repository.PathOf("analyzers/TrainingGuards.Analyzers.Package"), "pack", "--no-build", "-c", configuration, "-o", Feed).Succeeded();
        Path = Directory.GetFiles(Feed, "TrainingGuards.Analyzers.*.nupkg").Single();
    }

    /// <summary>The package.</summary>
    public string Path { get; }

    /// <summary>What a file name of the package says its version is.</summary>
    public string Version => System.IO.Path.GetFileNameWithoutExtension(Path)["TrainingGuards.Analyzers.".Length..];

    /// <summary>The files that the package holds, without those that every package has.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            using ZipArchive package = ZipFile.OpenRead(Path);
            return [.. package.Entries.Select(entry => entry.FullName)
                .Where(name => name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>What the package says of itself.</summary>
    public XElement Metadata
    {
        get
        {
            using ZipArchive package = ZipFile.OpenRead(Path);
            using Stream nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            return XDocument.Load(nuspec).Root!.Elements().Single();
        }
    }

    private string Feed => System.IO.Path.Combine(_root, "feed");

    /// <summary>A new project outside of this repository that has the package from the feed, and these files.</summary>
    internal Consumer Consumer(bool withTorch, params (string Name, string Text)[] files) =>
        new(System.IO.Path.Combine(_root, System.IO.Path.GetRandomFileName()), Feed, Version, withTorch, files);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);
}
