using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class EvaluationRecordsGradientsTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = randint(3, new long[] { 8 });
        var model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3));
        long correct = 0;

        """;

    private const string Fit = "var sgd = optim.SGD(model.parameters(), 0.1); foreach (var a in args) { sgd.zero_grad(); cross_entropy(model.call(x), y).backward(); sgd.step(); } ";

    [Fact]
    public Task A_loop_that_only_evaluates_is_flagged() => Verify<EvaluationRecordsGradients>.Flags(
        Start + "model.eval(); foreach (var a in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();",
        "'model.call(x)' records a graph for gradients in each round, and its result is only read, as by 'item(…)'. Evaluate under 'no_grad()'.");

    [Fact]
    public Task The_metric_is_the_second_place() => Verify<EvaluationRecordsGradients>.Points(
        Start + "foreach (var a in args) { var loss = cross_entropy([|model.call(x)|], y); Console.WriteLine(loss.ToSingle()); }", "loss.ToSingle()");

    [Theory]
    [InlineData(Fit + "for (int i = 0; i < 9; i++) { var output = [|model.call(x)|]; correct += output.argmax(1).eq(y).sum().item<long>(); Console.WriteLine(cross_entropy(output, y).item<float>()); }")]
    [InlineData("foreach (var a in args) for (int crop = 0; crop < 3; crop++) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();")]
    [InlineData("foreach (var a in args) { correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); correct += model.call(x).argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("foreach (var a in args) correct += Hits(x); long Hits(Tensor input) => [|model.call(input)|].argmax(1).eq(y).sum().item<long>();")]
    [InlineData("correct = Accuracy(model, args); static long Accuracy(nn.Module<Tensor, Tensor> net, string[] all) { long hits = 0; foreach (var a in all) hits += [|net.call(rand(1, 4))|].argmax(1).item<long>(); return hits; }")]
    [InlineData("using (no_grad()) x = x * 2; foreach (var a in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();")]
    [InlineData("for (int epoch = 0; epoch < 3; epoch++) { " + Fit + " foreach (var a in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("Action evaluate = () => { foreach (var a in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }; " + Fit + "evaluate();")]
    public Task What_is_read_in_rounds_of_nothing_else_is_flagged(string use) => Verify<EvaluationRecordsGradients>.Flags(Start + use);

    [Theory]
    [InlineData("using var off = no_grad(); foreach (var a in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("foreach (var a in args) { using (inference_mode()) correct += model.call(x).argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("set_grad_enabled(false); foreach (var a in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("Quiet(); foreach (var a in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>(); static void Quiet() => no_grad();")]
    [InlineData("using (no_grad()) correct = Accuracy(); long Accuracy() { long hits = 0; foreach (var a in args) hits += model.call(x).argmax(1).eq(y).sum().item<long>(); return hits; }")]
    [InlineData("Func<long> accuracy = () => { long hits = 0; foreach (var a in args) hits += model.call(x).argmax(1).eq(y).sum().item<long>(); return hits; }; correct = Task.Run(accuracy).Result;")]
    [InlineData("correct = model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("foreach (var a in args) { var output = model.call(x); correct += output.argmax(1).eq(y).sum().item<long>(); cross_entropy(output, y).backward(); }")]
    [InlineData("var kept = new List<Tensor>(); foreach (var a in args) { var output = model.call(x); kept.Add(output); correct += output.argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("foreach (var a in args) { var shown = model.call(x); correct += shown.shape[0]; }")]
    [InlineData("var relu = nn.ReLU(); foreach (var a in args) correct += relu.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("foreach (var p in model.parameters()) p.requires_grad_(false); foreach (var a in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("foreach (var p in model.parameters()) p.requires_grad = args.Length > 1; foreach (var a in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>();")]
    [InlineData("x.requires_grad = true; foreach (var a in args) { var score = model.call(x).sum(); var by = autograd.grad([score], [x])[0]; Console.WriteLine(score.item<float>() + by.sum().item<float>()); }")]
    [InlineData("TrainByChance(); void TrainByChance() { foreach (var a in args) correct += model.call(x).argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("foreach (var a in args) { var action = model.call(x).argmax(1).item<long>(); cross_entropy(model.call(x[action]), y).backward(); }")]
    [InlineData("foreach (var a in args) { cross_entropy(model.call(x), y).backward(); correct += model.call(x).argmax(1).eq(y).sum().item<long>(); }")]
    public Task A_guard_a_backward_or_what_may_want_gradients_is_silent(string use) => Verify<EvaluationRecordsGradients>.Silent(Start + use);

    [Fact]
    public Task A_library_is_called_by_who_knows_what() => Verify<EvaluationRecordsGradients>.Silent("""
        public static class Metrics
        {
            public static long Hits(Linear net, IEnumerable<Tensor> all) { long hits = 0; foreach (var x in all) hits += net.call(x).argmax(1).item<long>(); return hits; }
            public static void Report(Linear net) => Console.WriteLine(Hits(net, [rand(2, 4)]));
        }
        """);

    private const string Trainer = """
        var trainer = new Trainer();
        for (int epoch = 0; epoch < 3; epoch++) { trainer.Fit(rand(8, 4)); EVALUATE }
        abstract class Scored
        {
            protected readonly Linear net = nn.Linear(4, 2);
            public double Score(IEnumerable<Tensor> batches)
            {
                double sum = 0;
                foreach (var batch in batches) { sum += nn.functional.mse_loss(CALL, zeros(2, 2)).item<float>(); }
                return sum;
            }
        }
        """;

    private const string Fitting = "class Trainer : Scored { readonly optim.Optimizer sgd; public Trainer() => sgd = optim.SGD(net.parameters(), 0.1); public void Fit(Tensor x) { sgd.zero_grad(); net.call(x).sum().backward(); sgd.step(); } }";

    [Fact]
    public Task A_base_class_evaluates_what_its_derived_class_trains() => Verify<EvaluationRecordsGradients>.Flags(
        Trainer.Replace("CALL", "[|net.call(batch)|]", StringComparison.Ordinal).Replace("EVALUATE", "Console.WriteLine(trainer.Score([rand(2, 4)]));", StringComparison.Ordinal) + Fitting);

    [Theory]
    [InlineData("using (no_grad()) Console.WriteLine(trainer.Score([rand(2, 4)]));")]
    [InlineData("Console.WriteLine(trainer.Score([])); using (no_grad()) Console.WriteLine(trainer.Score([rand(2, 4)]));")]
    [InlineData("Func<IEnumerable<Tensor>, double> score = trainer.Score; Console.WriteLine(score([]));")]
    [InlineData("")]
    public Task A_caller_may_hold_the_guard(string evaluate) => Verify<EvaluationRecordsGradients>.Silent(
        Trainer.Replace("CALL", "net.call(batch)", StringComparison.Ordinal).Replace("EVALUATE", evaluate, StringComparison.Ordinal) + Fitting);

    [Fact]
    public Task The_fix_guards_the_loop_in_a_method_that_also_trains() => Verify<EvaluationRecordsGradients>.Fixes(Start + """
        var noGrad = args.Length;
        foreach (var a in args)
        {
            // Forward only.
            var output = [|model.call(x)|]; // logits
            correct += output.argmax(1).eq(y).sum().item<long>();
        }
        cross_entropy(model.call(x), y).backward();
        """, Start + """
        var noGrad = args.Length;
        foreach (var a in args)
        {
            using var noGrad2 = no_grad();
            // Forward only.
            var output = model.call(x); // logits
            correct += output.argmax(1).eq(y).sum().item<long>();
        }
        cross_entropy(model.call(x), y).backward();
        """);

    [Fact]
    public Task The_fix_guards_a_method_that_only_evaluates_once() => Verify<EvaluationRecordsGradients>.Fixes("""
        Console.WriteLine(Runs.Program.Score(nn.Linear(4, 2), args));

        namespace Runs
        {
            static class Program
            {
                public static long Score(Linear model, string[] args)
                {
                    // Two passes over the data.
                    long hits = 0;
                    foreach (var a in args)
                        hits += [|model.call(ones(1, 4))|].argmax(1).item<long>();
                    foreach (var a in args)
                        hits += [|model.call(zeros(1, 4))|].argmax(1).item<long>();
                    return hits;
                }
            }
        }
        """, """
        Console.WriteLine(Runs.Program.Score(nn.Linear(4, 2), args));

        namespace Runs
        {
            static class Program
            {
                public static long Score(Linear model, string[] args)
                {
                    using var noGrad = no_grad();
                    // Two passes over the data.
                    long hits = 0;
                    foreach (var a in args)
                        hits += model.call(ones(1, 4)).argmax(1).item<long>();
                    foreach (var a in args)
                        hits += model.call(zeros(1, 4)).argmax(1).item<long>();
                    return hits;
                }
            }
        }
        """);

    [Theory]
    [InlineData("foreach (var a in args) { await Task.Yield(); correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); }")]
    [InlineData("foreach (var a in args) correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>();")]
    [InlineData("var kept = new List<Tensor>(); foreach (var a in args) { correct += [|model.call(x)|].argmax(1).eq(y).sum().item<long>(); kept.Add(model.call(x)); }")]
    [InlineData("foreach (var a in args) correct += Hits(x); long Hits(Tensor input) => [|model.call(input)|].argmax(1).eq(y).sum().item<long>();")]
    public Task There_is_no_fix_where_the_guard_has_no_place_of_its_own(string use) => Verify<EvaluationRecordsGradients>.HasNoFix(Start + use);

    [Fact]
    public Task Broken_code_is_survived() => Verify<EvaluationRecordsGradients>.SilentOnBroken("class T { void M() { foreach (var x in ) { m.call(x).item<; } ");
}
