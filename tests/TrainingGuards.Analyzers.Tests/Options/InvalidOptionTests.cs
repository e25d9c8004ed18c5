using TrainingGuards.Analyzers.Options;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Options;

public sealed class InvalidOptionTests
{
    [Theory]
    [InlineData("sometimes")]
    [InlineData("1")]
    [InlineData("")]
    public Task A_value_that_is_not_understood_is_flagged(string value) => Verify<InvalidOption>.Flags(
        $"[||]// .editorconfig: training_guards.forward_calls = {value}\nvar x = rand(2);",
        $"'training_guards.forward_calls' is '{value}', which is not understood. Write hooked or all.");

    [Fact]
    public Task A_key_that_is_no_option_is_flagged() => Verify<InvalidOption>.Flags(
        "[||]// .editorconfig: training_guards.forward_call = all\nvar x = rand(2);",
        $"'training_guards.forward_call' is no option of TrainingGuards. Write {string.Join(" or ", RuleOptions.All.Select(option => $"'{option.Key}'"))}.");

    [Theory]
    [InlineData("training_guards.forward_calls = all")]
    [InlineData("training_guards.forward_calls = Hooked")]
    [InlineData("TRAINING_GUARDS.FORWARD_CALLS = hooked")]
    [InlineData("dotnet_diagnostic.TG1001.severity = often")]
    [InlineData("another.forward_calls = sometimes")]
    public Task What_is_understood_or_not_ours_is_silent(string option) => Verify<InvalidOption>.Silent($"// .editorconfig: {option}\nvar x = rand(2);");

    [Fact]
    public async Task One_value_for_many_files_is_told_once()
    {
        const string option = "// .editorconfig: training_guards.forward_calls = sometimes\n";
        var compilation = await Snippet.Compile(Snippet.Project([option + "class A { }", option + "class B { }", option.Replace("sometimes", "never", StringComparison.Ordinal) + "class C { }"]));
        Assert.Equal(["File0.cs", "File2.cs"], (await Snippet.Analyze(compilation, new InvalidOption())).Select(found => Path.GetFileName(found.Location.SourceTree!.FilePath)));
    }

    [Fact]
    public Task Without_TorchSharp_it_is_silent() => Verify<InvalidOption>.SilentWithoutTorch("// .editorconfig: training_guards.forward_calls = sometimes\nclass A { }");

    [Fact]
    public void The_page_lists_every_option() => Repository.PartMustBe("docs/options.md", "options", "| key | values | standard | rule | decides |\n| --- | --- | --- | --- | --- |\n"
        + string.Concat(RuleOptions.All.Select(option => $"| `{option.Key}` | {option.Values} | {option.Standard} | [{option.Rule}](rules/{option.Rule}.md) | {option.Meaning} |\n")));
}
