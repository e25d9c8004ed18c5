using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;
using TorchSharp;

namespace TrainingGuards.Packages.Tests;

/// <summary>An assembly as it lies in its package, loaded with what it refers to.</summary>
internal sealed class PackedAssembly
{
    private static readonly Context Packed = new();

    private readonly string _name;
    private readonly Assembly _assembly;

    public PackedAssembly(string name) => (_name, _assembly) = (name, Packed.LoadFromAssemblyName(new AssemblyName(name)));

    /// <summary>The packages that have an assembly which runs in the user's program.</summary>
    public static IReadOnlyList<string> Shipped { get; } = ["TrainingGuards", "TrainingGuards.Xunit", "TrainingGuards.XunitV3"];

    /// <summary>The same, for a theory.</summary>
    public static TheoryData<string> Names => [.. Shipped];

    /// <summary>What others see of it.</summary>
    public string PublicApi => Signatures.PublicApi(_assembly);

    /// <summary>The version of TorchSharp that it was built on; null where it does not refer to any.</summary>
    public Version? TorchSharpVersion
    {
        get
        {
            using PEReader file = Feed.Packed.Of(_name).Assembly(_name);
            MetadataReader metadata = file.GetMetadataReader();
            return metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Where(reference => metadata.GetString(reference.Name) == "TorchSharp").Select(reference => reference.Version).SingleOrDefault();
        }
    }

    /// <summary>Every type and member of TorchSharp that its metadata names, as a line.</summary>
    /// <exception cref="MissingMemberException">The TorchSharp of this run has no such member.</exception>
    /// <exception cref="TypeLoadException">The TorchSharp of this run has no such type.</exception>
    public IReadOnlyList<string> TorchSharpMembers
    {
        get
        {
            using PEReader file = Feed.Packed.Of(_name).Assembly(_name);
            MetadataReader metadata = file.GetMetadataReader();
            Module module = _assembly.ManifestModule;
            // Where a member is named within a generic type or method of ours, any arguments do: they are taken out again.
            Type[] any = [.. Enumerable.Repeat(typeof(object), 16)];
            IEnumerable<MemberInfo> types = metadata.TypeReferences.Select(handle => module.ResolveType(MetadataTokens.GetToken(handle)));
            IEnumerable<MemberInfo> members = metadata.MemberReferences.Select(handle => module.ResolveMember(MetadataTokens.GetToken(handle), any, any)!).Select(Signatures.Definition);
            return [.. types.Concat(members).Where(member => member.Module.Assembly == typeof(torch).Assembly).Select(Signatures.Of).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    // The packages' own assemblies, on the torch engine of the tests; xunit 2 is that of the tests, xunit v3 that of a program beside.
    private sealed class Context : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string name = assemblyName.Name!;
            if (name == "TorchSharp") return typeof(torch).Assembly;
            if (name.StartsWith("TrainingGuards", StringComparison.Ordinal)) return LoadFromStream(new MemoryStream(Feed.Packed.Of(name).Bytes($"lib/net8.0/{name}.dll")));
            string beside = Path.Combine(BuildFacts.XunitV3Folder, name + ".dll");
            return File.Exists(beside) && !File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")) ? LoadFromAssemblyPath(beside) : null;
        }
    }
}
