namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>Who reads the pages in an empty folder and runs what they say, as it stands there.</summary>
internal sealed class Reader
{
    private readonly Dictionary<string, Dotnet.Outcome> _ran = new(StringComparer.Ordinal);

    /// <summary>The folder that was empty.</summary>
    public string Folder { get; } = Feed.Packed.NewFolder();

    /// <summary>What each command did that was run.</summary>
    public IReadOnlyDictionary<string, Dotnet.Outcome> Ran => _ran;

    /// <summary>Writes a file.</summary>
    public void Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Runs a command of a page.</summary>
    /// <param name="command">The command as it stands in a page.</param>
    /// <param name="within">Where, from the folder.</param>
    /// <param name="options">What the reader adds of their own.</param>
    public Dotnet.Outcome Run(string command, string within = "", params string[] options)
    {
        Assert.Contains(DocumentedCommand.All, documented => documented.Command == command);
        string folder = Path.Combine(Folder, within);
        Dotnet.Outcome outcome = Dotnet.Run(folder, [.. DocumentedCommand.Words(command, folder).Skip(1), .. options, .. Apart(command)]);
        return _ran[command] = outcome;
    }

    // What is the user's stays as it is: templates go to a hive of this folder, and no build server is left behind.
    private IEnumerable<string> Apart(string command) => command.Split(' ')[1] switch
    {
        "new" => ["--debug:custom-hive", Path.Combine(Folder, "hive")],
        "test" or "build" => ["-nodeReuse:false"],
        _ => [],
    };
}
