using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TrainingGuards.Localisation;

/// <summary>The source lines of a method, by the portable symbols beside or inside its assembly.</summary>
internal sealed class MethodLines
{
    private readonly (int Offset, int Line)[] _points;

    private MethodLines(string file, (int Offset, int Line)[] points) => (File, _points) = (file, points);

    /// <summary>The file's name, without its folder.</summary>
    public string File { get; }

    public int First => _points.Min(point => point.Line);

    public int Last => _points.Max(point => point.Line);

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
                SequencePoint[] points = [.. reader.GetMethodDebugInformation(handle).GetSequencePoints().Where(point => !point.IsHidden && !IsBrace(point))];
                if (points.Length == 0) return null;
                string path = reader.GetString(reader.GetDocument(points[0].Document).Name);
                return new(path[(path.LastIndexOfAny(['/', '\\']) + 1)..], [.. points.Select(point => (point.Offset, point.StartLine))]);
            }
        }
        catch (BadImageFormatException)
        {
            return null;
        }
    }

    /// <summary>The lines of a module's own forward; null for torch's modules, and where there are no symbols.</summary>
    public static MethodLines? Forward(torch.nn.Module module) => ForwardOf(module) is { } forward ? Of(forward) : null;

    /// <summary>The lines of a module's constructor, where there is only one.</summary>
    public static MethodLines? Constructor(torch.nn.Module module) =>
        module.GetType().GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance) is [var only] ? Of(only) : null;

    /// <summary>The one line of a type's constructors that assigns a field of it; null where there is none or several, or no symbols tell it.</summary>
    public static string? Assignment(FieldInfo field)
    {
        string[] lines = [.. (field.DeclaringType?.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance) ?? [])
            .SelectMany(constructor => MethodCalls.Stores(constructor, field).Select(offset => (constructor, offset)))
            .Select(store => Of(store.constructor) is { } own && own.At(store.offset) is var line ? own.Text(line, line) : null)
            .OfType<string>()
            .Distinct()];
        return lines.Length == 1 ? lines[0] : null;
    }

    /// <summary>A module's own forward; null for torch's modules.</summary>
    public static MethodInfo? ForwardOf(torch.nn.Module module) => module.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance)
        .FirstOrDefault(method => method.Name == "forward" && method.DeclaringType?.Assembly != typeof(torch.Tensor).Assembly);

    /// <summary>The line of an instruction.</summary>
    public int At(int offset) => _points.Where(point => point.Offset <= offset).MaxBy(point => point.Offset).Line;

    /// <summary>Lines in words: <c>MyModel.cs:42</c>, or <c>MyModel.cs:40–42</c>.</summary>
    public string Text(int first, int last) => first == last
        ? string.Create(CultureInfo.InvariantCulture, $"{File}:{first}")
        : string.Create(CultureInfo.InvariantCulture, $"{File}:{first}–{last}");

    // A debug build has a point on each brace and a release build has not: both shall name the same lines.
    private static bool IsBrace(SequencePoint point) => point.StartLine == point.EndLine && point.EndColumn - point.StartColumn == 1;

    private static FileStream? Open(string path) => System.IO.File.Exists(path) ? System.IO.File.OpenRead(path) : null;
}
