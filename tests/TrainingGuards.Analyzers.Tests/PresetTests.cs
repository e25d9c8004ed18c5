using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests;

/// <summary>The presets that TrainingGuardsMode chooses from follow from the descriptors.</summary>
public sealed class PresetTests
{
    [Fact]
    public void None_reports_nothing() => MustBe("none", "nothing is reported", _ => "none");

    [Fact]
    public void Default_changes_nothing() => MustBe("default", "each rule as its page says", _ => null);

    [Fact]
    public void Strict_adds_the_rules_that_are_off_by_default() => MustBe(
        "strict", "also the rules that are off by default", rule => rule.IsEnabledByDefault ? null : "warning");

    [Fact]
    public void All_makes_every_rule_a_warning() => MustBe(
        "all", "every rule as a warning", rule => rule is { IsEnabledByDefault: true, DefaultSeverity: DiagnosticSeverity.Warning } ? null : "warning");

    // What stays as it is has no line, so that -warnaserror and TreatWarningsAsErrors meet it as they would without a preset.
    private static void MustBe(string preset, string meaning, Func<DiagnosticDescriptor, string?> severity) => Repository.MustBe(
        $"analyzers/TrainingGuards.Analyzers.Package/buildTransitive/presets/{preset}.globalconfig",
        $"# TrainingGuardsMode {preset}: {meaning}. A severity of your own wins.\nis_global = true\nglobal_level = -100\n"
        + string.Concat(Rules.All.Select(Rules.Descriptor).Where(rule => severity(rule) is not null).Select(rule => $"dotnet_diagnostic.{rule.Id}.severity = {severity(rule)}\n")));
}
