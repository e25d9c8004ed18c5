using System.Text.Json;

namespace TrainingGuards.Packages.Tests;

/// <summary>What someone gets who installs TrainingGuards.Analyzers.</summary>
public sealed class AnalyzersPackageTests
{
    private const string Program = """
        using TorchSharp;
        using static TorchSharp.torch;
        manual_seed(1);
        var model = nn.Linear(4, 2);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        for (int i = 0; i < 10; i++)
        {
            var loss = nn.functional.mse_loss(model.call(rand(8, 4)), rand(8, 2));
            loss.backward();
            optimizer.step();
        }
        var net = nn.Sequential(nn.Linear(4, 4, hasBias: false), nn.ReLU(), nn.ReLU());

        """;

    [Fact]
    public void It_holds_rules_fixes_presets_and_no_library() => Assert.Equal(
        [
            "README.md",
            "TrainingGuards.Analyzers.nuspec",
            "analyzers/dotnet/cs/TrainingGuards.Analyzers.dll",
            "analyzers/dotnet/cs/TrainingGuards.CodeFixes.dll",
            "build/TrainingGuards.Analyzers.targets",
            "buildTransitive/TrainingGuards.Analyzers.targets",
            "buildTransitive/presets/all.globalconfig",
            "buildTransitive/presets/default.globalconfig",
            "buildTransitive/presets/none.globalconfig",
            "buildTransitive/presets/strict.globalconfig",
            "icon.png",
        ],
        Feed.Packed.Of("TrainingGuards.Analyzers").Files);

    [Fact]
    public void It_is_a_development_dependency_that_depends_on_nothing()
    {
        Package package = Feed.Packed.Of("TrainingGuards.Analyzers");
        Assert.Equal("true", package["developmentDependency"]);
        Assert.Empty(package.Dependencies);
    }

    [Fact]
    public void A_build_warns_and_writes_sarif_with_help_links()
    {
        Consumer consumer = new Consumer(withTorch: true, ("Program.cs", Program));
        Dotnet.Outcome build = consumer.Build("-p:ErrorLog=findings.sarif%2Cversion=2.1").Succeeded();
        Assert.Equal(["Program.cs:10 warning TG1001"], Consumer.Findings(build));

        JsonElement run = consumer.Sarif("findings.sarif");
        JsonElement rule = run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().Single(candidate => candidate.GetProperty("id").GetString() == "TG1001");
        Assert.EndsWith("/docs/rules/MissingZeroGrad.md", rule.GetProperty("helpUri").GetString(), StringComparison.Ordinal);
        Assert.Contains(run.GetProperty("results").EnumerateArray(), result => result.GetProperty("ruleId").GetString() == "TG1001");
        Assert.Contains(run.GetProperty("results").EnumerateArray(), result => result.GetProperty("ruleId").GetString() == "TG3008" && result.GetProperty("level").GetString() == "note");
    }

    [Fact]
    public void A_build_can_fail_on_a_rule()
    {
        Consumer consumer = new Consumer(withTorch: true, ("Program.cs", Program));
        Dotnet.Outcome build = consumer.Build("-warnaserror:TG1001");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal(["Program.cs:10 error TG1001"], Consumer.Findings(build));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("default", "Program.cs:10 warning TG1001")]
    [InlineData("Strict", "Program.cs:10 warning TG1001", "Program.cs:12 warning TG3013")]
    [InlineData("all", "Program.cs:10 warning TG1001", "Program.cs:12 warning TG3008", "Program.cs:12 warning TG3013")]
    public void The_mode_says_how_much_is_reported(string mode, params string[] findings) => Assert.Equal(
        findings, Consumer.Findings(new Consumer(withTorch: true, ("Program.cs", Program)).Build($"-p:TrainingGuardsMode={mode}").Succeeded()));

    [Fact]
    public void A_mode_that_does_not_exist_is_an_error_that_names_those_that_do()
    {
        Dotnet.Outcome build = new Consumer(withTorch: true, ("Program.cs", Program)).Build("-p:TrainingGuardsMode=loud");
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("TrainingGuardsMode is 'loud'; expected none, default, strict or all.", build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_user_says_of_a_rule_wins_over_the_mode()
    {
        Consumer consumer = new Consumer(withTorch: true, ("Program.cs", Program), (".editorconfig", "[*.cs]\ndotnet_diagnostic.TG1001.severity = error\ndotnet_diagnostic.TG3008.severity = none\ntraining_guards.forward_calls = every\n"));
        Assert.Equal(["Program.cs:1 warning TG0001", "Program.cs:10 error TG1001", "Program.cs:12 warning TG3013"], Consumer.Findings(consumer.Build("-p:TrainingGuardsMode=all")));
    }

    [Fact]
    public void Every_warning_is_an_error_where_warnings_are()
    {
        Consumer consumer = new Consumer(withTorch: true, ("Program.cs", Program));
        Assert.Equal(["Program.cs:10 error TG1001", "Program.cs:12 error TG3013"], Consumer.Findings(consumer.Build("-p:TrainingGuardsMode=strict", "-p:TreatWarningsAsErrors=true")));
    }

    [Fact]
    public void Dotnet_format_applies_the_fixes()
    {
        Consumer consumer = new Consumer(withTorch: true, ("Program.cs", Program));
        consumer.Run("restore").Succeeded();
        consumer.Run("format", "analyzers", "--no-restore", "--severity", "info", "--diagnostics", "TG1001").Succeeded();
        Assert.Equal(Program.ReplaceLineEndings("\n").Replace("    loss.backward();", "    optimizer.zero_grad();\n    loss.backward();", StringComparison.Ordinal), consumer.Read("Program.cs"));
    }

    [Fact]
    public void Without_TorchSharp_there_is_nothing_to_say()
    {
        Consumer consumer = new Consumer(withTorch: false, ("Program.cs", """
            var model = new Model();
            for (int i = 0; i < 10; i++) { model.backward(); model.step(); }

            class Model { public void backward() { } public void step() { } }
            """));
        Assert.Empty(Consumer.Findings(consumer.Build("-p:TrainingGuardsMode=all").Succeeded()));
    }

    [Fact]
    public void Nothing_of_it_is_in_the_program()
    {
        Consumer consumer = new Consumer(withTorch: true, ("Program.cs", Program));
        consumer.Run("publish", "-o", "out", "-nodeReuse:false").Succeeded();
        Assert.True(consumer.Exists("out/Consumer.dll"));
        Assert.False(consumer.Exists("out/TrainingGuards.Analyzers.dll"));
        Assert.DoesNotContain("TrainingGuards", consumer.Read("out/Consumer.deps.json"), StringComparison.Ordinal);
    }
}
