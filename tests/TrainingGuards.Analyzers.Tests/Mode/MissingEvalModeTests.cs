using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class MissingEvalModeTests
{
    private const string Net = """

        partial class Net : nn.Module<Tensor, Tensor>
        {
            readonly nn.Module<Tensor, Tensor> layers = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3));
            public Net() : base(nameof(Net)) => RegisterComponents();
            public override Tensor forward(Tensor x) => layers.call(x);
        }
        """;

    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = randint(3, new long[] { 8 });
        var model = new Net();
        var optimizer = optim.Adam(model.parameters());
        long correct = 0;

        """;

    private const string Train = "foreach (var batch in args) { optimizer.zero_grad(); cross_entropy(model.call(x), y).backward(); optimizer.step(); }\n";

    [Fact]
    public Task A_model_just_made_is_in_training_mode() => Verify<MissingEvalMode>.Flags(
        Start + "foreach (var _ in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();" + Net,
        "'model' is evaluated in training mode, in which its 'Dropout' drops values at random. Call 'model.eval()' before the evaluation.");

    [Theory]
    [InlineData("foreach (var _ in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().ToInt64();")]
    [InlineData("foreach (var _ in args) { var output = [|model.forward(x)|]; var loss = cross_entropy(output, y); Console.WriteLine(loss.item<float>()); }")]
    [InlineData("using (no_grad()) { using var output = [|model.call(x)|]; var hits = (output.argmax(1) == y).sum(); correct += (long)hits; }")]
    [InlineData("using var _ = inference_mode(); var kept = new List<Tensor>(); foreach (var a in args) { var p = [|model.call(x)|]; kept.Add(p); correct += p.argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("model.eval(); model.train(); " + Train + "Console.WriteLine($\"{mse_loss([|model.call(x)|].softmax(1), x).ToSingle()}\");")]
    [InlineData("for (int epoch = 0; epoch < 3; epoch++) { model.train(); " + Train + "foreach (var _ in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("model.train(); " + Train + "var net = model; correct = [|net.call(x)|].argmax(1).eq(y).sum().item<long>();")]
    [InlineData("model.eval(); " + "foreach (var _ in args) { model.train(true); " + Train + "correct = [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("Tensor Loss(Tensor output) => cross_entropy(output, y); " + "var total = Loss([|model.call(x)|]).item<float>();")]
    [InlineData("long Hits(Tensor output) { return output.argmax(1).eq(y).sum().item<long>(); } " + "correct += Hits([|model.call(x)|]);")]
    [InlineData("Action evaluate = () => { foreach (var a in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }; " + Train + "evaluate();")]
    [InlineData(Train + "Evaluate(); void Evaluate() { correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("for (int i = 0; i < 9; i++) { optimizer.zero_grad(); cross_entropy(model.call(x), y).backward(); optimizer.step(); if (i % 2 == 0) { using var _ = no_grad(); Console.WriteLine(cross_entropy([|model.call(x)|], y).item<float>()); } }")]
    [InlineData("model.load(\"best.bin\"); foreach (var _ in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();")]
    [InlineData("model.load_state_dict(new Net().state_dict()); Console.WriteLine([|model.call(x)|].softmax(1).data<float>()[0]);")]
    [InlineData("model = (Net)model.load(\"best.bin\"); Restore(model); correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); void Restore(nn.Module m) => m.load(\"best.bin\");")]
    [InlineData("var best = (Net)new Net().load(\"best.bin\"); correct += [|best.call(x)|].argmax(1).eq(y).sum().item<long>();")]
    public Task A_model_left_in_training_mode_is_flagged(string use) => Verify<MissingEvalMode>.Flags(Start + use + Net);

    [Theory]
    [InlineData("model.eval(); foreach (var _ in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("model.train(); " + Train + "model.train(false); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("for (int epoch = 0; epoch < 3; epoch++) { model.train(); " + Train + "model.eval(); correct += model.call(x).argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("if (args.Length > 0) model.eval(); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("try { model.eval(); } finally { correct = 0; } correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("void Prepare(nn.Module m) => m.eval(); Prepare(model); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("foreach (var part in model.modules()) part.eval(); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("var whole = nn.Sequential(model, nn.Softmax(1)); whole.eval(); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("var net = model; net.eval(); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData(Train + "model.train(); for (int i = 0; i < 20; i++) Console.WriteLine(model.call(x).softmax(1).item<float>());")]
    [InlineData("foreach (var _ in args) { var output = model.call(x); var loss = cross_entropy(output, y); correct += output.argmax(1).eq(y).sum().item<long>(); loss.backward(); }")]
    [InlineData("foreach (var _ in args) { var output = model.call(x); Step(output); correct += output.argmax(1).eq(y).sum().item<long>(); } void Step(Tensor o) => cross_entropy(o, y).backward();")]
    [InlineData("var losses = new List<Tensor>(); foreach (var _ in args) { var output = model.call(x); losses.Add(cross_entropy(output, y)); correct += output.argmax(1).eq(y).sum().item<long>(); } losses[0].backward();")]
    [InlineData("foreach (var _ in args) { var action = model.call(x).argmax(1).item<long>(); cross_entropy(model.call(x[action]), y).backward(); optimizer.step(); }")]
    [InlineData("foreach (var _ in args) { var features = model.call(x); features = features * 2; }")]
    [InlineData("Console.WriteLine(cross_entropy(model.call(x), y).item<float>()); " + Train)]
    [InlineData("var noise = nn.Dropout(0.5); Console.WriteLine(noise.call(x).sum().item<float>());")]
    [InlineData("foreach (var _ in args) { var action = Act(); cross_entropy(model.call(x), y).backward(); } long Act() => model.call(x).argmax(1).item<long>();")]
    [InlineData("var shape = model.call(x).shape; Console.WriteLine(shape[0]);")]
    [InlineData("Task.Run(() => model.eval()).Wait(); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("Action prepare = () => model.eval(); Task.Run(prepare).Wait(); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("void Prepare() => model.eval(); Task.Run(Prepare).Wait(); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("Action prepare = model.eval; prepare(); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("var all = new List<Net> { model }; all.ForEach(one => one.eval()); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("var holder = new { Model = model }; holder.Model.eval(); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("var (one, _) = (model, 1); one.eval(); nn.Module other = model; other?.eval(); Console.WriteLine(model.call(x).sum().item<float>());")]
    [InlineData("model.eval(); model.load(\"best.bin\"); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("model.load(\"best.bin\").eval(); correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    public Task What_is_set_unknown_or_no_evaluation_is_silent(string use) => Verify<MissingEvalMode>.Silent(Start + use + Net);

    private const string Trainer = """
        using static TorchSharp.torch.nn.functional;

        class Trainer
        {
            private readonly Net model = new();
            private readonly Tensor x = rand(8, 4), y = randint(3, new long[] { 8 });

            public void Fit(optim.Optimizer optimizer)
            {
                for (int epoch = 0; epoch < 3; epoch++)
                {
                    TrainEpoch(optimizer);
                    Console.WriteLine(Evaluate());
                }
            }

            private void TrainEpoch(optim.Optimizer optimizer)
            {
                /*train*/
                optimizer.zero_grad();
                cross_entropy(model.call(x), y).backward();
                optimizer.step();
            }

            private float Evaluate()
            {
                /*eval*/
                using var _ = no_grad();
                return CALL.argmax(1).eq(y).to_type(float32).mean().item<float>();
            }
        }
        """;

    [Fact]
    public Task A_field_that_no_method_puts_into_evaluation_mode_is_flagged() =>
        Verify<MissingEvalMode>.Flags(Trainer.Replace("CALL", "[|model.call(x)|]", StringComparison.Ordinal) + Net);

    [Fact]
    public Task A_train_in_one_callee_reaches_the_evaluation_in_another() => Verify<MissingEvalMode>.Flags(
        Trainer.Replace("CALL", "[|model.call(x)|]", StringComparison.Ordinal).Replace("/*train*/", "model.train();", StringComparison.Ordinal)
            .Replace("class Trainer", "class Trainer(Net model)", StringComparison.Ordinal).Replace("    private readonly Net model = new();", "", StringComparison.Ordinal) + Net);

    [Theory]
    [InlineData("/*eval*/", "model.eval();")]
    [InlineData("TrainEpoch(optimizer);", "TrainEpoch(optimizer); model.eval();")]
    [InlineData("private readonly Net model = new();", "private readonly Net model; public Trainer(Net model) => (this.model = model).train(false);")]
    [InlineData("TrainEpoch(optimizer);", "Prepare(); void Prepare() { model.eval(); }")]
    public Task A_field_whose_mode_is_set_is_silent(string was, string now) => Verify<MissingEvalMode>.Silent(
        Trainer.Replace("CALL", "model.call(x)", StringComparison.Ordinal).Replace(was, now, StringComparison.Ordinal) + Net);

    [Fact]
    public Task A_field_that_other_assemblies_can_reach_is_silent() => Verify<MissingEvalMode>.Silent("""
        public class Scorer
        {
            public readonly Net Model = new();
            public float Score(Tensor x) => Model.call(x).sum().item<float>();
        }
        """ + Net.Replace("partial class", "public partial class", StringComparison.Ordinal));

    private const string Metrics = """
        static class Metrics
        {
            public static double Accuracy(Net net, IEnumerable<(Tensor, Tensor)> data)
            {
                long correct = 0, total = 0;
                foreach (var (x, y) in data)
                {
                    correct += CALL.argmax(1).eq(y).sum().item<long>();
                    total += y.shape[0];
                }
                return (double)correct / total;
            }
        }
        """;

    [Fact]
    public Task An_evaluation_is_judged_by_its_callers_in_other_files() => Verify<MissingEvalMode>.Flags(
        Metrics.Replace("CALL", "[|net.call(x)|]", StringComparison.Ordinal) + """

        class Program
        {
            static void Main()
            {
                var model = new Net().to(CPU);
                model.train();
                model.call(rand(2, 4)).sum().backward();
                Console.WriteLine(Metrics.Accuracy(model, []));
            }
        }
        """ + Net);

    [Theory]
    [InlineData("var model = new Net(); model.eval(); Console.WriteLine(Metrics.Accuracy(model, []));")]
    [InlineData("Console.WriteLine(Metrics.Accuracy(Build(), [])); static Net Build() { var net = new Net(); net.eval(); return net; }")]
    [InlineData("var model = new Net(); Console.WriteLine(Metrics.Accuracy(model, [])); model.eval(); Console.WriteLine(Metrics.Accuracy(model, []));")]
    [InlineData("Func<Net, IEnumerable<(Tensor, Tensor)>, double> metric = Metrics.Accuracy; Console.WriteLine(metric(new Net(), []));")]
    public Task An_evaluation_that_some_caller_prepares_is_silent(string program) =>
        Verify<MissingEvalMode>.Silent(program + Metrics.Replace("CALL", "net.call(x)", StringComparison.Ordinal) + Net);

    private const string Trained = "var model = new Net(); model.train(); model.call(rand(2, 4)).sum().backward(); ";

    [Theory]
    [InlineData("Func<nn.Module, double> evaluate = net => Metrics.Accuracy((Net)net, []); Console.WriteLine(evaluate(model));")]
    [InlineData("Func<Net, IEnumerable<(Tensor, Tensor)>, double> metric = Metrics.Accuracy; Console.WriteLine(metric(model, []));")]
    [InlineData("Later(model); static void Later(nn.Module any) { if (any is Net net) Console.WriteLine(Metrics.Accuracy(net, [])); }")]
    public Task A_caller_that_certainly_trains_is_enough(string other) => Verify<MissingEvalMode>.Flags(
        Trained + "Console.WriteLine(Metrics.Accuracy(model, [])); " + other + Metrics.Replace("CALL", "[|net.call(x)|]", StringComparison.Ordinal) + Net);

    [Theory]
    [InlineData("Console.WriteLine(Metrics.Accuracy(model, [])); model.eval(); Func<nn.Module, double> evaluate = net => Metrics.Accuracy((Net)net, []);")]
    [InlineData("model.eval(); Console.WriteLine(Metrics.Accuracy(model, [])); model.train(); Console.WriteLine(Metrics.Accuracy(model, []));")]
    [InlineData("Func<nn.Module, double> evaluate = net => Metrics.Accuracy((Net)net, []); Console.WriteLine(evaluate(model));")]
    public Task Without_one_or_beside_one_that_evaluates_it_is_silent(string callers) => Verify<MissingEvalMode>.Silent(
        Trained + (callers.StartsWith("Console", StringComparison.Ordinal) ? "model.eval(); Console.WriteLine(Metrics.Accuracy(model, [])); model.train(); " : "") + callers
            + Metrics.Replace("CALL", "net.call(x)", StringComparison.Ordinal) + Net);

    [Fact]
    public Task A_call_that_may_be_dispatched_elsewhere_is_silent() => Verify<MissingEvalMode>.Silent(Trained + """
        var score = new Score();
        Console.WriteLine(score.Of(model));
        Func<nn.Module, double> evaluate = net => score.Of((Net)net);

        class Score
        {
            public virtual double Of(Net net) => net.call(rand(2, 4)).argmax(1).sum().item<long>();
        }
        """ + Net);

    [Fact]
    public Task A_public_evaluation_without_callers_is_silent() =>
        Verify<MissingEvalMode>.Silent(Metrics.Replace("CALL", "net.call(x)", StringComparison.Ordinal), Net);

    [Fact]
    public Task A_trainer_that_is_given_its_model_is_judged_by_who_makes_it() => Verify<MissingEvalMode>.Flags("""
        var net = new Net();
        var trainer = new Trainer(net);
        net.train();
        trainer.Step(rand(2, 4));
        Console.WriteLine(trainer.Score(rand(2, 4)));

        class Trainer(Net model)
        {
            public void Step(Tensor x) => model.call(x).sum().backward();
            public float Score(Tensor x) => [|model.call(x)|].mean().item<float>();
        }
        """ + Net);

    private const string Fitting = """
        public static class Fitting
        {
            public static void Fit(Net model, optim.Optimizer optimizer, Tensor x, Tensor y)
            {
                for (int epoch = 0; epoch < 3; epoch++)
                {
                    Step();
                    Console.WriteLine(nn.functional.cross_entropy(CALL, y).item<float>());
                }
                void Step()
                {
                    nn.functional.cross_entropy(model.call(x), y).backward();
                    optimizer.step();
                }
            }
        }
        public
        """;

    [Fact]
    public Task A_component_has_the_mode_of_its_whole_which_others_may_set() => Verify<MissingEvalMode>.Silent("""
        class Agent : nn.Module<Tensor, Tensor>
        {
            private readonly Net policy = new();
            public Agent() : base(nameof(Agent)) => RegisterComponents();
            public override Tensor forward(Tensor x) => policy.call(x);
            public long Choose(Tensor state) => policy.call(state).argmax(1).item<long>();
        }
        """ + Net);

    [Theory]
    [InlineData("public Net Model => net;", "scorer.Model.eval();")]
    [InlineData("public Net Model { get { return net; } }", "scorer.Model.train(false);")]
    [InlineData("public Net Get() => net;", "scorer.Get().eval();")]
    [InlineData("public void Use(Action<Net> use) => use(net);", "scorer.Use(one => one.eval());")]
    [InlineData("public IEnumerable<Net> All() { yield return net; }", "foreach (var one in scorer.All()) one.eval();")]
    [InlineData("public static implicit operator Net(Scorer scorer) => scorer.net;", "((Net)scorer).eval();")]
    public Task A_field_that_its_type_gives_away_may_be_set_by_whoever_gets_it(string member, string use) => Verify<MissingEvalMode>.Silent("var scorer = new Scorer(); " + use + """
         Console.WriteLine(scorer.Score(rand(2, 4)));
        class Scorer
        {
            private readonly Net net = new();
            public float Score(Tensor x) => net.call(x).sum().item<float>();
            MEMBER
        }
        """.Replace("MEMBER", member, StringComparison.Ordinal) + Net);

    [Fact]
    public Task Training_and_evaluating_in_one_mode_is_flagged_whoever_calls() =>
        Verify<MissingEvalMode>.Flags(Fitting.Replace("CALL", "[|model.call(x)|]", StringComparison.Ordinal) + Net);

    [Theory]
    [InlineData("{ model.train(); Step(); model.eval(); }")]
    [InlineData("")]
    public Task Training_in_a_mode_of_its_own_says_nothing_of_the_evaluation(string step) =>
        Verify<MissingEvalMode>.Silent(Fitting.Replace("CALL", "model.call(x)", StringComparison.Ordinal).Replace("Step();", step, StringComparison.Ordinal) + Net);

    [Theory]
    [InlineData("nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 3))", false)]
    [InlineData("nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.0), nn.Linear(4, 3))", false)]
    [InlineData("nn.Sequential((\"in\", nn.Linear(4, 4)), (\"drop\", nn.Dropout()), (\"out\", nn.Linear(4, 3)))", true)]
    [InlineData("nn.Sequential(nn.Linear(4, 4), new Block<Tensor>(), nn.Linear(4, 3))", true)]
    [InlineData("nn.Sequential().append(nn.Linear(4, 4)).append(nn.BatchNorm1d(4))", true)]
    [InlineData("nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4, track_running_stats: false))", false)]
    [InlineData("nn.Sequential(nn.Linear(4, 4), args.Length > 0 ? nn.Dropout() : nn.Identity())", false)]
    [InlineData("nn.Sequential(args.Length > 0 ? nn.Dropout(0.1) : nn.Dropout(0.2), nn.Linear(4, 4))", true)]
    [InlineData("Build(0.1)", true)]
    [InlineData("new Derived()", true)]
    [InlineData("new Stubborn()", false)]
    public Task The_layers_inside_decide(string model, bool isFlagged)
    {
        string code = $$"""
            using Dense = TorchSharp.Modules.Linear;
            nn.Module<Tensor, Tensor> model = {{model}};
            for (int i = 0; i < 3; i++) Console.WriteLine({{(isFlagged ? "[|model.call(rand(2, 4))|]" : "model.call(rand(2, 4))")}}.sum().item<float>());

            static Sequential Build(double p) => nn.Sequential(nn.Linear(4, 4), nn.Dropout(p), nn.Linear(4, 3));

            class Block<T> : nn.Module<Tensor, Tensor>
            {
                private readonly BatchNorm1d norm;
                public Block() : base("Block") { norm = nn.BatchNorm1d(4); RegisterComponents(); }
                public override Tensor forward(Tensor x) => norm.call(x);
            }
            class Plain : nn.Module<Tensor, Tensor>
            {
                protected readonly Dense linear = nn.Linear(4, 3);
                private Dropout Noise { get; } = nn.Dropout();
                public Plain() : base("Plain") => RegisterComponents();
                public override Tensor forward(Tensor x) => Noise.call(linear.call(x));
            }
            class Derived : Plain { public override Tensor forward(Tensor x) => base.forward(x) * 2; }
            class Stubborn : Plain { public override void train(bool train = true) => base.train(false); }
            """;
        return isFlagged ? Verify<MissingEvalMode>.Flags(code) : Verify<MissingEvalMode>.Silent(code);
    }

    [Fact]
    public Task The_fix_puts_eval_where_the_evaluation_begins() => Verify<MissingEvalMode>.Fixes("""
        class Program
        {
            static void Main()
            {
                var model = new Net();
                long correct = 0;

                // On the test set.
                using (no_grad())
                    foreach (var (x, y) in new List<(Tensor, Tensor)>())
                    {
                        for (int crop = 0; crop < 3; crop++)
                            correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();
                    }
                Console.WriteLine(correct);
            }
        }
        """ + Net, """
        class Program
        {
            static void Main()
            {
                var model = new Net();
                long correct = 0;

                // On the test set.
                model.eval();
                using (no_grad())
                    foreach (var (x, y) in new List<(Tensor, Tensor)>())
                    {
                        for (int crop = 0; crop < 3; crop++)
                            correct += model.call(x).argmax(1).eq(y).sum().item<long>();
                    }
                Console.WriteLine(correct);
            }
        }
        """ + Net);

    [Fact]
    public Task The_fix_goes_back_to_training_where_training_goes_on() => Verify<MissingEvalMode>.Fixes("""
        Tensor x = rand(8, 4);
        var model = new Net();
        var optimizer = optim.SGD(model.parameters(), 0.1);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            optimizer.zero_grad();
            model.call(x).sum().backward();
            optimizer.step();

            Console.WriteLine([|model.call(x)|].sum().item<float>()); // loss
        }
        """.Replace("sum().item", "sub(x).sum().item", StringComparison.Ordinal) + Net, """
        Tensor x = rand(8, 4);
        var model = new Net();
        var optimizer = optim.SGD(model.parameters(), 0.1);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            optimizer.zero_grad();
            model.call(x).sum().backward();
            optimizer.step();

            model.eval();
            Console.WriteLine(model.call(x).sum().item<float>()); // loss
            model.train();
        }
        """.Replace("sum().item", "sub(x).sum().item", StringComparison.Ordinal) + Net);

    [Theory]
    [InlineData("float Score(Net model) => [|model.call(rand(2, 4))|].sum().item<float>();")]
    [InlineData("float Score(Net model) { if (args.Length > 0) return [|model.call(rand(2, 4))|].sum().item<float>(); return 0; }")]
    public Task There_is_no_fix_where_no_statement_can_be_added(string score) =>
        Verify<MissingEvalMode>.HasNoFix($"var net = new Net(); Console.WriteLine(Score(net)); {score}" + Net);

    [Fact]
    public Task A_call_that_does_not_compile_yet_may_be_the_one_after_eval() => Verify<MissingEvalMode>.SilentOnBroken("""
        using TorchSharp;
        using static TorchSharp.torch;

        class Program
        {
            static void Run(nn.Module<Tensor, Tensor> unused)
            {
                var model = nn.Sequential(nn.Linear(4, 4), nn.Dropout(), nn.Linear(4, 2));
                model.train();
                model.eval();
                Score(model, missing);
            }

            private static long Score(TorchSharp.Modules.Sequential model, Tensor x)
            {
                using var scores = model.call(x);
                return scores.argmax(1).sum().item<long>();
            }
        }
        """);

    [Fact]
    public Task Broken_code_is_survived() => Verify<MissingEvalMode>.SilentOnBroken("class T { void M() { var m = new ; foreach (var x in m.call( m.eval(); } ");
}
