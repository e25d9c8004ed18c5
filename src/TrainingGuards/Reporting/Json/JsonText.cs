using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>JSON as reports write it: indented, readable in any language, numbers whole or as words where they are not finite.</summary>
internal static class JsonText
{
    // The files are read by programs and by people; nothing of them is put into a page.
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(Action<Utf8JsonWriter> content)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable)) content(json);
        return Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>A number; <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> as strings, since JSON has none.</summary>
    public static void WriteReal(this Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    public static void WriteReal(this Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.WriteReal(value);
    }

    public static void WriteObject(this Utf8JsonWriter json, string name, Action content)
    {
        json.WritePropertyName(name);
        json.WriteObject(content);
    }

    public static void WriteObject(this Utf8JsonWriter json, Action content)
    {
        json.WriteStartObject();
        content();
        json.WriteEndObject();
    }

    public static void WriteList<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items) write(item);
        json.WriteEndArray();
    }
}
