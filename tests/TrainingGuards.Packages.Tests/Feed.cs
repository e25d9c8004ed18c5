using System.Reflection;

namespace TrainingGuards.Packages.Tests;

/// <summary>All packages of this repository as the test run has built them, packed once into a folder that serves as a feed.</summary>
internal sealed class Feed
{
    private static readonly Lazy<Feed> Once = new(() => new Feed());

    private readonly string _root = Directory.CreateTempSubdirectory("TrainingGuards.").FullName;

    private Feed()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_root, recursive: true);
        Dotnet.Run(Repository.Root, "pack", "TrainingGuards.sln", "--no-build", "-c", BuildFacts.Configuration, $"-p:TorchEngine={BuildFacts.TorchEngine}", "-o", Folder).Succeeded();
#if MANAGED_TORCH
        EmbeddedTorch.PackInto(Folder);
#endif
    }

    /// <summary>The feed of this run.</summary>
    public static Feed Packed => Once.Value;

    /// <summary>The semantic version of all packages.</summary>
    public static string Version { get; } = Versions.Of(typeof(Feed).Assembly);

    /// <summary>The ids of the packages of this repository, by their files.</summary>
    public IReadOnlyList<string> Ids => [.. Directory.GetFiles(Folder, "TrainingGuards*.nupkg").Select(path => Path.GetFileName(path)[..^$".{Version}.nupkg".Length]).Order(StringComparer.Ordinal)];

    /// <summary>The folder of the packages.</summary>
    public string Folder => Path.Combine(_root, "feed");

    /// <summary>A package of this repository.</summary>
    public Package Of(string id) => new(Path.Combine(Folder, $"{id}.{Version}.nupkg"));

    /// <summary>The symbols of a package.</summary>
    public Package SymbolsOf(string id) => new(Path.Combine(Folder, $"{id}.{Version}.snupkg"));

    /// <summary>A new folder outside of this repository, whose projects restore from the feed and, for what is not of this repository, from what this repository has restored.</summary>
    public string NewFolder()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName())).FullName;
        // Nothing of a folder above may leak in, and what is packed now must not meet an older package of the same version in the user's cache.
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project />");
        File.WriteAllText(Path.Combine(folder, "Directory.Build.targets"), "<Project />");
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_root, "packages")}" /></config>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <packageSources>
                <clear />
                <add key="packed" value="{Folder}" />
                {string.Concat(BuildFacts.PackageFolders.Select((address, i) => $"<add key=\"restored{i}\" value=\"{address}\" />"))}
              </packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="TrainingGuards" /><package pattern="TrainingGuards.*" />{Torch}</packageSource>
                {string.Concat(BuildFacts.PackageFolders.Select((_, i) => $"<packageSource key=\"restored{i}\"><package pattern=\"*\" /></packageSource>"))}
              </packageSourceMapping>
            </configuration>
            """);
        return folder;
    }

#if MANAGED_TORCH
    private const string Torch = """<package pattern="TorchSharp" /><package pattern="TorchSharp-cpu" />""";
#else
    private const string Torch = "";
#endif
}
