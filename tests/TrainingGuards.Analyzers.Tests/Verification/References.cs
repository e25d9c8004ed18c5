using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>What snippets are compiled against: the assemblies of the running runtime, and TorchSharp.</summary>
internal static class References
{
    private static readonly ConcurrentDictionary<Version, IReadOnlyList<MetadataReference>> Released = new();

    /// <summary>The runtime's assemblies alone: a compilation that does not use TorchSharp.</summary>
    public static IReadOnlyList<MetadataReference> Runtime { get; } = Load();

    /// <summary>The runtime's assemblies and TorchSharp.</summary>
    public static IReadOnlyList<MetadataReference> WithTorch { get; } = [.. Runtime, MetadataReference.CreateFromFile(Torch())];

    /// <summary>The runtime's assemblies and TorchSharp's API, as the release of that version bears it.</summary>
    public static IReadOnlyList<MetadataReference> WithTorchOf(Version version) => Released.GetOrAdd(
        version, release => [.. Runtime, MetadataReference.CreateFromImage(AssemblyStamp.With(release, File.ReadAllBytes(Torch())))]);

    /// <remarks>
    /// The rules hold for every supported TorchSharp, and reading metadata needs no native library: TRAINING_GUARDS_TORCH names the
    /// assembly of another version, and every snippet must then compile and be judged alike against that one.
    /// </remarks>
    private static string Torch() =>
        Environment.GetEnvironmentVariable("TRAINING_GUARDS_TORCH") is { Length: > 0 } other
            ? other
            : Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll");

    private static List<MetadataReference> Load()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return [.. trusted.Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == runtime)
            .Select(path => MetadataReference.CreateFromFile(path))];
    }
}
