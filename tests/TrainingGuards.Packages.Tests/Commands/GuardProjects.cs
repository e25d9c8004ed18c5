using System.Text.Json;
using System.Xml.Linq;

namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>What a reader of the README, of the page on installing and of the guide to CI has in the end: a solution with the README's test, a program that trains, and what the template gives, built and run.</summary>
public sealed class GuardProjects
{
    private readonly Reader _reader = new();

    /// <summary>Follows the pages.</summary>
    public GuardProjects()
    {
        _reader.Write("Readme/Readme.csproj", Projects.OfTests);
        _reader.Write("Readme/DigitGuards.cs", "namespace Readme;\n\n" + new Page("README.md").Code("Guard your model")[0]);
        _reader.Write("Readme/Digits.cs", Projects.Digits);
        _reader.Write("Training/Training.csproj", Projects.OfTraining);
        _reader.Write("Readme/Flawed.cs", Projects.Flawed);
        _reader.Write("Training/FlawedToo.cs", Projects.Flawed);
        _reader.Write("Shop.slnx", """<Solution><Project Path="Readme/Readme.csproj" /><Project Path="Training/Training.csproj" /></Solution>""");

        _reader.Run("dotnet add package TrainingGuards.Xunit", "Readme").Succeeded();
        _reader.Run("dotnet add package TrainingGuards.Analyzers", "Training").Succeeded();
        _reader.Run("dotnet new install TrainingGuards.Templates").Succeeded();
        _reader.Run("dotnet new training-guards -n MyProject.Guards").Succeeded();
        foreach ((string name, string recipe, string command) in Others) _reader.Run(command, "", "-n", name, "--recipe", recipe).Succeeded();

        Build = _reader.Run("dotnet build -c Release");
        Tests = _reader.Run("""dotnet test -c Release --no-build --filter "when!=night" --logger trx""");
        Results = [.. Directory.GetFiles(_reader.Folder, "*.trx", SearchOption.AllDirectories).SelectMany(path => XDocument.Load(path).Descendants().Where(element => element.Name.LocalName == "UnitTestResult"))
            .Select(result => (result.Attribute("testName")!.Value, result.Attribute("outcome")!.Value))];
    }

    /// <summary>The projects that the template makes.</summary>
    internal static IEnumerable<string> Templates => Others.Select(other => other.Name).Append("MyProject.Guards");

    // The page on installing makes the fourth recipe.
    private static IReadOnlyList<(string Name, string Recipe, string Command)> Others { get; } = [("Prices.Guards", "regressor", "dotnet new training-guards --xunit v3"), ("Codes.Guards", "autoencoder", "dotnet new training-guards")];

    /// <summary>What the commands did.</summary>
    internal IReadOnlyDictionary<string, Dotnet.Outcome> Ran => _reader.Ran;

    /// <summary>What building printed.</summary>
    internal Dotnet.Outcome Build { get; }

    /// <summary>What testing printed.</summary>
    internal Dotnet.Outcome Tests { get; }

    /// <summary>What became of each test, by name.</summary>
    internal IReadOnlyList<(string Name, string Outcome)> Results { get; }

    /// <summary>The solution that the projects are in.</summary>
    internal string Solution => File.ReadAllText(Path.Combine(_reader.Folder, "Shop.slnx"));

    /// <summary>The version in which a project has a package.</summary>
    internal string VersionIn(string project, string package)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(_reader.Folder, project, "obj", "project.assets.json")));
        return assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')).Single(library => library[0] == package)[1];
    }
}
