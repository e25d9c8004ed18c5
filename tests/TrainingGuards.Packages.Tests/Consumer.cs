using System.Text.Json;
using System.Text.RegularExpressions;
using TorchSharp;

namespace TrainingGuards.Packages.Tests;

/// <summary>A project of a user's, in an empty folder, that has installed TrainingGuards.Analyzers.</summary>
internal sealed partial class Consumer
{
    private readonly string _folder;

    public Consumer(bool withTorch, params (string Name, string Text)[] files)
    {
        _folder = Feed.Packed.NewFolder();
        string torch = withTorch ? $"""<Reference Include="TorchSharp" HintPath="{typeof(torch).Assembly.Location}" />""" : "";
        Write("Consumer.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TrainingGuards.Analyzers" Version="{Feed.Version}" PrivateAssets="all" />
                {torch}
              </ItemGroup>
            </Project>
            """);
        foreach ((string name, string text) in files)
        {
            Write(name, text);
        }
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    public string Read(string name) => File.ReadAllText(Path.Combine(_folder, name)).ReplaceLineEndings("\n");

    public bool Exists(string name) => File.Exists(Path.Combine(_folder, name));

    /// <summary>Runs dotnet with these arguments in the project's folder.</summary>
    public Dotnet.Outcome Run(params string[] arguments) => Dotnet.Run(_folder, arguments);

    /// <summary>Builds from nothing, so that everything is analysed.</summary>
    public Dotnet.Outcome Build(params string[] arguments) => Run(["build", "--no-incremental", "-nodeReuse:false", .. arguments]);

    /// <summary>What a build says of the code, each once: file, line, severity and id.</summary>
    public static IReadOnlyList<string> Findings(Dotnet.Outcome build) =>
        [.. Finding().Matches(build.Output).Select(match => $"{match.Groups["file"].Value}:{match.Groups["line"].Value} {match.Groups["severity"].Value} {match.Groups["id"].Value}").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The results of a build's SARIF log.</summary>
    public JsonElement Sarif(string name)
    {
        using var log = JsonDocument.Parse(Read(name));
        return log.RootElement.GetProperty("runs")[0].Clone();
    }

    [GeneratedRegex(@"(?<file>\w+\.cs)\((?<line>\d+),\d+\): (?<severity>warning|error) (?<id>[A-Z]+\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Finding();
}
