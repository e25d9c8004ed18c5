using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Checkpoints;
using TrainingGuards.Analyzers.Tests.Verification;
using TrainingGuards.CodeFixes.Checkpoints;

namespace TrainingGuards.Analyzers.Tests.Checkpoints;

public sealed class BestWeightsByReferenceTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);
        var optimizer = optim.Adam(model.parameters());
        double lowest = double.MaxValue;
        void Train() { optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); optimizer.step(); }
        double Measure() { using var _ = no_grad(); return mse_loss(model.call(x), y).item<float>(); }

        """;

    private const string Best = "Dictionary<string, Tensor>? best = null; ";
    private const string Copy = "model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone())";

    [Fact]
    public Task The_message_names_what_keeps_them_and_who_reads_them() => Verify<BestWeightsByReference>.Flags(
        Start + Best + "for (int epoch = 0; epoch < 9; epoch++) { Train(); if (Measure() < lowest) { best = [|model.state_dict()|]; } } model.load_state_dict(best!);",
        "'best' keeps the tensors of 'model' themselves, which training goes on to change, so 'load_state_dict(…)' gets the last weights and not those that were kept. "
            + "Clone each entry as it is kept.");

    [Fact]
    public Task It_points_to_who_reads_them() => Verify<BestWeightsByReference>.Points(
        Start + Best + "while (true) { Train(); if (Measure() < lowest) best = [|model.state_dict()|]; else if (Measure() > 2) break; } if (best is not null) model.load_state_dict(best);",
        "model.load_state_dict(best)");

    [Theory]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = [|model.state_dict()|]; } if (best is { } found) model.load_state_dict(found);")]
    [InlineData("Dictionary<string, Tensor> best = []; foreach (var batch in args) { Train(); if (Measure() < lowest) best = [|model.state_dict()|]; } model.load_state_dict(best);")]
    [InlineData("var best = [|model.state_dict()|]; foreach (var batch in args) { Train(); if (Measure() < lowest) best = [|model.state_dict()|]; } model.load_state_dict(best);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); best = Measure() < lowest ? [|model.state_dict()|] : best; } model.load_state_dict(best!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() >= lowest) continue; best = [|model.state_dict()|]; } model.load_state_dict(best!, strict: true);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) (lowest, best) = (Measure(), [|model.state_dict()|]); } model.load_state_dict(best!);")]
    [InlineData("(double Loss, Dictionary<string, Tensor>? Weights) best = (1, null); foreach (var batch in args) { Train(); if (Measure() < best.Loss) best = (Measure(), [|model.state_dict()|]); } model.load_state_dict(best.Weights!);")]
    [InlineData("(double Loss, Dictionary<string, Tensor>? Weights) best = (1, null); foreach (var batch in args) { Train(); if (Measure() < best.Loss) best.Weights = [|model.state_dict()|]; } model.load_state_dict(best.Weights!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = new Dictionary<string, Tensor>([|model.state_dict()|]); } model.load_state_dict(best!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = model.state_dict().ToDictionary(kv => kv.Key, kv => [|kv.Value|]); } model.load_state_dict(best!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = model.state_dict().ToDictionary(kv => kv.Key, kv => [|kv.Value.detach()|]); } model.load_state_dict(best!);")]
    [InlineData("var best = new Dictionary<string, Tensor>(); foreach (var batch in args) { Train(); if (Measure() < lowest) foreach (var (name, value) in model.state_dict()) best[name] = [|value|]; } model.load_state_dict(best);")]
    [InlineData("var best = new Dictionary<string, Tensor>(); foreach (var batch in args) { Train(); if (Measure() < lowest) { best.Clear(); foreach (var kv in model.state_dict()) { best[kv.Key] = [|kv.Value|]; } } } model.load_state_dict(best);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); Keep(); } model.load_state_dict(best!); void Keep() { if (Measure() < lowest) best = [|model.state_dict()|]; }")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = Weights(); } model.load_state_dict(best!); Dictionary<string, Tensor> Weights() => [|model.state_dict()|];")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) Keep([|model.state_dict()|]); } Restore(best!); void Keep(Dictionary<string, Tensor> weights) => best = weights; void Restore(Dictionary<string, Tensor> weights) { model.load_state_dict(weights); }")]
    [InlineData("foreach (var rate in new[] { 0.1, 0.01 }) { var before = [|model.state_dict()|]; foreach (var batch in args) Train(); if (Measure() > 1) model.load_state_dict(before); }")]
    [InlineData("var initial = [|model.state_dict()|]; for (int fold = 0; fold < 5; fold++) { model.load_state_dict(initial); foreach (var batch in args) Train(); }")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = [|model.state_dict()|]; } using var file = new System.IO.BinaryWriter(System.IO.File.Create(\"best\")); nn.Module.save_state_dict(file, best!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = [|model.state_dict()|]; } var chosen = nn.Linear(4, 1); chosen.load_state_dict(best!);")]
    [InlineData("Snapshot? best = null; foreach (var batch in args) { Train(); if (Measure() < lowest) best = new Snapshot(Measure(), [|model.state_dict()|]); } model.load_state_dict(best!.Weights); record Snapshot(double Loss, Dictionary<string, Tensor> Weights);")]
    [InlineData("Snapshot best = new(); foreach (var batch in args) { Train(); if (Measure() < lowest) best.Weights = [|model.state_dict()|]; } model.load_state_dict(best.Weights!); class Snapshot { public Dictionary<string, Tensor>? Weights { get; set; } }")]
    public Task Weights_that_are_kept_as_they_are_flagged(string code) => Verify<BestWeightsByReference>.Flags(Start + code);

    [Fact]
    public Task A_trainer_that_keeps_them_in_a_field_is_flagged() => Verify<BestWeightsByReference>.Flags("""
        abstract class Trainer(nn.Module<Tensor, Tensor> network)
        {
            protected readonly nn.Module<Tensor, Tensor> network = network;
            private Dictionary<string, Tensor>? weights;
            private double best = double.PositiveInfinity;

            protected abstract void Epoch();

            public void Fit()
            {
                for (int epoch = 0; epoch < 10; epoch++)
                {
                    Epoch();
                    Check();
                }
                Restore();
            }

            private void Check()
            {
                double loss = Loss();
                if (loss < best)
                {
                    best = loss;
                    weights = [|network.state_dict()|];
                }
            }

            private void Restore()
            {
                if (weights != null) network.load_state_dict(weights);
            }

            protected abstract double Loss();
        }

        sealed class Regression(nn.Module<Tensor, Tensor> network, Tensor x, Tensor y) : Trainer(network)
        {
            private readonly optim.Optimizer optimizer = optim.SGD(network.parameters(), 0.1);

            protected override void Epoch()
            {
                optimizer.zero_grad();
                nn.functional.mse_loss(network.call(x), y).backward();
                optimizer.step();
            }

            protected override double Loss() => nn.functional.mse_loss(network.call(x), y).item<float>();
        }
        """);

    [Theory]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = " + Copy + "; } model.load_state_dict(best!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = model.state_dict().ToDictionary(kv => kv.Key, kv => kv.Value.cpu()); } model.load_state_dict(best!);")]
    [InlineData("var best = new Dictionary<string, Tensor>(); foreach (var batch in args) { Train(); if (Measure() < lowest) foreach (var (name, value) in model.state_dict()) best[name] = value.clone(); } model.load_state_dict(best);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = model.state_dict(); } Console.WriteLine(best!.Count);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) { best = model.state_dict(); break; } } model.load_state_dict(best!);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); best = model.state_dict(); } var copy = nn.Linear(4, 1); copy.load_state_dict(best!);")]
    [InlineData("foreach (var batch in args) { Train(); if (Measure() < lowest) model.save(\"best\"); } model.load(\"best\");")]
    [InlineData("var target = nn.Linear(4, 1); var live = model.state_dict(); for (int i = 0; i < 99; i++) { Train(); if (i % 10 == 0) target.load_state_dict(live); }")]
    [InlineData("var target = nn.Linear(4, 1); for (int i = 0; i < 99; i++) { Train(); if (i % 10 == 0) { var weights = model.state_dict(); target.load_state_dict(weights); } }")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) { best = model.state_dict(); Cloned(best); } } model.load_state_dict(best!); void Cloned(Dictionary<string, Tensor> all) { foreach (var key in all.Keys.ToList()) all[key] = all[key].clone(); }")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) best = model.state_dict(); } best = " + Copy + "; model.load_state_dict(best);")]
    [InlineData(Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) { best = model.state_dict(); foreach (var key in best.Keys.ToList()) best[key] = best[key].clone(); } } model.load_state_dict(best!);")]
    [InlineData("var other = nn.Linear(4, 1); var best = other.state_dict(); foreach (var batch in args) Train(); nn.Linear(4, 1).load_state_dict(best);")]
    [InlineData("var weights = model.state_dict(); weights[\"bias\"] = zeros(1); foreach (var batch in args) Train(); model.load_state_dict(weights);")]
    [InlineData("nn.Module<Tensor, Tensor> net = nn.Linear(4, 1); var first = net.state_dict(); foreach (var batch in args) Train(); net = nn.Linear(4, 1); net.load_state_dict(first);")]
    [InlineData("var saved = model.state_dict(); Console.WriteLine(Measure()); model.load_state_dict(saved); Train();")]
    [InlineData("var own = new Own(); Dictionary<string, Tensor>? best = null; foreach (var batch in args) { Train(); if (Measure() < lowest) best = own.state_dict(); } own.load_state_dict(best!); class Own { public Dictionary<string, Tensor> state_dict() => new(); public void load_state_dict(Dictionary<string, Tensor> state) { } }")]
    public Task A_copy_a_live_view_and_what_is_never_read_are_silent(string code) => Verify<BestWeightsByReference>.Silent(Start + code);

    [Fact]
    public Task A_module_whose_state_is_a_copy_is_silent() => Verify<BestWeightsByReference>.Silent("""
        Train(new Net(), optim.SGD(new Net().parameters(), 0.1));
        void Train(Net model, optim.Optimizer optimizer)
        {
            var before = model.state_dict();
            model.call(rand(4)).sum().backward();
            optimizer.step();
            model.load_state_dict(before);
        }

        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Linear layer = nn.Linear(4, 1);
            public Net() : base("net") => RegisterComponents();
            public override Tensor forward(Tensor x) => layer.call(x);
            public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null) =>
                base.state_dict(destination, prefix).ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<BestWeightsByReference>.SilentOnBroken(Start + Best + "while (true) { Train(); best = model.state_dict(; } model.load_state_dict(best);");

    [Theory]
    [InlineData("[|model.state_dict()|]; // so far", Copy + "; // so far")]
    [InlineData("model.state_dict().ToDictionary(kv => kv.Key, kv => [|kv.Value|]);", "model.state_dict().ToDictionary(kv => kv.Key, kv => kv.Value.detach().clone());")]
    [InlineData("model.state_dict().ToDictionary(kv => kv.Key, kv => [|kv.Value.detach()|]);", "model.state_dict().ToDictionary(kv => kv.Key, kv => kv.Value.detach().clone());")]
    public Task The_fix_clones_each_entry(string kept, string cured)
    {
        string Code(string taken) => Start + Best + "foreach (var batch in args) { Train(); if (Measure() < lowest) { best = " + taken + "\n} } model.load_state_dict(best!);";
        return Verify<BestWeightsByReference>.Fixes(Code(kept), Code(cured));
    }

    [Fact]
    public Task The_fix_keeps_the_copy_beyond_the_scope_that_it_is_made_in()
    {
        string Code(string taken) => Start + Best + "foreach (var batch in args) { using var scope = NewDisposeScope(); Train(); if (Measure() < lowest) best = " + taken + "; } model.load_state_dict(best!);";
        return Verify<BestWeightsByReference>.Fixes(Code("[|model.state_dict()|]"), Code(Copy.Replace(".clone()", ".clone().DetachFromDisposeScope()")));
    }

    [Fact]
    public async Task The_fix_brings_Linq_where_the_file_does_not_see_it()
    {
        const string code = """
            // A run.
            using System.Collections.Generic;
            using TorchSharp;
            using static TorchSharp.torch;

            var model = nn.Linear(4, 1);
            var optimizer = optim.Adam(model.parameters());
            Dictionary<string, Tensor> start = model.state_dict();
            optimizer.step();
            model.load_state_dict(start);
            """;
        Project project = Snippet.Project([code]);
        project = project.RemoveDocument(project.Documents.Single(document => document.Name == "Usings.cs").Id);
        Project cured = await Fixing.OneByOne(project, new BestWeightsByReference(), new BestWeightsByReferenceFix());
        await Snippet.Compile(cured);
        Assert.Equal(
            code.Replace("using static TorchSharp.torch;", "using static TorchSharp.torch;\nusing System.Linq;").Replace("model.state_dict();", Copy + ";"),
            (await cured.Documents.Single().GetTextAsync()).ToString(),
            ignoreLineEndingDifferences: true);
    }
}
