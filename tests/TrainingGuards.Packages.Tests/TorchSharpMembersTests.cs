namespace TrainingGuards.Packages.Tests;

/// <summary>What is shipped runs on every TorchSharp that it says it runs on: it binds to the oldest, and uses what oldest and newest share.</summary>
public sealed class TorchSharpMembersTests
{
    /// <summary>.NET binds a reference to an assembly of the same version or a later one.</summary>
    [Fact]
    public void The_guards_ask_for_no_later_TorchSharp_than_their_package()
    {
        Assert.Contains($"TorchSharp {Versions.OldestTorchSharp} Build,Analyzers", Feed.Packed.Of("TrainingGuards").Dependencies);
        Assert.InRange(new PackedAssembly("TrainingGuards").TorchSharpVersion!, new Version(0, 0), new Version(Versions.OldestTorchSharp + ".0"));
    }

    [Theory]
    [InlineData("TrainingGuards.Xunit")]
    [InlineData("TrainingGuards.XunitV3")]
    public void An_adapter_refers_to_none(string name) => Assert.Null(new PackedAssembly(name).TorchSharpVersion);

    /// <summary>Each is resolved in the TorchSharp of this run.</summary>
    [Fact]
    public void This_TorchSharp_has_them() => Assert.True(Used.Count() > 100, "Fewer members are found than the checks cannot do without.");

#if MANAGED_TORCH
    /// <summary>On another engine the compiler may choose other overloads: the text is that of the packages as they are released.</summary>
    [Fact]
    public void They_are_approved() => Repository.MustBe("tests/TrainingGuards.Packages.Tests/TorchSharpMembers.approved.txt", string.Concat(Used.Select(line => line + "\n")));
#endif

    [ListTheory]
    [InlineData("0.105.0")]
    [InlineData("0.107.0")]
    public void TorchSharp_has_them(string version) => Assert.Empty(Used.Except(File.ReadLines(ListTheoryAttribute.PathOf(version)), StringComparer.Ordinal));

    private static IEnumerable<string> Used => PackedAssembly.Shipped.SelectMany(name => new PackedAssembly(name).TorchSharpMembers).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>A theory that needs the lists of TorchSharp's public members, which are too large for this repository, beside it.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class ListTheoryAttribute : TheoryAttribute
    {
        public ListTheoryAttribute()
        {
            if (!Directory.Exists(Path.GetDirectoryName(PathOf("any"))!)) Skip = "There is no ../shared/torchsharp-api beside this repository: only the approved text is compared.";
        }

        public static string PathOf(string version) => Repository.PathOf($"../shared/torchsharp-api/{version}.txt");
    }
}
