using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace TrainingGuards.Analyzers.Tests.Verification;

/// <summary>Gives an assembly another version, as its own and as its file's, so that one API can stand for each of its releases.</summary>
internal static class AssemblyStamp
{
    /// <summary>The image with that version in it.</summary>
    /// <exception cref="InvalidOperationException">The image has no file version of nine characters, as 0.107.0.0 is.</exception>
    public static byte[] With(Version version, byte[] image)
    {
        byte[] stamped = [.. image];
        using var file = new PEReader([.. image]);
        MetadataReader reader = file.GetMetadataReader();
        int metadata = file.PEHeaders.MetadataStartOffset;

        // A row of the Assembly table begins with the algorithm of its hash, four bytes, and goes on with the version.
        Span<byte> row = stamped.AsSpan(metadata + reader.GetTableMetadataOffset(TableIndex.Assembly) + 4, 8);
        int[] parts = [version.Major, version.Minor, version.Build, 0];
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(row[(2 * i)..], (ushort)parts[i]);
        }

        // A blob of one string argument: its own length, a prolog of two bytes, the length of the text, the text.
        byte[] text = Encoding.ASCII.GetBytes($"{version.Major}.{version.Minor:000}.{version.Build}.0");
        CustomAttribute attribute = reader.GetAssemblyDefinition().GetCustomAttributes().Select(reader.GetCustomAttribute).Single(candidate => IsFileVersion(candidate, reader));
        int blob = metadata + reader.GetHeapMetadataOffset(HeapIndex.Blob) + reader.GetHeapOffset(attribute.Value);
        if (stamped[blob + 3] != text.Length)
        {
            throw new InvalidOperationException($"The file version has {stamped[blob + 3]} characters, '{Encoding.ASCII.GetString(text)}' has {text.Length}.");
        }
        text.CopyTo(stamped, blob + 4);
        return stamped;
    }

    private static bool IsFileVersion(CustomAttribute attribute, MetadataReader reader) => attribute.Constructor.Kind == HandleKind.MemberReference
        && reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
        && reader.StringComparer.Equals(reader.GetTypeReference((TypeReferenceHandle)type).Name, "AssemblyFileVersionAttribute");
}
