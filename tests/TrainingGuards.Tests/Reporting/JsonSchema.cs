using System.Text.Json;

namespace TrainingGuards.Tests.Reporting;

/// <summary>The part of JSON Schema 2020-12 that the report's schema uses; a keyword that it does not know is a fault of the schema.</summary>
internal static class JsonSchema
{
    public static IReadOnlyList<string> Faults(JsonElement value, JsonElement schema) => [.. Faults(value, schema, schema, "$")];

    private static IEnumerable<string> Faults(JsonElement value, JsonElement schema, JsonElement root, string path) => schema.EnumerateObject().SelectMany(keyword => keyword.Name switch
    {
        "$schema" or "$id" or "$defs" or "title" or "description" => [],
        "$ref" => Faults(value, root.GetProperty("$defs").GetProperty(keyword.Value.GetString()!["#/$defs/".Length..]), root, path),
        "type" => Named(keyword.Value).Any(type => Is(value, type)) ? [] : [$"{path}: {value.ValueKind} is no {keyword.Value}"],
        "const" => value.GetRawText() == keyword.Value.GetRawText() ? [] : [$"{path}: expected {keyword.Value}"],
        "enum" => keyword.Value.EnumerateArray().Any(one => value.GetRawText() == one.GetRawText()) ? [] : [$"{path}: {value} is none of {keyword.Value}"],
        "anyOf" => keyword.Value.EnumerateArray().Any(one => !Faults(value, one, root, path).Any()) ? [] : [$"{path}: {value} is nothing that is allowed"],
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= keyword.Value.GetDouble() ? [] : [$"{path}: below {keyword.Value}"],
        "format" => value.TryGetDateTimeOffset(out _) ? [] : [$"{path}: no {keyword.Value}"],
        "required" => keyword.Value.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)).Select(name => $"{path}: {name} is missing"),
        "properties" => keyword.Value.EnumerateObject().SelectMany(field => value.TryGetProperty(field.Name, out JsonElement own) ? Faults(own, field.Value, root, $"{path}.{field.Name}") : []),
        "additionalProperties" => Additional(value, schema, keyword.Value, root, path),
        "items" => value.ValueKind != JsonValueKind.Array ? [] : value.EnumerateArray().SelectMany((item, at) => Faults(item, keyword.Value, root, $"{path}[{at}]")),
        _ => throw new NotSupportedException($"The schema has {keyword.Name}."),
    });

    private static IEnumerable<string> Additional(JsonElement value, JsonElement schema, JsonElement allowed, JsonElement root, string path) => value.EnumerateObject()
        .Where(field => !schema.TryGetProperty("properties", out JsonElement known) || !known.TryGetProperty(field.Name, out _))
        .SelectMany(field => allowed.ValueKind == JsonValueKind.False ? [$"{path}: {field.Name} is not known"] : Faults(field.Value, allowed, root, $"{path}.{field.Name}"));

    private static IEnumerable<string> Named(JsonElement type) => type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() == Math.Floor(value.GetDouble()),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new NotSupportedException($"The schema has type {type}."),
    };
}
