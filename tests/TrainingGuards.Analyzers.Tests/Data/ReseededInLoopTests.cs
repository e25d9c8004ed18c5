using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class ReseededInLoopTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1));
        var optimizer = optim.SGD(model.parameters(), 0.1);
        int seed = 42;

        """;

    private const string Epochs = "for (int epoch = 0; epoch < 9; epoch++) ";
    private const string Step = "optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); optimizer.step(); ";
    private const string Rows = "class Rows : utils.data.Dataset { readonly int seed = 7; int changing; public void SetEpoch(int epoch) => changing = epoch; public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) { ";

    [Fact]
    public Task The_message_names_what_draws() => Verify<ReseededInLoop>.Flags(
        Start + Epochs + "{ [|manual_seed(42)|]; " + Step + "}",
        "'manual_seed' sets the generator back to the same state in each round of a training loop, so 'Dropout' draws the same numbers again. Seed once, before the loop.");

    [Fact]
    public Task In_GetTensor_it_names_the_generator() => Verify<ReseededInLoop>.Flags(
        Rows + "var rng = new Random(index > 3 ? 1 : 2); var other = [|new Random(42)|]; return new() { [\"x\"] = rand(4) * other.NextDouble() }; } }",
        "'Random' starts from the same state in each 'GetTensor', so every example is given the same random numbers. Use 'Random.Shared', or a seed that depends on the index.");

    [Fact]
    public Task It_points_to_the_loop() => Verify<ReseededInLoop>.Points(
        Start + Epochs + "foreach (var batch in args) { [|random.manual_seed(seed)|]; " + Step + "}", "for");

    [Theory]
    [InlineData(Epochs + "{ [|torch.manual_seed(seed)|]; " + Step + "}")]
    [InlineData("const int fixedSeed = 3; while (true) { _ = [|torch.random.manual_seed(fixedSeed * 2)|]; " + Step + "}")]
    [InlineData("SetSeed(seed); " + Epochs + "{ SetSeed(seed); " + Step + "} static void SetSeed(int value) => [|manual_seed(value)|];")]
    [InlineData(Epochs + "Epoch(); void Epoch() { [|manual_seed(1)|]; foreach (var batch in args) { " + Step + "} }")]
    [InlineData(Epochs + "foreach (var batch in args) Learn(model, optimizer, x, y); static void Learn(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor x, Tensor y) { [|manual_seed(1)|]; " + Step + "}")]
    [InlineData("var net = nn.Linear(4, 1); " + Epochs + "{ [|manual_seed(1)|]; var noisy = x + randn_like(x) * 0.1; mse_loss(net.call(noisy), y).backward(); optimizer.step(); }")]
    [InlineData("var net = new Net(); " + Epochs + "{ [|manual_seed(1)|]; net.call(x).sum().backward(); optimizer.step(); } class Net : nn.Module<Tensor, Tensor> { public Net() : base(\"n\") { } public override Tensor forward(Tensor x) => dropout(x, 0.5, training: training); }")]
    [InlineData(Epochs + "{ foreach (var batch in args) { " + Step + "} [|manual_seed(1)|]; using (no_grad()) Console.WriteLine(model.call(randn(8, 4))); }")]
    [InlineData("new Trainer(new Options(), nn.Sequential(nn.Linear(4, 1), nn.Dropout())).Fit(x); class Options { public int Seed { get; init; } = 3; } class Trainer(Options options, nn.Module<Tensor, Tensor> model) { readonly optim.Optimizer optimizer = optim.SGD(model.parameters(), 0.1); public void Fit(Tensor x) { while (true) { [|manual_seed(options.Seed)|]; model.call(x).sum().backward(); optimizer.step(); } } }")]
    [InlineData("new Trainer().Fit(x); class Trainer { readonly int _seed; readonly Sequential _model = nn.Sequential(nn.Linear(4, 1), nn.Dropout()); public Trainer(int seed = 3) => _seed = seed; public void Fit(Tensor x) { var optimizer = optim.SGD(_model.parameters(), 0.1); while (true) { [|manual_seed(_seed)|]; _model.call(x).sum().backward(); optimizer.step(); } } }")]
    public Task The_same_state_in_every_round_is_flagged(string code) => Verify<ReseededInLoop>.Flags(Start + code);

    [Theory]
    [InlineData("var rng = [|new Random(42)|]; double scale = rng.NextDouble(); if (rng.Next(2) == 1) scale = -scale; return new() { [\"x\"] = rand(4) * scale }; } }")]
    [InlineData("return new() { [\"x\"] = rand(4) * [|new Random(seed)|].NextDouble() }; } }")]
    [InlineData("[|manual_seed(seed)|]; return new() { [\"x\"] = ones(4) + randn(4) * 0.1 }; } }")]
    [InlineData("[|torch.random.manual_seed(3)|]; return Noisy(ones(4)); } static Dictionary<string, Tensor> Noisy(Tensor x) => new() { [\"x\"] = x + randn_like(x) }; }")]
    public Task The_same_state_for_every_example_is_flagged(string code) => Verify<ReseededInLoop>.Flags(Rows + code);

    [Theory]
    [InlineData("manual_seed(1); " + Epochs + "{ " + Step + "}")]
    [InlineData(Epochs + "{ manual_seed(epoch); " + Step + "}")]
    [InlineData(Epochs + "{ manual_seed(seed + epoch); " + Step + "}")]
    [InlineData(Epochs + "{ manual_seed(seed++); " + Step + "}")]
    [InlineData(Epochs + "{ manual_seed(Random.Shared.Next()); " + Step + "}")]
    [InlineData("foreach (int run in new[] { 1, 2 }) { manual_seed(run); " + Step + "}")]
    [InlineData(Epochs + "{ if (epoch == 0) manual_seed(1); " + Step + "}")]
    [InlineData(Epochs + "{ SetSeed(epoch); " + Step + "} static void SetSeed(int value) => manual_seed(value);")]
    [InlineData("foreach (var rate in new[] { 0.1, 0.2 }) { manual_seed(1); var net = nn.Sequential(nn.Linear(4, 1), nn.Dropout()); var sgd = optim.SGD(net.parameters(), rate); net.call(x).sum().backward(); sgd.step(); }")]
    [InlineData("foreach (var rate in new[] { 0.1, 0.2 }) { manual_seed(1); Fit(rate); } void Fit(double rate) { var net = Make(); var sgd = optim.SGD(net.parameters(), rate); foreach (var batch in args) { net.call(x).sum().backward(); sgd.step(); } } Sequential Make() => nn.Sequential(nn.Linear(4, 1), nn.Dropout());")]
    [InlineData("for (int fold = 0; fold < 5; fold++) { manual_seed(1); model.load(\"start\"); " + Step + "}")]
    [InlineData("var net = nn.Linear(4, 1); " + Epochs + "{ foreach (var batch in args) { net.call(x).sum().backward(); optimizer.step(); } manual_seed(0); using (no_grad()) Console.WriteLine(net.call(randn(16, 4))); }")]
    [InlineData(Epochs + "{ manual_seed(1); Console.WriteLine(model.call(rand(2, 4)).item<float>()); }")]
    [InlineData(Epochs + "{ manual_seed(0); Console.WriteLine(rand(2)); manual_seed(epoch); " + Step + "}")]
    [InlineData("var own = new Generator(1); " + Epochs + "{ own.manual_seed(1); " + Step + "}")]
    [InlineData(Epochs + "{ manual_seed(1); " + Step + "} static void manual_seed(int seed) { }")]
    [InlineData("new Trainer().Fit(x); class Trainer { int _seed; readonly Sequential _model = nn.Sequential(nn.Linear(4, 1), nn.Dropout()); public void Fit(Tensor x) { var optimizer = optim.SGD(_model.parameters(), 0.1); while (true) { manual_seed(_seed); _model.call(x).sum().backward(); optimizer.step(); Next(); } } void Next() => _seed += 1; }")]
    [InlineData("Action later = () => manual_seed(1); Console.WriteLine(later); " + Epochs + "{ " + Step + "}")]
    public Task A_seed_that_repeats_nothing_is_silent(string code) => Verify<ReseededInLoop>.Silent(Start + code);

    [Theory]
    [InlineData("var rng = new Random((int)index); return new() { [\"x\"] = rand(4) * rng.NextDouble() }; } }")]
    [InlineData("var rng = new Random(HashCode.Combine(seed, index)); return new() { [\"x\"] = rand(4) * rng.NextDouble() }; } }")]
    [InlineData("var rng = new Random(changing); return new() { [\"x\"] = rand(4) * rng.NextDouble() }; } }")]
    [InlineData("var rng = new Random(); return new() { [\"x\"] = rand(4) * rng.NextDouble() }; } }")]
    [InlineData("var rng = new Random(1); var order = Enumerable.Range(0, 9).OrderBy(_ => rng.Next()).ToArray(); return new() { [\"x\"] = ones(4) * order[index] }; } }")]
    [InlineData("var rng = new Random(1); var order = new int[9]; for (int i = 0; i < 9; i++) order[i] = rng.Next(); return new() { [\"x\"] = ones(4) * order[index] }; } }")]
    [InlineData("manual_seed(index); return new() { [\"x\"] = ones(4) + randn(4) }; } }")]
    [InlineData("manual_seed(1); return new() { [\"x\"] = ones(4) * index }; } }")]
    [InlineData("return new() { [\"x\"] = ones(4) * index }; } Random Make() => new Random(1); }")]
    public Task Examples_that_differ_are_silent(string code) => Verify<ReseededInLoop>.Silent(Rows + code);

    private const string Plain = "var net = nn.Linear(4, 1); ";
    private const string Learn = "net.call(batch).sum().backward(); optimizer.step(); ";
    private const string Batches = "IEnumerable<Tensor> Batches() { var order = randperm(8); for (int i = 0; i < 8; i++) yield return x[order[i].item<long>()]; } ";
    private const string Guards = "namespace TrainingGuards { class Batch(Tensor inputs) { public Tensor Inputs => inputs; } class Examples { public static extern Examples From(Tensor inputs, Tensor targets, int batchSize, bool shuffled = false); public static extern Examples From(Func<IEnumerable<Batch>> epoch); public extern IEnumerable<Batch> Epoch(); public extern Examples Augmented(Func<Batch, Batch> augment); public extern Examples StoredAs(Examples plain); } } ";

    [Theory]
    // The order of the batches.
    [InlineData(Plain + Epochs + "{ [|manual_seed(1)|]; foreach (var batch in Batches()) { " + Learn + "} } " + Batches)]
    [InlineData(Plain + Epochs + "foreach (var batch in Batches()) { [|manual_seed(1)|]; " + Learn + "} " + Batches)]
    // What is made of each as it comes.
    [InlineData(Plain + "foreach (var batch in x.unbind().Select(one => one + randn_like(one))) { [|manual_seed(1)|]; " + Learn + "}")]
    [InlineData(Plain + "var noisy = x.unbind().Where(one => one.sum().item<float>() > 0).Select(Noisy).Take(4); " + Epochs + "{ [|manual_seed(1)|]; foreach (var batch in noisy) { " + Learn + "} } Tensor Noisy(Tensor one) => one + randn_like(one);")]
    [InlineData(Plain + "foreach (var batch in x.unbind().Select(Noisy)) { " + Learn + "} Tensor Noisy(Tensor one) { [|manual_seed(1)|]; return one + randn_like(one); }")]
    [InlineData(Plain + "foreach (var batch in x.unbind().Select(one => { [|manual_seed(7)|]; return dropout(one, 0.5); })) { " + Learn + "}")]
    // Examples of TrainingGuards.
    [InlineData(Plain + "var all = TrainingGuards.Examples.From(x, y, 4, shuffled: true); " + Epochs + "foreach (var part in all.Epoch()) { [|manual_seed(1)|]; var batch = part.Inputs; " + Learn + "} " + Guards)]
    [InlineData(Plain + "var (all, _) = Load(); foreach (var part in all.Epoch()) { var batch = part.Inputs; " + Learn + "} (TrainingGuards.Examples, int) Load() { var plain = TrainingGuards.Examples.From(x, y, 4); return (TrainingGuards.Examples.From(() => plain.Epoch().Select(part => new TrainingGuards.Batch(Noisy(part.Inputs)))), 1); } Tensor Noisy(Tensor one) { [|manual_seed(1)|]; return one + randn_like(one); } " + Guards)]
    [InlineData(Plain + "var (all, _) = Load(); foreach (var part in all.Epoch()) { var batch = part.Inputs; " + Learn + "} (TrainingGuards.Examples, int) Load() { var plain = TrainingGuards.Examples.From(x, y, 4); return (plain.Augmented(part => new TrainingGuards.Batch(Noisy(part.Inputs))), 1); } Tensor Noisy(Tensor one) { [|manual_seed(1)|]; return one + randn_like(one); } " + Guards)]
    [InlineData(Plain + "var plain = TrainingGuards.Examples.From(x, y, 4, shuffled: true); var all = plain.Augmented(part => part).StoredAs(plain); " + Epochs + "foreach (var part in all.Epoch()) { [|manual_seed(1)|]; var batch = part.Inputs; " + Learn + "} " + Guards)]
    [InlineData(Plain + "var all = TrainingGuards.Examples.From(x, y, 4).Augmented(part => new TrainingGuards.Batch(part.Inputs + randn_like(part.Inputs))).Augmented(part => part); " + Epochs + "{ [|manual_seed(1)|]; foreach (var part in all.Epoch()) { var batch = part.Inputs; " + Learn + "} } " + Guards)]
    public Task What_a_loop_goes_over_draws_too(string code) => Verify<ReseededInLoop>.Flags(Start + code);

    [Fact]
    public Task The_message_says_that_each_element_repeats() => Verify<ReseededInLoop>.Flags(
        Start + Plain + "foreach (var batch in x.unbind().Select(Noisy)) { " + Learn + "} Tensor Noisy(Tensor one) { [|manual_seed(1)|]; return one + randn_like(one); }",
        "'manual_seed' sets the generator back to the same state for each element that a training loop goes over, so 'randn_like' draws the same numbers again. Seed once, before the loop.");

    [Theory]
    // Validation that is noisy in the same way each time is comparable.
    [InlineData(Plain + "foreach (var batch in x.unbind().Select(Noisy)) Console.WriteLine(net.call(batch).item<float>()); Tensor Noisy(Tensor one) { manual_seed(1); return one + randn_like(one); }")]
    [InlineData(Plain + Epochs + "{ manual_seed(1); foreach (var batch in Batches()) Console.WriteLine(net.call(batch).item<float>()); } " + Batches)]
    // One order, once.
    [InlineData(Plain + "foreach (var batch in Batches()) { manual_seed(1); " + Learn + "} " + Batches)]
    [InlineData(Plain + "manual_seed(1); " + Epochs + "foreach (var batch in Batches()) { " + Learn + "} " + Batches)]
    [InlineData(Plain + Epochs + "{ manual_seed(epoch); foreach (var batch in Batches()) { " + Learn + "} } " + Batches)]
    // Each run begins anew.
    [InlineData("foreach (var rate in new[] { 0.1, 0.2 }) { manual_seed(1); var net = nn.Linear(4, 1); foreach (var batch in Batches()) { " + Learn + "} } " + Batches)]
    // Nothing is drawn, or it was drawn before the loop, or after another seed.
    [InlineData(Plain + Epochs + "{ manual_seed(1); foreach (var batch in x.unbind()) { " + Learn + "} }")]
    [InlineData(Plain + "var noisy = x.unbind().Select(one => one + randn_like(one)).ToList(); " + Epochs + "{ manual_seed(1); foreach (var batch in noisy) { " + Learn + "} }")]
    [InlineData(Plain + "foreach (var batch in x.unbind().Select(Scaled)) { " + Learn + "} Tensor Scaled(Tensor one) { manual_seed(1); return one * 2; }")]
    [InlineData(Plain + "foreach (var batch in x.unbind().Select((one, i) => { manual_seed(i); return one + randn_like(one); })) { " + Learn + "}")]
    [InlineData(Plain + "var all = TrainingGuards.Examples.From(x, y, 4); " + Epochs + "foreach (var part in all.Epoch()) { manual_seed(1); var batch = part.Inputs; " + Learn + "} " + Guards)]
    [InlineData(Plain + "var all = TrainingGuards.Examples.From(x, y, 4).Augmented(part => new TrainingGuards.Batch(part.Inputs * 2)); " + Epochs + "foreach (var part in all.Epoch()) { manual_seed(1); var batch = part.Inputs; " + Learn + "} " + Guards)]
    // What is said of how they are stored is not what the loop goes over.
    [InlineData(Plain + "var all = TrainingGuards.Examples.From(x, y, 4).StoredAs(TrainingGuards.Examples.From(x, y, 4, shuffled: true)); " + Epochs + "foreach (var part in all.Epoch()) { manual_seed(1); var batch = part.Inputs; " + Learn + "} " + Guards)]
    public Task What_a_loop_goes_over_repeats_nothing(string code) => Verify<ReseededInLoop>.Silent(Start + code);

    private const string Stepped = "sealed class Net : nn.Module<Tensor, Tensor> { private readonly Linear first = nn.Linear(4, 8); private readonly Dropout drop = nn.Dropout(0.2); private readonly Linear head = nn.Linear(8, 4); public Net() : base(\"net\") => RegisterComponents(); public override Tensor forward(Tensor x) => head.call(drop.call(first.call(x))); } class Setup { public Action<Tensor>? Step { get; init; } } static class Learning { public static Setup Of(Net m, optim.Optimizer o) => new() { Step = x => Step(m, o, x, 1) }; "
        + "public static void Step(Net model, optim.Optimizer optimizer, Tensor x, int seed) { ";

    [Fact]
    public Task A_step_that_a_lambda_calls_too_is_flagged() => Verify<ReseededInLoop>.Flags(
        Start + "var net = new Net(); foreach (var batch in args) Learning.Step(net, optimizer, x, 1); " + Stepped + "[|manual_seed(0)|]; mse_loss(model.call(x), x).backward(); optimizer.step(); } }");

    [Theory]
    [InlineData("var net = new Net(); foreach (var batch in args) Learning.Step(net, optimizer, x, batch.Length); ", "manual_seed(seed); ")]
    [InlineData("Learning.Step(new Net(), optimizer, x, 1); ", "manual_seed(0); ")]
    public Task A_step_that_a_lambda_calls_and_no_loop_repeats_is_silent(string calls, string seed) => Verify<ReseededInLoop>.Silent(
        Start + calls + Stepped + seed + "mse_loss(model.call(x), x).backward(); optimizer.step(); } }");

    [Fact]
    public Task A_constructor_may_seed_once() => Verify<ReseededInLoop>.Silent(
        "class Rows : utils.data.Dataset { readonly Random rng = new Random(1); public override long Count => 9; public override Dictionary<string, Tensor> GetTensor(long index) => new() { [\"x\"] = rand(4) * rng.NextDouble() }; }");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<ReseededInLoop>.SilentOnBroken(Start + Epochs + "{ manual_seed(); manual_seed(, 1); " + Step + "}");

    [Fact]
    public Task The_fix_moves_it_before_all_loops() => Verify<ReseededInLoop>.Fixes(
        Start + """
        // train
        for (int epoch = 0; epoch < 9; epoch++)
        {
            foreach (var batch in args)
            {
                [|torch.manual_seed(seed)|]; // repeatable
                mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
        }
        """,
        Start + """
        // train
        torch.manual_seed(seed); // repeatable
        for (int epoch = 0; epoch < 9; epoch++)
        {
            foreach (var batch in args)
            {
                mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
        }
        """);

    [Theory]
    [InlineData("while (true) { using var generator = [|manual_seed(1)|]; " + Step + "}")]
    [InlineData("if (args.Length > 0) while (true) { [|manual_seed(1)|]; " + Step + "}")]
    [InlineData("while (true) { Epoch(); } void Epoch() { [|manual_seed(1)|]; " + Step + "}")]
    public Task No_fix_is_offered_where_it_cannot_simply_move(string code) => Verify<ReseededInLoop>.HasNoFix(Start + code);
}
