namespace TrainingGuards.Packages.Tests;

/// <summary>What the SDK's analyzers and IDisposableAnalyzers say of sound torch code is taken back, what is right stands.</summary>
public sealed class SuppressorTests
{
    private const string Program = """
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;

        namespace Consumer;

        public sealed class Registered : nn.Module<Tensor, Tensor>
        {
            private readonly Linear fc = nn.Linear(4, 4); // unfounded: CA2213 IDISP006
            private readonly Parameter scale = new(ones(4)); // unfounded: CA2213 IDISP004
            private readonly Sequential stack; // unfounded: CA2213 IDISP006
            private Tensor steps; // unfounded: CA2213 IDISP006
            private readonly Linear later; // stands: CA2213 IDISP006

            public Registered(int in_channels) : base("registered") // unfounded: CA1707
            {
                stack = nn.Sequential(nn.Linear(in_channels, 4), nn.ReLU()); // unfounded: IDISP004
                steps = zeros(1);
                RegisterComponents();
                later = nn.Linear(4, 4);
            }

            public Tensor encode_tokens(Tensor input_ids) => fc.call(input_ids) * scale; // unfounded: CA1707 IDE1006

            public Tensor Odd_Name(Tensor x) => later.call(x); // stands: CA1707

            public override Tensor forward(Tensor input)
            {
                using var scope = NewDisposeScope();
                var hidden = nn.functional.relu(encode_tokens(input)); // unfounded: IDISP001
                hidden = hidden + new Parameter(ones(4)); // unfounded: CA2000 IDISP003 IDISP004
                return stack.call(hidden).MoveToOuterDisposeScope();
            }
        }

        public sealed class Unregistered : nn.Module<Tensor, Tensor>
        {
            private readonly Linear fc = nn.Linear(4, 4); // stands: CA2213 IDISP006

            public Unregistered() : base("unregistered") { }

            public override Tensor forward(Tensor input) => fc.call(input);
        }

        public sealed class Owner
        {
            private readonly Linear fc = nn.Linear(4, 4); // stands: IDISP006

            public Tensor Apply_to(Tensor in_features) // stands: CA1707
            {
                var weight = new Parameter(ones(4)); // unfounded: IDISP004 // stands: CA2000 IDISP001
                return fc.call(in_features) * weight;
            }
        }

        internal static class Entry
        {
            private static void Main()
            {
                using var model = new Registered(4);
                using var other = new Unregistered();
                _ = new Owner();
                model.eval();
                other.eval();
            }
        }

        """;

    private static readonly string[] Other = ["CA1707", "CA2000", "CA2213", "IDE1006", "IDISP001", "IDISP003", "IDISP004", "IDISP006"];

    [Fact]
    public void What_is_wrong_of_torch_code_is_taken_back_and_the_rest_stands()
    {
        Consumer consumer = new Consumer(withTorch: true,
            ("Program.cs", Program),
            (".editorconfig", "[*.cs]\n" + string.Concat(Other.Select(id => $"dotnet_diagnostic.{id}.severity = warning\n"))),
            ("Directory.Build.targets", $"""
                <Project>
                  <ItemGroup><Analyzer Include="{BuildFacts.DisposableAnalyzers}/analyzers/dotnet/cs/*.dll" /></ItemGroup>
                </Project>
                """));
        string[] build = ["-p:AnalysisMode=All", "-p:EnforceCodeStyleInBuild=true"];
        IReadOnlyList<string> left = Told(consumer.Build([.. build])), without = Told(consumer.Build([.. build, "-p:NoWarn=TGS001%3BTGS002%3BTGS003"]));

        Assert.Equal(Marked("stands"), left);
        Assert.Equal(Marked("unfounded"), without.Except(left, StringComparer.Ordinal));
    }

    // 7 CA2213: the line, and an id behind its "stands" or "unfounded".
    private static IEnumerable<string> Marked(string word) => Program.Split('\n').SelectMany((line, i) => line.Split(" // ").Skip(1)
        .Where(mark => mark.StartsWith(word, StringComparison.Ordinal))
        .SelectMany(mark => mark[(word.Length + 2)..].Trim().Split(' '))
        .Select(id => $"{i + 1} {id}"));

    private static IReadOnlyList<string> Told(Dotnet.Outcome build) => [.. Consumer.Findings(build.Succeeded())
        .Select(finding => finding.Split(':', ' '))
        .Where(parts => Other.Contains(parts[3], StringComparer.Ordinal))
        .Select(parts => (Line: int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), Id: parts[3]))
        .OrderBy(found => found.Line).ThenBy(found => found.Id, StringComparer.Ordinal)
        .Select(found => $"{found.Line} {found.Id}")];
}
