using TrainingGuards.Analyzers.Schedule;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Schedule;

public sealed class PlateauModeMismatchTests
{
    private const string Start = """
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim.lr_scheduler;
        Tensor x = rand(8, 4), labels = zeros(8, int64);
        var model = nn.Linear(4, 3);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var low = ReduceLROnPlateau(optimizer);
        var high = ReduceLROnPlateau(optimizer, mode: "max");
        var logits = model.call(x);

        """;

    [Fact]
    public Task An_accuracy_that_is_to_fall_is_flagged() => Verify<PlateauModeMismatch>.Flags(
        Start + "double share = logits.argmax(1).eq(labels).sum().item<long>() / 8.0; low.step([|share|]);",
        "'low' waits for 'share' to fall, but a better model makes it rise, so the learning rate decays while the model learns. Make it with mode: \"max\".");

    [Fact]
    public Task A_loss_that_is_to_rise_is_flagged() => Verify<PlateauModeMismatch>.Flags(
        Start + "high.step([|cross_entropy(logits, labels).item<float>()|]);",
        "'high' waits for 'item(…)' to rise, but a better model makes it fall, so the learning rate decays while the model learns. Make it with mode: \"min\".");

    [Fact]
    public Task It_points_to_how_the_scheduler_was_made() => Verify<PlateauModeMismatch>.Points(
        Start + "high.step([|mse_loss(logits, x).ToDouble()|]);", "ReduceLROnPlateau(optimizer, mode: \"max\")");

    [Theory]
    [InlineData("low.step([|(logits.argmax(1) == labels).to(float32).mean().item<float>()|]);")]
    [InlineData("var right = logits.gt(0).eq(labels).sum(); low.step([|100.0 * (double)right.ToInt64() / labels.shape[0]|]);")]
    [InlineData("long right = 0, seen = 0; foreach (var a in args) { right += logits.argmax(1).eq(labels).sum().item<long>(); seen += 8; } low.step([|right / (double)seen|]);")]
    [InlineData("low.step([|Score()|]); double Score() => Math.Round(logits.argmax(1).eq(labels).to(float64).mean().item<double>(), 3);")]
    [InlineData("var (loss, share) = Evaluate(); low.step([|share|]); (double, double) Evaluate() => (0.3, logits.argmax(1).eq(labels).to(float64).mean().item<double>());")]
    [InlineData("var result = Evaluate(); low.step([|result.Share|]); (double Loss, double Share) Evaluate() => (0.3, logits.argmax(1).eq(labels).to(float64).mean().item<double>());")]
    [InlineData("low.step([|-cross_entropy(logits, labels).item<float>()|]);")]
    [InlineData("var criterion = nn.CrossEntropyLoss(); double total = 0; int n = 0; foreach (var a in args) { total += criterion.call(logits, labels).item<float>(); n++; } high.step([|total / n|]);")]
    [InlineData("high.step([|logits.argmax(1).ne(labels).to(float32).mean().item<float>()|]);")]
    [InlineData("high.step([|1 - logits.argmax(1).eq(labels).to(float32).mean().item<float>()|]);")]
    [InlineData("void Rest(LRScheduler s) { s.step([|(double)mse_loss(logits, x)|]); } Rest(high);")]
    [InlineData("new Trainer(model, optimizer).Rest(x); class Trainer(Linear m, optim.Optimizer o) { readonly LRScheduler s = ReduceLROnPlateau(o, \"max\"); readonly MSELoss criterion = nn.MSELoss(); public void Rest(Tensor x) => s.step([|criterion.call(m.call(x), x).item<float>()|]); }")]
    public Task A_metric_that_goes_the_other_way_is_flagged(string code) => Verify<PlateauModeMismatch>.Flags(Start + code);

    [Theory]
    [InlineData("low.step([|Accuracy()|]); double Accuracy() => double.Parse(args[0]);")]
    [InlineData("void Rest(double valAccuracy) => low.step([|valAccuracy|]); Rest(0.5);")]
    [InlineData("double macro_f1 = Math.Sqrt(args.Length); low.step([|macro_f1|]);")]
    [InlineData("var epoch = new Epoch(0.5); low.step([|epoch.Acc|]); record Epoch(double Acc);")]
    public Task A_name_counts_where_nothing_else_is_known(string code) => Verify<PlateauModeMismatch>.Flags(Start + code);

    [Theory]
    [InlineData("low.step(cross_entropy(logits, labels).item<float>());")]
    [InlineData("high.step(logits.argmax(1).eq(labels).to(float32).mean().item<float>());")]
    [InlineData("float accuracy = logits.argmax(1).eq(labels).to(float32).mean().item<float>(); low.step(1 - accuracy); low.step(-accuracy);")]
    [InlineData("high.step(-mse_loss(logits, x).item<float>());")]
    [InlineData("double accuracy = -double.Parse(args[0]); low.step(accuracy);")]
    [InlineData("double accuracyLoss = double.Parse(args[0]), accuracyError = 0; low.step(accuracyLoss); low.step(accuracyError);")]
    [InlineData("double compact = double.Parse(args[0]); low.step(compact);")]
    [InlineData("var said = ReduceLROnPlateau(optimizer, \"min\"); said.step(Accuracy()); double Accuracy() => double.Parse(args[0]);")]
    [InlineData("double loss = double.Parse(args[0]); high.step(loss);")]
    [InlineData("var own = new Negated(); high.step(own.call(x, x).item<float>()); class Negated() : Loss<Tensor, Tensor, Tensor>(nn.Reduction.Mean) { public override Tensor forward(Tensor a, Tensor b) => -mse_loss(a, b); }")]
    [InlineData("double gain = cross_entropy(logits, labels).item<float>() - mse_loss(logits, x).item<float>(); high.step(gain);")]
    [InlineData("high.step(args.Length > 0 ? cross_entropy(logits, labels).item<float>() : -1.0 * x.sum().item<float>());")]
    [InlineData("low.step(x.eq(0).to(float32).mean().item<float>());")]
    [InlineData("low.step(10.0);")]
    [InlineData("ReduceLROnPlateau(optimizer, args[0]).step(logits.argmax(1).eq(labels).to(float32).mean().item<float>()); var chosen = ReduceLROnPlateau(optimizer, args[0]); chosen.step(logits.argmax(1).eq(labels).to(float32).mean().item<float>());")]
    [InlineData("var decay = StepLR(optimizer, 1); decay.step(logits.argmax(1).eq(labels).to(float32).mean().item<float>());")]
    [InlineData("var either = args.Length > 0 ? low : high; either.step(cross_entropy(logits, labels).item<float>());")]
    public Task A_metric_that_goes_as_it_is_waited_for_or_is_unknown_is_silent(string code) => Verify<PlateauModeMismatch>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<PlateauModeMismatch>.SilentOnBroken(Start + "low.step(Accurac() / 2); high.step(cross_entropy(logits, lables));");

    [Fact]
    public Task The_fix_says_the_mode() => Verify<PlateauModeMismatch>.Fixes("""
        using static TorchSharp.torch.optim.lr_scheduler;
        var optimizer = optim.SGD(nn.Linear(4, 3).parameters(), 0.1);
        var low = ReduceLROnPlateau(optimizer, factor: 0.5); // wait
        low.step([|Accuracy()|]);
        low.step([|Accuracy()|]);
        var high = new impl.ReduceLROnPlateau(optimizer, "max", 0.5);
        high.step([|nn.functional.mse_loss(ones(1), ones(1)).item<float>()|]);
        double Accuracy() => double.Parse(args[0]);
        """, """
        using static TorchSharp.torch.optim.lr_scheduler;
        var optimizer = optim.SGD(nn.Linear(4, 3).parameters(), 0.1);
        var low = ReduceLROnPlateau(optimizer, factor: 0.5, mode: "max"); // wait
        low.step(Accuracy());
        low.step(Accuracy());
        var high = new impl.ReduceLROnPlateau(optimizer, "min", 0.5);
        high.step(nn.functional.mse_loss(ones(1), ones(1)).item<float>());
        double Accuracy() => double.Parse(args[0]);
        """);

    [Theory]
    [InlineData("const string mode = \"max\"; var own = ReduceLROnPlateau(optimizer, mode); own.step([|mse_loss(logits, x).ToDouble()|]);")]
    [InlineData("var either = args.Length > 0 ? ReduceLROnPlateau(optimizer) : ReduceLROnPlateau(optimizer, patience: 3); either.step([|Accuracy()|]); double Accuracy() => 1.0 * args.Length;")]
    public Task No_fix_is_offered_where_no_edit_is_certain(string code) => Verify<PlateauModeMismatch>.HasNoFix(Start + code);
}
