using Spectre.Console;
using TrainingGuards;

namespace DigitClassifier.Display;

/// <summary>The report of the guards in a file, in the format that its name asks for.</summary>
public static class ReportFile
{
    /// <summary>Writes it and says so.</summary>
    /// <param name="report">The report.</param>
    /// <param name="path">The file.</param>
    /// <param name="what">What is in it, as the console says it.</param>
    /// <param name="console">Where it is said.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(Report report, string path, string what, IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(console);
        try
        {
            Save(report, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--report {path}: it cannot be written. {failure.Message}", failure);
        }
        console.WriteLine($"{what} is in {Path.GetFileName(path)}.");
    }

    private static void Save(Report report, string path)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".JSON": report.SaveJson(path); break;
            case ".SARIF": report.SaveSarif(path); break;
            default: report.SaveHtml(path); break;
        }
    }
}
