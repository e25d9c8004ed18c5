using System.Text.RegularExpressions;

namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>What a reader of the guide to many machines has in the end: two setups, each guarded by itself, and one report.</summary>
public sealed partial class Machines
{
    private const string Guide = "docs/guides/many-machines.md", Output = "Guards/bin/Release";

    private readonly Reader _reader = new();

    /// <summary>Follows the guide.</summary>
    public Machines()
    {
        string[] code = [.. Pages.Blocks(Guide, "csharp").Select(block => block.Code)];
        (string guards, string merge) = (code[0], code[1]);
        _reader.Write("Guards/Guards.csproj", Projects.OfTests);
        _reader.Write("Guards/Digits.cs", Projects.Digits);
        _reader.Write("Guards/Stage.cs", Projects.Stage);
        _reader.Write("Guards/DigitGuards.cs", "namespace Readme;\n\n" + guards);
        _reader.Write("Guards/TranslatorGuards.cs", "namespace Readme;\n\n" + guards.Replace("DigitGuards", "TranslatorGuards").Replace("Digits", "Translator").Replace("digits", "translator"));
        Dotnet.Run(_reader.Folder, "add", "Guards", "package", "TrainingGuards.Xunit").Succeeded();

        _reader.Run("dotnet test -c Release --filter \"model=digits\"", "Guards").Succeeded();
        _reader.Run("dotnet test -c Release --filter \"model=translator\"", "Guards").Succeeded();
        string run = Directory.GetDirectories(Path.Combine(_reader.Folder, Output)).Single();
        _reader.Write("Merging/merge.cs", string.Join('\n', FirstLine().Matches(Pages.Text(Guide)).Select(line => line.Groups["line"].Value).Append(merge)));
        Directory.Move(Path.Combine(run, "guards"), Path.Combine(_reader.Folder, "Merging", "guards"));
        _reader.Run("dotnet run merge.cs -- guards/*.json", "Merging").Succeeded();
    }

    /// <summary>What the commands did.</summary>
    internal IReadOnlyDictionary<string, Dotnet.Outcome> Ran => _reader.Ran;

    /// <summary>The report of all, as a page.</summary>
    internal string Merged => File.ReadAllText(Path.Combine(_reader.Folder, "Merging", "guards.html"));

    [GeneratedRegex("`(?<line>#:[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstLine();
}
