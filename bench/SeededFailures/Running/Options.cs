using System.Globalization;
using SeededFailures.Scoring;
using SeededFailures.Sources;

namespace SeededFailures.Running;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Options
{
    private static readonly Lazy<IReadOnlyDictionary<(string, string), string>> Halves = new(() => Split.Read(Folders.File(Split.File)));

    public IReadOnlyList<string> Only { get; private init; } = [];

    public string? Part { get; private init; }

    /// <summary>The half of the pairs that was asked for; null for both. The twins belong to either.</summary>
    public string? Half { get; private init; }

    public int Jobs { get; private init; } = 2;

    public int Seeds { get; private init; } = Plan.TestRuns;

    public int Runs { get; private init; } = Plan.HarmRuns;

    public int? Nets { get; private init; }

    public string Results { get; private init; } = Folders.File("results.jsonl");

    public bool Again { get; private init; }

    /// <summary>Whether a pair was asked for.</summary>
    public bool Wants(string program, string failure) =>
        (Only.Count == 0 || Only.Any(text => program.Contains(text, StringComparison.OrdinalIgnoreCase) || failure.Contains(text, StringComparison.OrdinalIgnoreCase)))
        && (Half is null || !Halves.Value.TryGetValue((program, failure), out string? half) || half == Half);

    /// <exception cref="ArgumentException">An option is unknown or lacks its value.</exception>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var options = new Options();
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{name} lacks its value.", nameof(args));
            string OneOf(params string[] values) => Value() is var value && values.Contains(value) ? value : throw new ArgumentException($"{name} is given {args[i]}; expected {string.Join(" or ", values)}.", nameof(args));
            int Number() => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new ArgumentException($"{name} is given {args[i]}; expected a whole number.", nameof(args));
            options = name switch
            {
                "--only" => options with { Only = [.. options.Only, Value()] },
                "--part" => options with { Part = Value() },
                "--half" => options with { Half = OneOf(Split.Tuning, Split.Reported) },
                "--jobs" => options with { Jobs = Math.Max(1, Number()) },
                "--seeds" => options with { Seeds = Number() },
                "--runs" => options with { Runs = Number() },
                "--nets" => options with { Nets = Number() },
                "--results" => options with { Results = Path.GetFullPath(Value()) },
                "--again" => options with { Again = true },
                _ => throw new ArgumentException($"There is no option {name}; `help` lists them.", nameof(args)),
            };
        }
        return options;
    }
}
