using System.Globalization;

namespace SeededFailures.Sources;

/// <summary>How strong each failure is that needs a number: the smallest that hurts, found by bisection and kept in <c>strengths.tsv</c>.</summary>
internal static class Strengths
{
    public const string File = "strengths.tsv";

    private static Dictionary<(string, string), double>? _known;

    /// <summary>The number on file, else the one that the failure begins with.</summary>
    public static double Of(TrainingProgram program, Failure failure) =>
        Known.TryGetValue((program.Name, failure.Name), out double strength) ? strength : failure.Strength?.Default ?? 0;

    /// <summary>Writes a number down.</summary>
    public static void Keep(string path, TrainingProgram program, Failure failure, double strength)
    {
        Known[(program.Name, failure.Name)] = strength;
        System.IO.File.WriteAllLines(path, Known.OrderBy(one => one.Key).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key.Item1}\t{one.Key.Item2}\t{one.Value:R}")));
    }

    private static Dictionary<(string, string), double> Known => _known ??= System.IO.File.ReadLines(Folders.File(File))
        .Where(line => line.Length > 0).Select(line => line.Split('\t')).ToDictionary(part => (part[0], part[1]), part => double.Parse(part[2], CultureInfo.InvariantCulture));
}
