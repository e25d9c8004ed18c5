namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>Every command that a page tells its reader is run by a test, or it is said why not.</summary>
[Collection(nameof(Readers))]
public sealed class CommandsTests(GuardProjects projects, LanguageModelProject languageModel, Machines machines)
{
    public static TheoryData<string> Documented => [.. DocumentedCommand.All.Select(documented => documented.Command)];

    [Theory]
    [MemberData(nameof(Documented))]
    public void A_command_of_a_page_does_what_it_should(string command)
    {
        if (Ran.FirstOrDefault(ran => ran.ContainsKey(command)) is { } reader) reader[command].Succeeded();
        else if (Elsewhere.Tested.TryGetValue(command, out (string File, string Test) by)) Assert.Contains($" {by.Test}(", File.ReadAllText(Repository.PathOf(by.File)), StringComparison.Ordinal);
        else Assert.True(Elsewhere.NotRun.ContainsKey(command), $"{DocumentedCommand.All.Single(documented => documented.Command == command).Pages}: `{command}` is run by no test. Let a reader in Commands/ run it, or say in Elsewhere.cs which test does.");
    }

    [Fact]
    public void What_is_said_of_commands_is_said_of_documented_ones() =>
        Assert.Empty(Elsewhere.Tested.Keys.Concat(Elsewhere.NotRun.Keys).Except(DocumentedCommand.All.Select(documented => documented.Command)));

    [Fact]
    public void One_report_tells_of_all_machines()
    {
        string text = System.Net.WebUtility.HtmlDecode(machines.Merged);
        Assert.Contains("All models", text, StringComparison.Ordinal);
        foreach (string name in new[] { "OneBatchOverfits", "DigitNet" }) Assert.Contains(name, text, StringComparison.Ordinal);
    }

    private IEnumerable<IReadOnlyDictionary<string, Dotnet.Outcome>> Ran => [projects.Ran, languageModel.Ran, machines.Ran];
}
