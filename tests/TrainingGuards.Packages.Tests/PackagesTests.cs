namespace TrainingGuards.Packages.Tests;

/// <summary>What every package has, and what each brings.</summary>
public sealed class PackagesTests
{
    public static TheoryData<string> Ids => [.. Feed.Packed.Ids];

    [Fact]
    public void These_are_packed() =>
        Assert.Equal(["TrainingGuards", "TrainingGuards.Analyzers", "TrainingGuards.Templates", "TrainingGuards.Xunit", "TrainingGuards.XunitV3"], Feed.Packed.Ids);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_package_says_what_it_is(string id)
    {
        Package package = Feed.Packed.Of(id);
        Assert.Equal(id, package["id"]);
        Assert.Equal(Feed.Version, package["version"]);
        Assert.Equal("MIT", package["license"]);
        Assert.Equal("README.md", package["readme"]);
        Assert.Equal("icon.png", package["icon"]);
        Assert.NotNull(package["projectUrl"]);
        Assert.NotNull(package["tags"]);
        Assert.InRange(package["description"]!.Length, 60, 300);
        Assert.Equal("git", package.Metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("type")!.Value);
        Assert.StartsWith($"# {id}\n", package.Text("README.md").ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.NotEmpty(package.Bytes("icon.png"));
    }

    /// <summary>A link in a README on a feed has no folder that it could be relative to.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void Links_of_a_readme_are_whole(string id) => Assert.DoesNotMatch(@"\]\((?!https://)", Feed.Packed.Of(id).Text("README.md"));

    [Theory]
    [MemberData(nameof(PackedAssembly.Names), MemberType = typeof(PackedAssembly))]
    public void A_library_has_its_documentation_and_symbols(string id)
    {
        Assert.Equal(["README.md", $"{id}.nuspec", "icon.png", $"lib/net8.0/{id}.dll", $"lib/net8.0/{id}.xml"], Feed.Packed.Of(id).Files);
        Assert.Contains($"lib/net8.0/{id}.pdb", Feed.Packed.SymbolsOf(id).Files);
    }

    [Fact]
    public void The_guards_bring_the_analyzers_and_no_native_library() =>
        Assert.Equal([$"TrainingGuards.Analyzers {Feed.Version} Build,Native,ContentFiles,Analyzers,BuildTransitive", $"TorchSharp {Versions.OldestTorchSharp} Build,Analyzers", $"Microsoft.Extensions.Logging.Abstractions {Versions.Of("Microsoft.Extensions.Logging.Abstractions")} Build,Analyzers"], Feed.Packed.Of("TrainingGuards").Dependencies);

    [Theory]
    [InlineData("TrainingGuards.Xunit", "xunit.extensibility.execution")]
    [InlineData("TrainingGuards.XunitV3", "xunit.v3.extensibility.core")]
    public void An_adapter_brings_the_guards_with_all_that_they_bring(string id, string xunit) =>
        Assert.Equal([$"TrainingGuards {Feed.Version} All", $"{xunit} {Versions.Of(xunit)} Build,Analyzers"], Feed.Packed.Of(id).Dependencies);
}
