using System.Globalization;

namespace DigitClassifier;

/// <summary>What the command line asks for.</summary>
public sealed record Options
{
    /// <summary>The file to read digits from; null to draw them.</summary>
    public string? DataFile { get; private init; }

    /// <summary>How often training goes through the data.</summary>
    public int Epochs { get; private init; }

    /// <summary>The seed of everything random.</summary>
    public int Seed { get; private init; }

    /// <summary>The file to write what the guards found to; null for none.</summary>
    public string? ReportFile { get; private init; }

    /// <summary>Whether to train without guards.</summary>
    public bool Unguarded { get; private init; }

    /// <summary>Whether to explain the options and do nothing.</summary>
    public bool Help { get; private init; }

    /// <summary>The options that were given, the defaults for the others.</summary>
    /// <exception cref="InputException">An option is unknown, or its value is missing or not usable.</exception>
    public static Options Parse(IReadOnlyList<string> args, int epochs)
    {
        ArgumentNullException.ThrowIfNull(args);
        var options = new Options { Epochs = epochs };
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            string Value() => ++i < args.Count ? args[i] : throw new InputException($"{name} has no value; expected {name} {name switch { "--data" or "--report" => "FILE", _ => "N" }}.");
            options = name switch
            {
                "--data" => options with { DataFile = Value() },
                "--epochs" => options with { Epochs = Number(name, Value(), lowest: 1) },
                "--seed" => options with { Seed = Number(name, Value(), lowest: 0) },
                "--report" => options with { ReportFile = Value() },
                "--unguarded" => options with { Unguarded = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new InputException($"{name} is not an option. --help lists those there are."),
            };
        }
        if (options is { Unguarded: true, ReportFile: not null }) throw new InputException("--report writes what the guards found, and --unguarded leaves them out. Give one of the two.");
        return options;
    }

    private static int Number(string name, string text, int lowest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= lowest
            ? value
            : throw new InputException($"{name} {text}: expected a whole number, {lowest} or more.");
}
