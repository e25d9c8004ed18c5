namespace TrainingGuards.Packages.Tests.Commands;

/// <summary>What a reader has already: a test project, a project that trains, a model and data.</summary>
internal static class Projects
{
    /// <summary>A test project of xunit 2.</summary>
    public static string OfTests => Of($"""
        <PackageReference Include="Microsoft.NET.Test.Sdk" Version="{Versions.Of("Microsoft.NET.Test.Sdk")}" />
        <PackageReference Include="xunit" Version="{Versions.Of("xunit")}" />
        <PackageReference Include="xunit.runner.visualstudio" Version="{Versions.Of("xunit.runner.visualstudio")}" />
        {Native}
        <Using Include="Xunit" />
        <Using Include="TrainingGuards" />
        <Using Include="TrainingGuards.Xunit" />
        """);

    /// <summary>A project that trains.</summary>
    public static string OfTraining => Of($"""<PackageReference Include="TorchSharp" Version="{Versions.Of("TorchSharp")}" />""");

    /// <summary>A model, and data.</summary>
    public const string Digits = """
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

    /// <summary>Two setups by the names of the guide to many machines.</summary>
    public const string Stage = """
        namespace Readme;

        internal static class Stage
        {
            public static Setup Digits { get; } = Made();

            public static Setup Translator { get; } = Made();

            private static Setup Made() => new()
            {
                Model     = () => new DigitNet(),
                Batch     = () => Data.Train.Take(64),
                Loss      = (output, target) => cross_entropy(output, target),
                Optimizer = parameters => AdamW(parameters, lr: 1e-3),
            };
        }
        """;

    /// <summary>A fault that the rules see.</summary>
    public const string Flawed = """
        namespace Flaws;

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

    private static string Of(string items) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            {items}
            <Using Include="TorchSharp.torch" Static="true" />
            <Using Include="TorchSharp.torch.optim" Static="true" />
            <Using Include="TorchSharp.torch.nn.functional" Static="true" />
          </ItemGroup>
        </Project>
        """;

#if MANAGED_TORCH
    // Nothing but what the adapter brings: the oldest TorchSharp.
    private const string Native = "";
#else
    private static string Native => $"""<PackageReference Include="TorchSharp-cpu" Version="{Versions.Of("TorchSharp-cpu")}" />""";
#endif
}
