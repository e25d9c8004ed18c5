using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TrainingGuards.Localisation;

/// <summary>Which source lines a method spans, by the portable symbols beside or inside its assembly.</summary>
internal sealed record MethodLines(string File, int First, int Last)
{
    /// <summary>The lines of a method; null where there are no symbols.</summary>
    public static MethodLines? Of(MethodBase method)
    {
        string location = method.Module.Assembly.Location;
        if (location.Length == 0 || !System.IO.File.Exists(location)) return null;
        try
        {
            using var image = new PEReader(System.IO.File.OpenRead(location));
            if (!image.TryOpenAssociatedPortablePdb(location, Open, out MetadataReaderProvider? symbols, out _) || symbols is null) return null;
            using (symbols)
            {
                MetadataReader reader = symbols.GetMetadataReader();
                var handle = (MethodDefinitionHandle)MetadataTokens.EntityHandle(method.MetadataToken);
                SequencePoint[] points = [.. reader.GetMethodDebugInformation(handle).GetSequencePoints().Where(point => !point.IsHidden)];
                if (points.Length == 0) return null;
                string file = reader.GetString(reader.GetDocument(points[0].Document).Name);
                return new(file[(file.LastIndexOfAny(['/', '\\']) + 1)..], points.Min(point => point.StartLine), points.Max(point => point.EndLine));
            }
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>The lines in words: <c>MyModel.cs:12–18</c>.</summary>
    public override string ToString() => Range(File, First, Last);

    public static string Range(string file, int first, int last) =>
        first == last ? string.Create(CultureInfo.InvariantCulture, $"{file}:{first}") : string.Create(CultureInfo.InvariantCulture, $"{file}:{first}–{last}");

    private static FileStream? Open(string path) => System.IO.File.Exists(path) ? System.IO.File.OpenRead(path) : null;
}
