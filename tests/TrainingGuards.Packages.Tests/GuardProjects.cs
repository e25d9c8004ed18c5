using System.Text.Json;
using System.Xml.Linq;

namespace TrainingGuards.Packages.Tests;

/// <summary>A solution in an empty folder with what the template gives and with the test of the README, built and run once from the packages.</summary>
public sealed class GuardProjects
{
    private readonly string _folder = Feed.Packed.NewFolder();

    /// <summary>Makes the solution and runs its tests.</summary>
    public GuardProjects()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "Readme"));
        Write("Readme/Readme.csproj", Project);
        Write("Readme/DigitGuards.cs", "namespace Readme;\n\n" + new Page("README.md").Code("Guard your model")[0]);
        Write("Readme/Digits.cs", Digits);
        Write("Readme/Flawed.cs", Flawed);
        Write("Shop.slnx", """<Solution><Project Path="Readme/Readme.csproj" /></Solution>""");

        // A hive of its own: the templates that the user has installed are the user's.
        string[] hive = ["--debug:custom-hive", Path.Combine(_folder, "hive")];
        Dotnet.Run(_folder, ["new", "install", $"TrainingGuards.Templates@{Feed.Version}", .. hive]).Succeeded();
        foreach ((string name, string recipe, string xunit) in Templates) Dotnet.Run(_folder, ["new", "training-guards", "-n", name, "--recipe", recipe, "--xunit", xunit, .. hive]).Succeeded();

        Run = Dotnet.Run(_folder, "test", "Shop.slnx", "-c", "Release", "-nodeReuse:false", "--logger", "trx", "--results-directory", "results");
        Results = [.. Directory.Exists(Path.Combine(_folder, "results"))
            ? Directory.GetFiles(Path.Combine(_folder, "results"), "*.trx").SelectMany(path => XDocument.Load(path).Descendants().Where(element => element.Name.LocalName == "UnitTestResult"))
                .Select(result => (result.Attribute("testName")!.Value, result.Attribute("outcome")!.Value))
            : []];
    }

    /// <summary>The projects that the template makes: each recipe, and each xunit twice.</summary>
    internal static IReadOnlyList<(string Name, string Recipe, string Xunit)> Templates { get; } =
        [("Images.Guards", "classifier", "v2"), ("Prices.Guards", "regressor", "v3"), ("Words.Guards", "language-model", "v2"), ("Codes.Guards", "autoencoder", "v3")];

    /// <summary>What building and testing printed.</summary>
    internal Dotnet.Outcome Run { get; }

    /// <summary>What became of each test, by name.</summary>
    internal IReadOnlyList<(string Name, string Outcome)> Results { get; }

    /// <summary>The solution that the projects are in.</summary>
    internal string Solution => File.ReadAllText(Path.Combine(_folder, "Shop.slnx"));

    /// <summary>The version in which a project has a package.</summary>
    internal string VersionIn(string project, string package)
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, project, "obj", "project.assets.json")));
        return assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')).Single(library => library[0] == package)[1];
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

#if MANAGED_TORCH
    // Nothing but what the adapter brings: the oldest TorchSharp.
    private const string Native = "";
#else
    private static string Native => $"""<PackageReference Include="TorchSharp-cpu" Version="{Versions.Of("TorchSharp-cpu")}" />""";
#endif

    private static string Project => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Microsoft.NET.Test.Sdk" Version="{Versions.Of("Microsoft.NET.Test.Sdk")}" />
            <PackageReference Include="xunit" Version="{Versions.Of("xunit")}" />
            <PackageReference Include="xunit.runner.visualstudio" Version="{Versions.Of("xunit.runner.visualstudio")}" />
            <PackageReference Include="TrainingGuards.Xunit" Version="{Feed.Version}" />
            {Native}
            <Using Include="Xunit" />
            <Using Include="TrainingGuards" />
            <Using Include="TrainingGuards.Xunit" />
            <Using Include="TorchSharp.torch" Static="true" />
            <Using Include="TorchSharp.torch.optim" Static="true" />
            <Using Include="TorchSharp.torch.nn.functional" Static="true" />
          </ItemGroup>
        </Project>
        """;

    // What the README's reader has already: a model, and data.
    private const string Digits = """
        namespace Readme;

        internal sealed class DigitNet : nn.Module<Tensor, Tensor>
        {
            private readonly TorchSharp.Modules.Linear hidden = nn.Linear(64, 48);
            private readonly TorchSharp.Modules.Linear head = nn.Linear(48, 10);

            public DigitNet() : base(nameof(DigitNet)) => RegisterComponents();

            public override Tensor forward(Tensor images) => head.call(relu(hidden.call(images)));
        }

        internal sealed class Data(Tensor images, Tensor digits)
        {
            public static Data Train { get; } = Draw();

            public Batch Take(int count) => (images.narrow(0, 0, count), digits.narrow(0, 0, count));

            private static Data Draw()
            {
                using var generator = new Generator(0);
                Tensor digits = randint(10, [256], dtype: ScalarType.Int64, generator: generator);
                return new((0.5 * randn(256, 64, generator: generator)) + randn(10, 64, generator: generator).index_select(0, digits), digits);
            }
        }
        """;

    // A fault that only the analyzers see: nothing runs it.
    private const string Flawed = """
        namespace Readme;

        internal static class Flawed
        {
            public static void Train(nn.Module<Tensor, Tensor> model, Optimizer optimizer, Tensor images, Tensor digits)
            {
                for (int i = 0; i < 10; i++)
                {
                    Tensor loss = cross_entropy(model.call(images), digits);
                    loss.backward();
                    optimizer.step();
                }
            }
        }
        """;
}
