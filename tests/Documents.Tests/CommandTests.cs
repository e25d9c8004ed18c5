namespace TrainingGuards.Documents.Tests;

public sealed class CommandTests
{
    private static readonly string[] Verbs = ["run", "test", "build", "new", "add", "format", "sln", "pack"];

    public static TheoryData<string> Addresses => [.. Pages.All.Where(page => Commands(page).Any())];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void A_command_is_one_that_there_is_and_its_files_exist(string page)
    {
        foreach (string command in Commands(page).Where(command => command.StartsWith("dotnet ", StringComparison.Ordinal)))
        {
            string[] words = command.Split(" #")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains(words[1], Verbs);
            for (int i = 2; i < words.Length; i++)
            {
                bool named = words[i - 1] == "--project" || (words[1] == "test" && i == 2 && !words[i].StartsWith('-'));
                if (named) Assert.True(Directory.Exists(Repository.PathOf(words[i])) || words[i].Contains("My", StringComparison.Ordinal), $"{page}: {command}\n{words[i]} is not there.");
            }
        }
    }

    private static IEnumerable<string> Commands(string page) => Pages.Blocks(page, "bash").SelectMany(block => block.Code.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
}
