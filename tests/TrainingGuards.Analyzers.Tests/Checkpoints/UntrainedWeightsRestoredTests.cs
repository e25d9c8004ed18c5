using TrainingGuards.Analyzers.Checkpoints;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Checkpoints;

public sealed class UntrainedWeightsRestoredTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var optimizer = optim.Adam(model.parameters());
        double best = double.MaxValue;
        void Train() { optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); optimizer.step(); }
        double Measure() { using var _ = no_grad(); return mse_loss(model.call(x), y).item<float>(); }

        """;

    private const string Copied = "model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone())";
    private const string Copy = "var kept = " + Copied + "; ";
    private const string Loop = "for (int epoch = 0; epoch < 9; epoch++) { Train(); double loss = Measure(); if (loss < best) best = loss; } ";
    private const string Load = "[|model.load_state_dict(kept)|]; ";
    private const string SilentLoad = "model.load_state_dict(kept); ";
    private const string Test = "Console.WriteLine(Measure()); ";

    [Fact]
    public Task The_message_names_the_copy_the_model_and_the_score() => Verify<UntrainedWeightsRestored>.Flags(
        Start + Copy + Loop + Load + Test,
        "'kept' holds the weights that 'model' had before training, so restoring them throws all of it away. Copy them again where 'best' improves.");

    [Fact]
    public Task It_points_to_the_copy_and_the_loop() => Verify<UntrainedWeightsRestored>.Points(Start + Copy + Loop + Load + Test, "model.state_dict()", "for");

    [Theory]
    [InlineData("Dictionary<string, Tensor>? kept = null; kept = " + Copied + "; " + Loop + Load + Test)]
    [InlineData("Dictionary<string, Tensor> kept = []; kept = " + Copied + "; " + Loop + Load + Test)]
    [InlineData("var kept = Snapshot(model); " + Loop + Load + Test + "static Dictionary<string, Tensor> Snapshot(nn.Module of) => of.state_dict().ToDictionary(e => e.Key, e => e.Value.cpu().clone());")]
    [InlineData(Copy + "int patience = 0; while (patience < 3) { Train(); var loss = Measure(); if (loss < best - 1e-4) { best = loss; patience = 0; } else patience++; } " + Load + Test)]
    [InlineData(Copy + "foreach (var batch in args) { Train(); double loss = Measure(); if (loss >= best) continue; best = loss; } " + Load + "model.save(\"best.dat\");")]
    [InlineData(Copy + Loop + "Console.WriteLine(best); " + Load + "model.eval(); " + Test)]
    [InlineData(Copy + "nn.utils.clip_grad_norm_(model.parameters(), 1); " + Loop + "model.load_state_dict(kept, strict: true);" + Test, "model.load_state_dict(kept, strict: true)")]
    [InlineData("if (args.Length > 0) { " + Copy + Loop + Load + Test + "}")]
    public Task Weights_from_before_training_are_flagged(string code, string? load = null) =>
        Verify<UntrainedWeightsRestored>.Flags(Start + (load is null ? code : code.Replace(load, $"[|{load}|]", StringComparison.Ordinal)));

    [Fact]
    public Task A_program_in_methods_is_flagged() => Verify<UntrainedWeightsRestored>.Flags("""
        using static TorchSharp.torch.nn.functional;

        static class Digits
        {
            public static double Fit(IReadOnlyList<(Tensor, Tensor)> training, IReadOnlyList<(Tensor, Tensor)> validation)
            {
                using var model = nn.Linear(4, 2);
                using optim.Optimizer optimizer = NewOptimizer(model);
                double best = 0;
                Dictionary<string, Tensor> weights = model.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());
                for (int epoch = 0; epoch < 9; epoch++)
                {
                    foreach (var (x, y) in training) Step(model, optimizer, x, y);
                    double metric = Evaluate(model, validation);
                    if (metric <= best) continue;
                    best = metric;
                }
                [|model.load_state_dict(weights)|];
                return Evaluate(model, validation);
            }

            private static optim.Optimizer NewOptimizer(Linear model) => optim.SGD(model.parameters(), 0.1);

            private static void Step(Linear model, optim.Optimizer optimizer, Tensor x, Tensor y)
            {
                optimizer.zero_grad();
                cross_entropy(model.call(x), y).backward();
                optimizer.step();
            }

            private static double Evaluate(Linear model, IReadOnlyList<(Tensor, Tensor)> batches)
            {
                model.eval();
                using var _ = no_grad();
                double right = 0;
                foreach (var (x, y) in batches) right += model.call(x).argmax(1).eq(y).sum().item<long>();
                return right;
            }
        }
        """);

    [Fact]
    public Task A_trainer_with_fields_is_flagged() => Verify<UntrainedWeightsRestored>.Flags("""
        using static TorchSharp.torch.nn.functional;

        partial class Trainer(Linear network, Tensor x, Tensor y)
        {
            private readonly optim.Optimizer optimizer = optim.SGD(network.parameters(), 0.1);
            private Dictionary<string, Tensor>? weights;
            private double best;

            public double Fit()
            {
                weights = network.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());
                best = Loss();
                for (int epoch = 0; epoch < 9; epoch++)
                {
                    Epoch();
                    var loss = Loss();
                    if (loss < best) this.best = loss;
                }
                [|network.load_state_dict(weights)|];
                return Loss();
            }
        }

        partial class Trainer
        {
            private void Epoch()
            {
                optimizer.zero_grad();
                mse_loss(network.call(x), y).backward();
                optimizer.step();
            }

            private double Loss() => mse_loss(network.call(x), y).item<float>();
        }
        """);

    [Theory]
    [InlineData(Copy + "for (int epoch = 0; epoch < 9; epoch++) { Train(); double loss = Measure(); if (loss < best) { best = loss; kept = " + Copied + "; } } " + SilentLoad + Test)]
    [InlineData(Copy + "for (int epoch = 0; epoch < 9; epoch++) { Train(); double loss = Measure(); if (loss < best) { best = loss; Keep(); } } " + SilentLoad + Test + "void Keep() => kept = " + Copied + ";")]
    [InlineData(Copy + "for (int epoch = 0; epoch < 9; epoch++) { Train(); double loss = Measure(); if (loss < best) { best = loss; foreach (var (name, value) in model.state_dict()) kept[name].copy_(value); } } " + SilentLoad + Test)]
    [InlineData(Copy + "for (int epoch = 0; epoch < 9; epoch++) { Train(); double loss = Measure(); if (loss < best) { best = loss; Renew(kept); } } " + SilentLoad + Test + "void Renew(Dictionary<string, Tensor> of) { foreach (var (name, value) in model.state_dict()) of[name] = value.clone(); }")]
    public Task A_copy_that_is_renewed_is_silent(string code) => Verify<UntrainedWeightsRestored>.Silent(Start + code);

    [Theory]
    // Folds, each from the same start.
    [InlineData(Copy + "for (int fold = 0; fold < 5; fold++) { " + Loop + SilentLoad + Test + "}")]
    [InlineData(Copy + "for (int fold = 0; fold < 5; fold++) { " + SilentLoad + Loop + "}")]
    // A lottery ticket is trained again from where it began.
    [InlineData(Copy + Loop + SilentLoad + "model.weight!.detach().mul_(rand(1, 4).gt(0.5)); " + Loop + Test)]
    // A search for a learning rate leaves no trace; then comes training.
    [InlineData("double Find() { " + Copy + "double rate = 1e-6; for (int i = 0; i < 99; i++) { Train(); double loss = Measure(); if (loss < best) best = loss; if (loss > 4 * best) break; rate *= 1.1; } " + SilentLoad + "return rate; } Console.WriteLine(Find()); Train(); " + Test)]
    // Before and after.
    [InlineData(Copy + Loop + "double after = Measure(); " + SilentLoad + "Console.WriteLine(after - Measure());")]
    [InlineData(Copy + Loop + "model.save(\"trained.dat\"); " + SilentLoad + Test)]
    [InlineData(Copy + Loop + "var trained = " + Copied + "; " + SilentLoad + Test + "model.load_state_dict(trained);")]
    [InlineData(Copy + "for (int epoch = 0; epoch < 9; epoch++) { Train(); double loss = Measure(); if (loss < best) { best = loss; model.save(\"best.dat\"); } } " + SilentLoad + Test)]
    // A run that was no better than what was there is taken back.
    [InlineData(Copy + "double before = Measure(); " + Loop + "if (best > before) " + SilentLoad + Test)]
    [InlineData(Copy + Loop + "if (args.Length > 0) return; " + "try { Train(); } catch (Exception) { " + SilentLoad + Test + "}")]
    public Task Weights_that_are_wanted_back_are_silent(string code) => Verify<UntrainedWeightsRestored>.Silent(Start + code);

    [Theory]
    // Nothing is said of which weights are wanted: a demonstration that restoring works.
    [InlineData(Copy + "for (int epoch = 0; epoch < 9; epoch++) Train(); " + SilentLoad + Test)]
    // Nobody uses it.
    [InlineData(Copy + Loop + SilentLoad)]
    // Another model.
    [InlineData("var teacher = nn.Linear(4, 1); var kept = teacher.state_dict().ToDictionary(e => e.Key, e => e.Value.clone()); " + Loop + SilentLoad + Test)]
    [InlineData(Copy + Loop + "var fresh = nn.Linear(4, 1); fresh.load_state_dict(kept); Console.WriteLine(fresh.call(x));")]
    [InlineData("var other = nn.Linear(4, 1); var kept = other.state_dict().ToDictionary(e => e.Key, e => e.Value.clone()); " + Loop + "other.load_state_dict(kept); Console.WriteLine(other.call(x));")]
    // By reference, which is another rule's.
    [InlineData("var kept = model.state_dict(); " + Loop + SilentLoad + Test)]
    // Taken after training.
    [InlineData(Loop + Copy + SilentLoad + Test)]
    [InlineData("Train(); " + Copy + "double loss = Measure(); if (loss < best) best = loss; " + SilentLoad + Test)]
    // Who trains after it is out of sight.
    [InlineData(Copy + Loop + SilentLoad + "Action more = args.Length > 0 ? Train : () => { }; more(); " + Test)]
    [InlineData("var own = new Own(); var kept = own.state_dict().ToDictionary(e => e.Key, e => e.Value.clone()); " + Loop + "own.load_state_dict(kept); " + Test + "class Own { public Dictionary<string, Tensor> state_dict() => []; public void load_state_dict(Dictionary<string, Tensor> state) { } }")]
    public Task What_is_not_certain_is_silent(string code) => Verify<UntrainedWeightsRestored>.Silent(Start + code);

    [Fact]
    public Task A_method_whose_callers_train_on_is_silent() => Verify<UntrainedWeightsRestored>.Silent("""
        using static TorchSharp.torch.nn.functional;

        static class Rates
        {
            public static void Run(Linear model, Tensor x, Tensor y)
            {
                foreach (double rate in new[] { 0.1, 0.01 }) Console.WriteLine(Try(model, rate, x, y));
            }

            private static float Try(Linear model, double rate, Tensor x, Tensor y)
            {
                var start = model.state_dict().ToDictionary(one => one.Key, one => one.Value.clone());
                var optimizer = optim.SGD(model.parameters(), rate);
                float best = float.MaxValue;
                for (int i = 0; i < 9; i++)
                {
                    optimizer.zero_grad();
                    var loss = mse_loss(model.call(x), y);
                    loss.backward();
                    optimizer.step();
                    float now = loss.item<float>();
                    if (now < best) best = now;
                }
                model.load_state_dict(start);
                return best - mse_loss(model.call(x), y).item<float>();
            }
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<UntrainedWeightsRestored>.SilentOnBroken(Start + Copy + Loop + "model.load_state_dict(); model.load_state_dict(kept" );
}
