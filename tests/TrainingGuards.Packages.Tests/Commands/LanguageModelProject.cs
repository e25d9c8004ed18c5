namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>What a reader of the page on installing has in the end who wants guards alone: a project outside of any solution.</summary>
public sealed class LanguageModelProject
{
    private readonly Reader _reader = new();

    /// <summary>Follows the page.</summary>
    public LanguageModelProject()
    {
        _reader.Run("dotnet new install TrainingGuards.Templates").Succeeded();
        _reader.Run("dotnet new training-guards -n MyProject.Guards --recipe language-model --xunit v3").Succeeded();
        _reader.Run("dotnet test MyProject.Guards");
    }

    /// <summary>What the commands did.</summary>
    internal IReadOnlyDictionary<string, Dotnet.Outcome> Ran => _reader.Ran;
}
