using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace TrainingGuards.Packages.Tests;

/// <summary>A package as it lies in a feed.</summary>
internal sealed class Package(string path)
{
    /// <summary>The files that the package holds, without those that every package has.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            return [.. package.Entries.Select(entry => entry.FullName)
                .Where(name => name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>What the package says of itself.</summary>
    public XElement Metadata => XDocument.Parse(Text(Files.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal)))).Root!.Elements().Single();

    /// <summary>What the package says of itself under a name; null where it does not.</summary>
    public string? this[string name] => Metadata.Element(Metadata.Name.Namespace + name)?.Value;

    /// <summary>What the package depends on: id, version, and which of its assets are taken.</summary>
    public IReadOnlyList<string> Dependencies =>
        [.. Metadata.Descendants(Metadata.Name.Namespace + "dependency").Select(one => string.Join(' ', one.Attributes().Select(attribute => attribute.Value)))];

    /// <summary>A file of the package.</summary>
    public byte[] Bytes(string name)
    {
        using ZipArchive package = ZipFile.OpenRead(path);
        using Stream stream = package.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>A file of the package, as text.</summary>
    public string Text(string name)
    {
        using var reader = new StreamReader(new MemoryStream(Bytes(name)));
        return reader.ReadToEnd();
    }

    /// <summary>An assembly of the package; dispose of it.</summary>
    public PEReader Assembly(string name) => new(new MemoryStream(Bytes($"lib/net8.0/{name}.dll")));
}
