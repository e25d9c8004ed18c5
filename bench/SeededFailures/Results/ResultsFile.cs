using System.Text.Json;
using System.Text.Json.Serialization;

namespace SeededFailures.Results;

/// <summary>What has been measured, a line a result, in the order in which it was: a run that was stopped goes on from there.</summary>
internal sealed class ResultsFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;
    private readonly Dictionary<(string, string, string), Result> _results = [];

    public ResultsFile(string path)
    {
        _path = path;
        // A line that was cut off by the end of its process is measured again.
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
            if (TryRead(line) is { } result) _results[Key(result)] = result;
    }

    /// <summary>All that was measured.</summary>
    public IEnumerable<Result> All => _results.Values;

    /// <summary>What was measured of it; null where it was not.</summary>
    public Result? Find(string program, string failure, string part) => _results.GetValueOrDefault((program, failure, part));

    /// <summary>Takes a result over and writes it down at once.</summary>
    public void Add(Result result)
    {
        _results[Key(result)] = result;
        File.AppendAllText(_path, Line(result) + "\n");
    }

    /// <summary>Writes the file anew, in order and without what was measured again.</summary>
    public void Tidy() => File.WriteAllLines(_path, _results.OrderBy(one => one.Key).Select(one => Line(one.Value)));

    /// <summary>A result as a line.</summary>
    public static string Line(Result result) => JsonSerializer.Serialize(result, Format);

    /// <summary>A line as a result; null where it is none.</summary>
    public static Result? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Result>(line, Format);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (string, string, string) Key(Result result) => (result.Program, result.Failure, result.Part);
}
