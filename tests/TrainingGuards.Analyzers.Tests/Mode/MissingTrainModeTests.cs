using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class MissingTrainModeTests
{
    private const string Message = "'model' is trained in the evaluation mode that 'model.eval()' left it in, in which its 'Dropout' drops nothing. Call 'model.train()' before the training pass.";

    private static string Program(string code, string last = "nn.Dropout(0.2)") => $$"""
        Tensor x = randn(8, 4), y = randint(2, [8]);
        var model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), {{last}}, nn.Linear(8, 2));
        var optimizer = optim.AdamW(model.parameters());
        {{code}}
        """;

    private static string Step(string pass = "[|model.call(x)|]") => $"optimizer.zero_grad(); nn.functional.cross_entropy({pass}, y).backward(); optimizer.step();";

    [Fact]
    public Task The_second_epoch_trains_in_the_mode_of_the_validation_before() => Verify<MissingTrainMode>.Flags(Program($$"""
        model.train();
        for (int epoch = 0; epoch < 5; epoch++)
        {
            for (int batch = 0; batch < 10; batch++) { {{Step()}} }
            model.eval();
            using (no_grad()) Console.WriteLine(model.call(x).argmax(1).eq(y).sum().item<long>());
        }
        """), Message);

    [Fact]
    public Task An_eval_right_before_training_is_flagged() => Verify<MissingTrainMode>.Flags(Program($"model.eval(); {Step()}"), Message);

    [Fact]
    public Task An_eval_in_a_method_that_validates_is_followed() => Verify<MissingTrainMode>.Flags("""
        sealed class Trainer
        {
            private readonly Sequential net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2));

            public void Fit(Tensor x, Tensor y)
            {
                var sgd = optim.SGD(net.parameters(), 0.1);
                net.train();
                for (int epoch = 0; epoch < 3; epoch++)
                {
                    sgd.zero_grad();
                    var output = [|net.call(x)|];
                    var loss = nn.functional.cross_entropy(output, y);
                    loss.backward();
                    sgd.step();
                    Validate(x, y);
                }
            }

            private void Validate(Tensor x, Tensor y)
            {
                net.eval();
                using var _ = no_grad();
                Console.WriteLine(net.call(x).argmax(1).eq(y).sum().item<long>());
            }
        }
        """, "'net' is trained in the evaluation mode that 'net.eval()' left it in, in which its 'BatchNorm1d' no longer learns its statistics. Call 'net.train()' before the training pass.");

    private static string Stepped(string epoch, string optimizer = "NewOptimizer(model)", string rest = "") => $$"""
        sealed class Net : nn.Module<Tensor, Tensor> { private readonly Linear first = nn.Linear(4, 8); private readonly Dropout drop = nn.Dropout(0.2); private readonly Linear head = nn.Linear(8, 4); public Net() : base("net") => RegisterComponents(); public override Tensor forward(Tensor x) => head.call(drop.call(first.call(x))); }
        class Setup { public Action<Net, optim.Optimizer, Tensor>? Step { get; init; } public Func<Net, double>? Evaluate { get; init; } }
        static class Program
        {
            static Setup Of(Tensor x) => new() { Step = (model, optimizer, x) => Step(model, optimizer, x, x), Evaluate = model => Evaluate(model, x) };
            static void Train(Tensor x, Tensor y)
            {
                var model = new Net();
                var other = nn.Linear(4, 2);
                var optimizer = {{optimizer}};
                for (int epoch = 0; epoch < 5; epoch++) { {{epoch}} }
            }
            static optim.Optimizer NewOptimizer(nn.Module<Tensor, Tensor> model) => optim.AdamW(model.parameters());
            static void Step(Net model, optim.Optimizer optimizer, Tensor x, Tensor y)
            {
                optimizer.zero_grad();
                nn.functional.cross_entropy(PASS, y).backward();
                optimizer.step();
            }
            static double Evaluate(Net model, Tensor x)
            {
                model.eval();
                using var _ = no_grad();
                return model.call(x).sum().item<float>();
            }
            {{rest}}
        }
        """;

    [Theory]
    [InlineData("foreach (var batch in x.chunk(4)) Step(model, optimizer, batch, y); Evaluate(model, x);", "NewOptimizer(model)")]
    [InlineData("Step(model, optimizer, x, y); Console.WriteLine(Evaluate(model, x));", "optim.SGD(model.parameters(), 0.1)")]
    public Task A_step_of_a_method_of_its_own_is_followed(string epoch, string optimizer) => Verify<MissingTrainMode>.Flags(
        Stepped(epoch, optimizer).Replace("PASS", "[|model.call(x)|]", StringComparison.Ordinal), Message);

    [Theory]
    [InlineData("model.train(); Step(model, optimizer, x, y); Evaluate(model, x);", "NewOptimizer(model)", "")]
    [InlineData("Step(model, optimizer, x, y); if (epoch == 4) Evaluate(model, x);", "NewOptimizer(model)", "")]
    [InlineData("Step(model, optimizer, x, y); Evaluate(model, x);", "NewOptimizer(other)", "")]
    [InlineData("Step(model, optimizer, x, y); Evaluate(model, x);", "Made(model)", "static optim.Optimizer Made(Net model) => model.children().Any() ? optim.SGD(nn.Linear(1, 1).parameters(), 0.1) : optim.SGD(model.parameters(), 0.1);")]
    [InlineData("Step(model, optimizer, x, y); Evaluate(model, x); Step(model, NewOptimizer(other), x, y); Theirs(model, other, x); model.train();", "NewOptimizer(model)",
        "static void Theirs(Net model, Linear other, Tensor x) { var theirs = NewOptimizer(other); Evaluate(model, x); Step(model, theirs, x, x); }")]
    [InlineData("Step(model, optimizer, x, y); Evaluate(model, x); Restore(model);", "NewOptimizer(model)", "static void Restore(Net model) => model.train();")]
    [InlineData("Step(model, optimizer, x, y); Evaluate(model, x); Restore(() => model.train());", "NewOptimizer(model)", "static void Restore(Action restore) => restore();")]
    public Task A_step_that_trains_or_may_train_another_is_silent(string epoch, string optimizer, string rest) => Verify<MissingTrainMode>.Silent(
        Stepped(epoch, optimizer, rest).Replace("PASS", "model.call(x)", StringComparison.Ordinal));

    [Theory]
    [InlineData("for (int i = 0; i < 3; i++) { model.train(); STEP model.eval(); model.call(x); }")]
    [InlineData("model.eval(); model.call(x); model.train(); STEP")]
    [InlineData("model.train(); STEP model.eval(); model.call(x);")]
    [InlineData("STEP")]
    [InlineData("model.train(false); model.train(args.Length > 0); STEP")]
    public Task A_train_before_the_pass_is_silent(string code) => Verify<MissingTrainMode>.Silent(Program(code.Replace("STEP", Step("model.call(x)"), StringComparison.Ordinal)));

    [Theory]
    [InlineData("")]
    [InlineData("static class Program { static void Main() { var trainer = new Trainer(); trainer.Fit(rand(8, 4)); Console.WriteLine(trainer.Score(rand(8, 4))); } }")]
    public Task Methods_of_which_nobody_says_the_order_are_silent(string callers) => Verify<MissingTrainMode>.Silent("""
        class Trainer
        {
            private readonly Sequential net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2));
            private readonly optim.Optimizer sgd;
            public Trainer() => sgd = optim.SGD(net.parameters(), 0.1);

            public void Fit(Tensor x)
            {
                sgd.zero_grad();
                net.call(x).sum().backward();
                sgd.step();
            }

            public float Score(Tensor x)
            {
                net.eval();
                return net.call(x).sum().item<float>();
            }
        }
        """ + callers);

    [Fact]
    public Task A_loop_over_phases_sets_the_mode_of_each() => Verify<MissingTrainMode>.Silent(Program("""
        foreach (bool train in new[] { true, false })
        {
            if (train) model.train(); else model.eval();
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(model.call(x), y);
            if (train) { loss.backward(); optimizer.step(); }
        }
        """));

    [Fact]
    public Task An_evaluation_in_the_last_round_harms_no_other() => Verify<MissingTrainMode>.Silent(Program($$"""
        for (int epoch = 0; epoch < 5; epoch++)
        {
            {{Step("model.call(x)")}}
            if (epoch == 4) { model.eval(); Console.WriteLine(model.call(x).argmax(1).eq(y).sum().item<long>()); }
        }
        """));

    [Fact]
    public Task A_discriminator_may_evaluate_while_the_generator_learns() => Verify<MissingTrainMode>.Silent("""
        Tensor x = randn(8, 4), noise = randn(8, 3), real = ones(8, 1);
        var generator = nn.Linear(3, 4);
        var discriminator = nn.Sequential(nn.Linear(4, 8), nn.Dropout(), nn.Linear(8, 1));
        var forGenerator = optim.Adam(generator.parameters());
        var forDiscriminator = optim.Adam(discriminator.parameters());
        for (int i = 0; i < 10; i++)
        {
            discriminator.train();
            forDiscriminator.zero_grad();
            nn.functional.binary_cross_entropy_with_logits(discriminator.call(x), real).backward();
            forDiscriminator.step();
            discriminator.eval();
            forGenerator.zero_grad();
            nn.functional.binary_cross_entropy_with_logits(discriminator.call(generator.call(noise)), real).backward();
            forGenerator.step();
        }
        """);

    [Fact]
    public Task A_model_that_no_mode_changes_is_silent() => Verify<MissingTrainMode>.Silent(Program($"model.eval(); {Step("model.call(x)")}", last: "nn.LayerNorm(8)"));

    [Fact]
    public Task Gradients_by_the_input_are_taken_in_evaluation() => Verify<MissingTrainMode>.Silent(Program("""
        model.eval();
        x.requires_grad_();
        nn.functional.cross_entropy(model.call(x), y).backward();
        var adversarial = x + 0.1 * x.grad!.sign();
        """));

    [Fact]
    public Task A_frozen_network_on_the_way_to_the_loss_evaluates() => Verify<MissingTrainMode>.Silent("""
        Tensor x = randn(8, 4);
        var student = nn.Linear(4, 2);
        var teacher = nn.Sequential(nn.Linear(4, 8), nn.Dropout(), nn.Linear(8, 2));
        teacher.eval();
        var optimizer = optim.Adam(student.parameters());
        optimizer.zero_grad();
        nn.functional.mse_loss(student.call(x), teacher.call(x)).backward();
        optimizer.step();
        """);

    [Fact]
    public Task An_image_that_is_optimised_through_a_network_leaves_it_in_evaluation() => Verify<MissingTrainMode>.Silent("""
        var model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(), nn.Linear(8, 2));
        model.eval();
        var image = nn.Parameter(randn(1, 4));
        var optimizer = optim.Adam([image]);
        for (int i = 0; i < 10; i++) { optimizer.zero_grad(); model.call(image).sum().backward(); optimizer.step(); }
        """);

    [Fact]
    public Task A_part_that_is_kept_in_evaluation_on_purpose_is_silent() => Verify<MissingTrainMode>.Silent("""
        sealed class Net : nn.Module<Tensor, Tensor>
        {
            public readonly BatchNorm1d norm = nn.BatchNorm1d(4);
            private readonly Dropout drop = nn.Dropout();
            private readonly Linear head = nn.Linear(4, 2);

            public Net() : base("net") => RegisterComponents();

            public override Tensor forward(Tensor x) => head.call(drop.call(norm.call(x)));
        }

        static class Tuning
        {
            static void Run(Tensor x, Tensor y)
            {
                var model = new Net();
                var optimizer = optim.SGD(model.parameters(), 0.1);
                model.train();
                model.norm.eval();
                optimizer.zero_grad();
                nn.functional.cross_entropy(model.call(x), y).backward();
                optimizer.step();
            }
        }
        """);

    [Fact]
    public Task The_fix_goes_before_the_loop_over_batches() => Verify<MissingTrainMode>.Fixes(
        Program($$"""
            for (int epoch = 0; epoch < 5; epoch++)
            {
                // one epoch
                for (int batch = 0; batch < 10; batch++) { {{Step()}} }
                model.eval();
                model.call(x);
            }
            """),
        Program($$"""
            for (int epoch = 0; epoch < 5; epoch++)
            {
                // one epoch
                model.train();
                for (int batch = 0; batch < 10; batch++) { {{Step("model.call(x)")}} }
                model.eval();
                model.call(x);
            }
            """));
}
