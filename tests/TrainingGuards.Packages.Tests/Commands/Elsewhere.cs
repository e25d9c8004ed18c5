namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>Commands that are run by other tests, and those that no test can run here, with the reason.</summary>
internal static class Elsewhere
{
    private const string Gpu = "it needs an NVIDIA GPU", Download = "it downloads libtorch", Measures = "it measures for minutes", Itself = "it is what runs this test", Writes = "it rewrites what tests compare with";

    /// <summary>What the test of another class does with the same words: its file and its name.</summary>
    public static IReadOnlyDictionary<string, (string File, string Test)> Tested { get; } = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["dotnet build"] = (Here(nameof(AnalyzersPackageTests)), nameof(AnalyzersPackageTests.A_build_warns_and_writes_sarif_with_help_links)),
        ["dotnet build -p:ErrorLog=findings.sarif%2Cversion=2.1"] = (Here(nameof(AnalyzersPackageTests)), nameof(AnalyzersPackageTests.A_build_warns_and_writes_sarif_with_help_links)),
        ["dotnet build -warnaserror:TG1001"] = (Here(nameof(AnalyzersPackageTests)), nameof(AnalyzersPackageTests.A_build_can_fail_on_a_rule)),
        ["dotnet format analyzers --severity info"] = (Here(nameof(AnalyzersPackageTests)), nameof(AnalyzersPackageTests.Dotnet_format_applies_the_fixes)),
        ["dotnet pack -c Release -p:ContinuousIntegrationBuild=true -o artifacts"] = (Here(nameof(PackagesTests)), nameof(PackagesTests.These_are_packed)),
        ["dotnet run -c Release --project samples/DigitClassifier"] = ("tests/Samples.Tests/DigitClassifierTests.cs", "It_is_analysed_guarded_and_trained"),
        ["dotnet run -c Release --project samples/DigitClassifier -- --report guards.html"] = ("tests/Samples.Tests/DigitClassifierTests.cs", "What_the_guards_found_is_written_as_a_page"),
        ["dotnet run -c Release --project samples/SilentFailures"] = ("tests/Samples.Tests/SilentFailuresTests.cs", "Each_failure_is_caught_by_its_rule_and_by_a_check_that_names_it_first"),
        ["dotnet run -c Release --project bench/SeededFailures -- report"] = ("tests/SeededFailures.Tests/CatalogTests.cs", "The_page_says_what_the_results_say"),
        ["dotnet run -c Release --project bench/SeededFailures -- show TabularMlp ZeroGradRemoved"] = ("tests/SeededFailures.Tests/CommandsTests.cs", "A_pair_is_shown"),
    };

    /// <summary>What is not run, and why.</summary>
    public static IReadOnlyDictionary<string, string> NotRun { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["dotnet test -c Release"] = Itself,
        ["dotnet test -c Release -p:TorchEngine=cpu"] = Download,
        ["dotnet test -c Release -p:TorchEngine=cuda"] = Gpu,
        ["dotnet test -c Release -p:TorchEngine=cuda --filter FullyQualifiedName~GpuGuards"] = Gpu,
        ["MANAGED_TORCH_CUDA=1 dotnet test -c Release tests/TrainingGuards.Tests"] = "it is the second half of .ci/run",
        ["ROBUSTNESS=all dotnet test tests/TrainingGuards.Analyzers.Tests -c Release --filter Robustness"] = "it takes twenty minutes; each run of the tests does a part of it",
        ["UPDATE_DOCS=1 dotnet test -c Release"] = Writes,
        ["UPDATE_DOCS=1 dotnet test -c Release tests/Samples.Tests --filter What_the_guards_found"] = Writes,
        ["dotnet run -c Release --project bench/ManagedTorch.Benchmarks"] = Measures,
        ["dotnet run -c Release --project bench/ManagedTorch.Benchmarks -- --filter '*Elementwise*'"] = Measures,
        ["dotnet run -c Release --project bench/TrainingGuards.Benchmarks"] = Measures,
        ["dotnet run -c Release --project bench/TrainingGuards.Analyzers.Benchmarks"] = Measures,
        ["dotnet run -c Release --project bench/TrainingGuards.Analyzers.Benchmarks -- evidence"] = Measures,
        ["dotnet run -c Release --project bench/TrainingGuards.Analyzers.Benchmarks -- evidence peers 7"] = Measures,
        ["dotnet run -c Release --project bench/SeededFailures -- run"] = Measures,
        ["dotnet run -c Release --project bench/SeededFailures -- run --only ZeroGrad"] = Measures,
        ["dotnet run -c Release --project bench/SeededFailures -- strengths"] = Measures,
    };

    private static string Here(string test) => $"tests/TrainingGuards.Packages.Tests/{test}.cs";
}
