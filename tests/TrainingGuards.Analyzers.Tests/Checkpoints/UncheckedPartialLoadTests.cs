using TrainingGuards.Analyzers.Checkpoints;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Checkpoints;

public sealed class UncheckedPartialLoadTests
{
    private const string Start = """
        var model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1));
        var weights = new Dictionary<string, Tensor> { ["0.weight"] = zeros(4, 4) };

        """;

    private const string Bridge = """

        namespace TorchSharp.PyBridge
        {
            public static class Extensions
            {
                public static nn.Module load_py(this nn.Module module, string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null) => module;
            }
        }
        """;

    [Fact]
    public Task The_message_says_which_report_nobody_reads() => Verify<UncheckedPartialLoad>.Flags(
        Start + "[|model.load_state_dict(weights, strict: false)|]; [|model.load(\"model.dat\", strict: false)|];",
        "'load_state_dict' with 'strict: false' leaves at random whatever the weights do not name, and nothing reads the keys that it returns. "
            + "Load strictly, list what may be missing in 'skip', or check the keys that it returns.",
        "'load' with 'strict: false' leaves at random whatever the weights do not name, and nothing reads its 'loadedParameters'. "
            + "Load strictly, list what may be missing in 'skip', or check its 'loadedParameters'.");

    [Theory]
    [InlineData("_ = [|model.load_state_dict(weights, false)|];")]
    [InlineData("var (_, _) = [|model.load_state_dict(weights, false)|];")]
    [InlineData("var (missing, unexpected) = [|model.load_state_dict(weights, strict: false, skip: new[] { \"2.bias\" })|];")]
    [InlineData("var keys = [|model.load_state_dict(weights, strict: false)|];")]
    [InlineData("const bool exact = false; [|model.load(\"model.dat\", exact)|].eval();")]
    [InlineData("var net = ([|model.load(\"model.dat\", strict: false)|]).to(CPU);")]
    [InlineData("[|model.load(\"model.dat\", strict: false, loadedParameters: new())|];")]
    [InlineData("Dictionary<string, bool> found = new(); [|model.load(\"model.dat\", strict: false, loadedParameters: found)|];")]
    [InlineData("using var file = System.IO.File.OpenRead(\"model.dat\"); [|model.load(file, strict: false)|];")]
    [InlineData("Load(model); static void Load(nn.Module net) => [|net.load(\"model.dat\", strict: false)|];")]
    [InlineData("new Net(\"model.dat\"); class Net : nn.Module<Tensor, Tensor> { readonly Linear layer = nn.Linear(4, 1); public Net(string path) : base(\"net\") { RegisterComponents(); [|load(path, strict: false)|]; } public override Tensor forward(Tensor x) => layer.call(x); }")]
    public Task A_report_that_nobody_reads_is_flagged(string code) => Verify<UncheckedPartialLoad>.Flags(Start + code);

    [Fact]
    public Task A_model_that_only_answers_is_flagged_beside_one_that_is_trained() => Verify<UncheckedPartialLoad>.Flags("""
        static class Program
        {
            static void Train()
            {
                var model = nn.Linear(4, 1);
                var optimizer = optim.AdamW(model.parameters());
                model.call(rand(2, 4)).sum().backward();
                optimizer.step();
                model.save("model.dat");
            }

            static float Answer(Tensor x)
            {
                var model = nn.Linear(4, 1);
                [|model.load("model.dat", strict: false)|];
                return model.call(x).item<float>();
            }
        }
        """);

    [Fact]
    public Task A_load_of_PyBridge_is_flagged() => Verify<UncheckedPartialLoad>.Flags(
        "using TorchSharp.PyBridge;\n" + Start + "var loaded = new Dictionary<string, bool>(); [|model.load_py(\"model.pt\", strict: false, loadedParameters: loaded)|]; model.load_py(\"model.pt\");" + Bridge);

    [Theory]
    [InlineData("model.load_state_dict(weights); model.load(\"model.dat\"); model.load(\"model.dat\", strict: true, skip: new[] { \"2.bias\" });")]
    [InlineData("var (missing, unexpected) = model.load_state_dict(weights, false); if (missing.Count > 0) throw new InvalidOperationException(missing[0]);")]
    [InlineData("var (missing, _) = model.load_state_dict(weights, false); Console.WriteLine(string.Join(\", \", missing));")]
    [InlineData("var keys = model.load_state_dict(weights, false); Console.WriteLine(keys.missing_keys.Count);")]
    [InlineData("Console.WriteLine(model.load_state_dict(weights, false).missing_keys.Count);")]
    [InlineData("IList<string> Load() => model.load_state_dict(weights, false).missing_keys; Load();")]
    [InlineData("var found = new Dictionary<string, bool>(); model.load(\"model.dat\", strict: false, loadedParameters: found); if (found.ContainsValue(false)) return;")]
    [InlineData("void Load(Dictionary<string, bool> found) => model.load(\"model.dat\", strict: false, loadedParameters: found);")]
    [InlineData("foreach (var name in model.state_dict().Keys) if (!weights.ContainsKey(name)) Console.WriteLine(name); model.load_state_dict(weights, false);")]
    [InlineData("bool exact = args.Length > 0; model.load(\"model.dat\", strict: exact);")]
    [InlineData("model.load(\"trunk.dat\", strict: false); var optimizer = optim.AdamW(model.parameters()); model.call(rand(2, 4)).sum().backward(); optimizer.step();")]
    [InlineData("var net = Trunk(); var optimizer = optim.AdamW(net.parameters()); net.call(rand(2, 4)).sum().backward(); optimizer.step(); static Linear Trunk() { var trunk = nn.Linear(4, 1); trunk.load(\"trunk.dat\", strict: false); return trunk; }")]
    [InlineData("var own = new Own(); own.load(\"model.dat\", strict: false); class Own { public void load(string path, bool strict) { } }")]
    public Task A_report_that_is_read_and_training_that_goes_on_are_silent(string code) => Verify<UncheckedPartialLoad>.Silent(Start + code);

    [Fact]
    public Task A_module_that_loads_in_its_own_way_is_silent() => Verify<UncheckedPartialLoad>.Silent("""
        var net = new Net();
        net.load_state_dict(new Dictionary<string, Tensor>(), strict: false);

        class Net : nn.Module<Tensor, Tensor>
        {
            public Net() : base("net") { }
            public override Tensor forward(Tensor x) => x;
            public override (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var keys = base.load_state_dict(source, strict, skip);
                return keys.missing_keys.Count > 0 ? throw new InvalidOperationException() : keys;
            }
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<UncheckedPartialLoad>.SilentOnBroken(Start + "model.load(strict: false); model.load(\"x\", strict: fals);");
}
