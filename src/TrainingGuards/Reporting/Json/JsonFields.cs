using System.Text.Json;

namespace TrainingGuards.Reporting.Json;

/// <summary>Fields as reports write them: NaN and the infinities are words, what is not known is null.</summary>
internal static class JsonFields
{
    public static string Text(this JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    public static string? TextOrNull(this JsonElement of, string name) => of.GetProperty(name).GetString();

    public static IReadOnlyList<string> Texts(this JsonElement of, string name) => [.. of.List(name).Select(one => one.GetString()!)];

    public static IEnumerable<JsonElement> List(this JsonElement of, string name) => of.GetProperty(name).EnumerateArray();

    public static IReadOnlyList<double> Reals(this JsonElement of, string name) => [.. of.List(name).Select(Real)];

    public static double? RealOrNull(this JsonElement of, string name) => of.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.Real() : null;

    public static long? WholeOrNull(this JsonElement of, string name) => of.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetInt64() : null;

    public static double Real(this JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : value.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        string other => throw new FormatException($"{other} is no number"),
        null => throw new FormatException("null is no number"),
    };
}
