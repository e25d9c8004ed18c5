using System.Globalization;

namespace DigitClassifier.Data;

/// <summary>Reads digits from a text file: on each line 64 grey levels of 0–16, row by row, then the label 0–9; no header.</summary>
public static class CsvReader
{
    private const int Pixels = Digits.Side * Digits.Side;

    // A fifth is held out, and a batch is drawn from the rest.
    private const int FewestExamples = 100;

    /// <summary>All examples of a file in its order.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line is not an example.</exception>
    public static IReadOnlyList<LabelledImage> Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: there is no such file. Give --data a file with an example a line, or leave it out to draw digits.");
        var examples = new List<LabelledImage>();
        int number = 0;
        foreach (string line in Lines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) examples.Add(Parse(line, $"{path}, line {number}"));
        }
        return examples.Count >= FewestExamples
            ? examples
            : throw new InputException($"{path}: {examples.Count} examples; expected at least {FewestExamples} to train on and to hold out a fifth of.");
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read. {exception.Message}", exception);
        }
    }

    private static LabelledImage Parse(string line, string place)
    {
        string[] fields = line.Split(',');
        if (fields.Length != Pixels + 1)
            throw new InputException($"{place}: {fields.Length} {(fields.Length == 1 ? "value" : "values")}; expected {Pixels + 1}, separated by commas: {Pixels} pixels of 0–{Digits.Ink}, then the label 0–{Digits.Classes - 1}.");
        int[] values = [.. fields.Select((field, column) => Number(field, $"{place}, column {column + 1}", column < Pixels ? Digits.Ink : Digits.Classes - 1))];
        return new(values[..Pixels], values[Pixels]);
    }

    private static int Number(string field, string place, int highest) =>
        int.TryParse(field, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int value) && value >= 0 && value <= highest
            ? value
            : throw new InputException($"{place}: '{field.Trim()}'; expected a whole number of 0–{highest}, the {(highest == Digits.Ink ? "grey level of a pixel" : "label")}.");
}
