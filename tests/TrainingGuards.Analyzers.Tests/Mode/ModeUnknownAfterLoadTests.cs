using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class ModeUnknownAfterLoadTests
{
    private const string Net = """

        class Net : nn.Module<Tensor, Tensor>
        {
            readonly nn.Module<Tensor, Tensor> layers = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3));
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) => layers.call(x);
        }
        """;

    private const string Start = """
        Tensor x = rand(8, 4);
        var model = new Net();
        var kept = new List<Tensor>();

        """;

    private const string Training = "static void Fit(Net net, Tensor x) { var sgd = optim.SGD(net.parameters(), 0.1); sgd.zero_grad(); net.call(x).sum().backward(); sgd.step(); } ";

    [Fact]
    public Task A_model_is_loaded_and_used_as_it_was_born() => Verify<ModeUnknownAfterLoad>.Flags(
        Start + "[|model.load(\"net.bin\")|]; kept.Add(model.call(x));" + Net,
        "'model' is still in training mode when 'model.call(x)' runs, in which its 'Dropout' drops values at random. Call 'model.eval()' after it is loaded.");

    [Fact]
    public Task The_pass_is_the_second_place() => Verify<ModeUnknownAfterLoad>.Points(
        Start + "[|model.load(\"net.bin\")|]; kept.Add(model.forward(x)); kept.Add(model.call(x));" + Net, "model.forward(x)");

    [Theory]
    [InlineData("if (args.Length > 0) [|model.load(args[0])|]; kept.Add(model.call(x).softmax(1));")]
    [InlineData("[|model.load(\"net.bin\")|].to(CPU); kept.Add(model.call(x));")]
    [InlineData("var (missing, _) = [|model.load_state_dict(new Net().state_dict(), strict: false)|]; kept.Add(model.call(x)); Console.WriteLine(missing);")]
    [InlineData("model = (Net)[|model.load(\"net.bin\")|]; kept.Add(model.call(x));")]
    [InlineData("var best = (Net)[|new Net().load(\"net.bin\")|]; kept.Add(best.call(x));")]
    [InlineData("using var stream = System.IO.File.OpenRead(\"net.bin\"); model = new(); [|model.load(stream, strict: false)|]; model.to(CPU); kept.Add(model.call(x));")]
    [InlineData("var other = Restored(args[0]); kept.Add(other.call(x)); static Net Restored(string path) { var net = new Net(); [|net.load(path)|]; return net; }")]
    [InlineData("var best = Restored(args[0]); kept.Add(best.call(x)); static Net Restored(string path) => (Net)[|new Net().load(path)|];")]
    [InlineData("Restore(model, args[0]); kept.Add(model.call(x)); static void Restore(nn.Module net, string path) => [|net.load(path)|];")]
    [InlineData("[|model.load(args[0])|]; kept.Add(Logits(model, x)); static Tensor Logits(Net net, Tensor input) { using var _ = no_grad(); return net.call(input); }")]
    [InlineData("Action prepare = () => [|model.load(args[0])|]; prepare(); Func<Tensor, Tensor> ask = input => model.call(input); kept.Add(ask(x));")]
    [InlineData("nn.Module<Tensor, Tensor> deep = nn.Sequential(new Net(), nn.Linear(3, 3)); [|deep.load(args[0])|]; foreach (var a in args) { kept.Add(deep.call(x)); }")]
    [InlineData(Training + "Fit(model, x); model.save(args[0]); var best = new Net(); [|best.load(args[0])|]; using (no_grad()) kept.Add(best.call(x));")]
    [InlineData(Training + "Fit(model, x); var best = new Net(); [|best.load(args[0])|]; using var _ = no_grad(); kept.Add(Logits(best, x)); static Tensor Logits(Net net, Tensor input) => net.call(input);")]
    public Task A_path_from_a_load_to_a_pass_in_training_mode_is_flagged(string use) => Verify<ModeUnknownAfterLoad>.Flags(Start + use + Net);

    [Theory]
    [InlineData("model.load(\"net.bin\"); model.eval(); kept.Add(model.call(x));")]
    [InlineData("model.eval(); model.load(\"net.bin\"); kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\").eval(); kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\"); model.train(); kept.Add(model.call(x));")]
    [InlineData("model.train(true); model.load(\"net.bin\"); kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\"); if (args.Length > 0) model.eval(); kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\"); model.train(args.Length > 0); kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\"); Prepare(model); kept.Add(model.call(x)); static void Prepare(nn.Module net) => net.eval();")]
    [InlineData("model.load(\"net.bin\"); Use(model, x); void Use(Net net, Tensor input) { net.eval(); kept.Add(net.call(input)); }")]
    [InlineData("Use(x, Restored()); static Net Restored() { var net = new Net(); net.load(\"net.bin\"); net.eval(); return net; } void Use(Tensor input, Net net) => kept.Add(net.call(input));")]
    [InlineData("model.load(\"net.bin\"); model.call(x); model.eval(); kept.Add(model.call(x));")]
    [InlineData("kept.Add(model.call(x));")]
    [InlineData("kept.Add(model.call(x)); model.load(\"net.bin\");")]
    [InlineData("model.load(\"net.bin\"); model = new(); kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\"); foreach (var part in model.children()) part.eval(); kept.Add(model.call(x));")]
    [InlineData("var linear = nn.Linear(4, 4); linear.load(\"net.bin\"); kept.Add(linear.call(x));")]
    [InlineData("model.load(\"net.bin\"); Console.WriteLine(model.call(x).argmax(1).item<long>()); kept.Add(model.call(x));")]
    [InlineData("optim.SGD(model.parameters(), 0.1).load_state_dict(\"sgd.bin\"); kept.Add(model.call(x));")]
    public Task A_mode_that_is_set_or_unknown_and_a_pass_that_does_not_follow_are_silent(string use) => Verify<ModeUnknownAfterLoad>.Silent(Start + use + Net);

    [Theory]
    [InlineData("model.load(\"net.bin\"); Fit(model, x);")]
    [InlineData("model.load(\"net.bin\"); Fit(model, x); using (no_grad()) kept.Add(model.call(x));")]
    [InlineData("model.load(\"net.bin\"); kept.Add(model.call(x)); Fit(new Net(), x);")]
    [InlineData("var teacher = new Net(); teacher.load_state_dict(model.state_dict()); Fit(model, x); using (no_grad()) kept.Add(teacher.call(x));")]
    [InlineData("var encoder = new Net(); encoder.load(\"net.bin\"); var head = nn.Linear(3, 3); head.call(encoder.call(x)).sum().backward();")]
    public Task A_program_that_trains_may_mean_it(string use) => Verify<ModeUnknownAfterLoad>.Silent(Training + Start + use + Net);

    private const string Predictor = """
        class Predictor
        {
            private readonly Net net;
            public Predictor(string path)
            {
                net = new Net();
                LOAD;/*load*/
            }
            public void Refresh(string path) { /*refresh*/ }
            public Tensor Logits(Tensor x) => net.call(x);
        }
        """;

    [Fact]
    public Task A_field_that_its_type_loads_and_never_evaluates_is_flagged() =>
        Verify<ModeUnknownAfterLoad>.Flags(Predictor.Replace("LOAD", "[|net.load(path)|]", StringComparison.Ordinal) + Net);

    [Theory]
    [InlineData("/*load*/", "net.eval();")]
    [InlineData("/*refresh*/", "net.eval();")]
    [InlineData("/*refresh*/", "Register(net); static void Register(object net) => Modules.Add(net); } static readonly List<object> Modules = []; void Unused() {")]
    [InlineData("private readonly Net net;", "public readonly Net net;")]
    [InlineData("/*refresh*/", "net.call(ones(1, 4)).sum().backward();")]
    [InlineData("/*refresh*/", "var all = net.parameters().ToList();")]
    public Task A_field_that_may_be_set_or_trained_is_silent(string was, string now) => Verify<ModeUnknownAfterLoad>.Silent(
        "public " + Predictor.Replace("LOAD", "net.load(path)", StringComparison.Ordinal).Replace(was, now, StringComparison.Ordinal)
            + Net.Replace("class Net", "public class Net", StringComparison.Ordinal));

    [Fact]
    public Task Files_may_lie_between_the_load_and_the_pass() => Verify<ModeUnknownAfterLoad>.Flags("""
        partial class Service { private partial Net Open(string path) { Net net = new(); [|net.load(path)|]; return net; } }
        partial class Service { private readonly Net net; public Service(string path) => net = Open(path); private partial Net Open(string path); }
        abstract class Asking(Net net) { public Tensor Ask(Tensor x) { using var scope = NewDisposeScope(); return net.call(x).MoveToOuterDisposeScope(); } }
        partial class Service { public Tensor Logits(Tensor x) => this.net.call(x); }
        """ + Net, "'net' is still in training mode when 'this.net.call(x)' runs, in which its 'Dropout' drops values at random. Call 'this.net.eval()' after it is loaded.");

    [Fact]
    public Task A_constructor_may_load_its_own_module() => Verify<ModeUnknownAfterLoad>.Flags("""
        var model = new Pretrained("net.bin");
        Tensor[] logits = [model.call(rand(2, 4))];

        class Pretrained : nn.Module<Tensor, Tensor>
        {
            readonly BatchNorm1d norm = nn.BatchNorm1d(4);
            public Pretrained(string path) : base(nameof(Pretrained)) { RegisterComponents(); [|load(path)|]; }
            public override Tensor forward(Tensor x) => norm.call(x);
        }
        """, "'this' is still in training mode when 'model.call(rand(2, 4))' runs, in which its 'BatchNorm1d' depends on the batch. Call 'model.eval()' after it is loaded.");

    private const string Bridge = """

        namespace TorchSharp.PyBridge
        {
            static class PyBridgeModuleExtensions
            {
                public static nn.Module load_py(this nn.Module module, string location) => Read(module, location);
                static nn.Module Read(nn.Module module, string location) => module;
            }
        }
        namespace Elsewhere
        {
            static class Extensions
            {
                public static nn.Module load_weights(this nn.Module module, string location, Action<nn.Module>? then = null) { then?.Invoke(module); return module; }
            }
        }
        """;

    [Fact]
    public Task Weights_of_Python_are_loaded_too() => Verify<ModeUnknownAfterLoad>.Flags(
        "using TorchSharp.PyBridge;\n" + Start + "[|model.load_py(\"net.pt\")|]; kept.Add(model.call(x));" + Net + Bridge);

    [Fact]
    public Task Another_library_may_set_the_mode() => Verify<ModeUnknownAfterLoad>.Silent(
        "using Elsewhere;\n" + Start + "model.load_weights(\"net.pt\", net => net.eval()); kept.Add(model.call(x));" + Net + Bridge);

    [Theory]
    [InlineData("public override nn.Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? names = null) { var all = base.load(location, strict, skip, names); eval(); return all; }")]
    [InlineData("public override void train(bool train = true) => base.train(false);")]
    public Task A_class_with_a_will_of_its_own_is_silent(string member) => Verify<ModeUnknownAfterLoad>.Silent(
        Start + "model.load(\"net.bin\"); kept.Add(model.call(x));" + Net.Replace("public Net()", member + " public Net()", StringComparison.Ordinal));

    [Fact]
    public Task The_fix_calls_eval_on_a_line_of_its_own() => Verify<ModeUnknownAfterLoad>.Fixes("""
        var model = new Net();
        if (args.Length > 0)
            [|model.load(args[0])|]; // the best epoch

        // Both halves.
        var best = (Net)[|new Net().load("best.bin")|];
        Tensor[] logits = [model.call(rand(2, 4)), best.call(rand(2, 4))];
        """ + Net, """
        var model = new Net();
        if (args.Length > 0)
            model.load(args[0]); // the best epoch
        model.eval();

        // Both halves.
        var best = (Net)new Net().load("best.bin");
        best.eval();
        Tensor[] logits = [model.call(rand(2, 4)), best.call(rand(2, 4))];
        """ + Net);

    [Theory]
    [InlineData("var best = Restored(args[0]); kept.Add(best.call(x)); static Net Restored(string path) => (Net)[|new Net().load(path)|];")]
    [InlineData("var best = Restored(args[0]); using (no_grad()) kept.Add(best.call(x)); static Net Restored(string path) { var net = new Net(); [|net.load(path)|]; return net; } x.backward();")]
    public Task There_is_no_fix_where_no_statement_can_be_added_or_others_may_load_to_train(string use) => Verify<ModeUnknownAfterLoad>.HasNoFix(Start + use + Net);

    [Fact]
    public Task Broken_code_is_survived() => Verify<ModeUnknownAfterLoad>.SilentOnBroken("class T { void M() { var m = new ; m.load( ; foreach (var x in m.load(m.call( } ");
}
