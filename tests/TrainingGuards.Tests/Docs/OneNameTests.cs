namespace TrainingGuards.Tests.Docs;

/// <summary>The law of one name: a check's file, tests and page are found by its name, and there are no other pages.</summary>
public sealed class OneNameTests
{
    public static TheoryData<string> Names => AllChecks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_check_is_its_file_its_tests_and_its_page(string name)
    {
        string section = AllChecks.Section(AllChecks.Named(name));
        Exists($"src/TrainingGuards/Checks/{section}/{name}.cs");
        Exists($"tests/TrainingGuards.Tests/Checks/{section}/{name}Tests.cs");
        Exists($"docs/checks/{name}.md");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_claim_is_one_sentence(string name)
    {
        string claim = AllChecks.Named(name).Claim;
        Assert.EndsWith(".", claim, StringComparison.Ordinal);
        Assert.DoesNotContain(". ", claim, StringComparison.Ordinal);
        Assert.True(char.IsUpper(claim[0]), claim);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_tuned_is_a_property_of_the_parameters_name(string name)
    {
        Check check = AllChecks.Named(name);
        if (!AllChecks.IsGiven(name)) Assert.Equal(name, check.ToString());
        foreach (System.Reflection.ParameterInfo parameter in check.GetType().GetConstructors()[0].GetParameters())
            Assert.NotNull(check.GetType().GetProperty(parameter.Name!, System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.IgnoreCase));
    }

    [Fact]
    public void There_is_no_page_without_a_check() => Assert.Equal(
        Directory.GetFiles(Repository.PathOf("docs/checks")).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
        AllChecks.All.Select(check => check.Name).Append("README").Order(StringComparer.Ordinal));

    private static void Exists(string path) => Assert.True(File.Exists(Repository.PathOf(path)), $"{path} does not exist.");
}
