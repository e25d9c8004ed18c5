using TrainingGuards.Analyzers.Checkpoints;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Checkpoints;

public sealed class OptimizerStateNotSavedTests
{
    private const string Start = """
        using System.IO;
        using static TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.optim;
        Tensor x = rand(8, 4), y = rand(8, 1);
        var model = nn.Linear(4, 1);

        """;

    private const string Learn = "optimizer.zero_grad(); mse_loss(model.call(x), y).backward(); optimizer.step();";

    [Fact]
    public Task The_message_names_the_model_the_file_and_the_optimizer() => Verify<OptimizerStateNotSaved>.Flags(
        Start + "if (File.Exists(\"last.dat\")) [|model.load(\"last.dat\")|]; var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\");",
        "'model' goes on from 'last.dat' while 'optimizer' begins anew, with nothing of what it knew about the gradients. "
            + "Save its state beside the weights by 'save_state_dict', and load it by 'load_state_dict'.");

    [Fact]
    public Task It_points_to_the_optimizer_and_the_save() => Verify<OptimizerStateNotSaved>.Points(
        Start + "[|model.load(\"last.dat\")|]; var optimizer = AdamW(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\");",
        "AdamW(model.parameters())", "model.save(\"last.dat\")");

    [Theory]
    [InlineData("var optimizer = Adam(model.parameters()); [|model.load(\"last.dat\")|]; while (true) { foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\"); }")]
    [InlineData("const string path = \"last.dat\"; [|model.load(path)|]; var optimizer = RMSProp(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(path);")]
    [InlineData("string path = Path.Combine(\"runs\", args[0]); try { [|model.load(path)|]; } catch (FileNotFoundException) { } var optimizer = SGD(model.parameters(), 0.1, momentum: 0.9); foreach (var batch in args) {" + Learn + "} model.save(path);")]
    [InlineData("Resume(); var optimizer = Adam(model.parameters()); foreach (var batch in args) Step(); Keep(); void Resume() { if (File.Exists(\"last.dat\")) [|model.load(\"last.dat\")|]; } void Step() {" + Learn + "} void Keep() => model.save(\"last.dat\");")]
    [InlineData("[|model.load(\"last.dat\")|]; Fit(model, x, y); model.save(\"last.dat\"); static void Fit(Linear net, Tensor x, Tensor y) { var optimizer = Adam(net.parameters()); for (int i = 0; i < 9; i++) { optimizer.zero_grad(); mse_loss(net.call(x), y).backward(); optimizer.step(); } }")]
    public Task A_resumed_run_with_a_new_optimizer_is_flagged(string code) => Verify<OptimizerStateNotSaved>.Flags(Start + code);

    [Fact]
    public Task A_trainer_of_several_methods_is_flagged() => Verify<OptimizerStateNotSaved>.Flags("""
        var trainer = new Trainer("last.dat");
        trainer.Run(rand(8, 4), rand(8, 1));

        sealed class Trainer(string checkpoint)
        {
            private readonly Linear model = nn.Linear(4, 1);

            public void Run(Tensor x, Tensor y)
            {
                if (System.IO.File.Exists(checkpoint)) [|model.load(checkpoint)|];
                var optimizer = optim.AdamW(model.parameters());
                for (int epoch = 0; epoch < 10; epoch++)
                {
                    Epoch(optimizer, x, y);
                    Save();
                }
            }

            private void Epoch(optim.Optimizer updates, Tensor x, Tensor y)
            {
                updates.zero_grad();
                nn.functional.mse_loss(model.call(x), y).backward();
                updates.step();
            }

            private void Save() => model.save(checkpoint);
        }
        """);

    [Theory]
    [InlineData("model.load(\"last.dat\"); var optimizer = Adam(model.parameters()); optimizer.load_state_dict(\"adam.dat\"); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\"); optimizer.save_state_dict(\"adam.dat\");")]
    [InlineData("model.load(\"last.dat\"); var optimizer = SGD(model.parameters(), 0.1); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\");")]
    [InlineData("model.load(\"pretrained.dat\"); var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(\"tuned.dat\");")]
    [InlineData("model.load(args[0]); var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(args[1]);")]
    [InlineData("var optimizer = Adam(model.parameters()); foreach (var batch in args) { " + Learn + " model.save(\"best.dat\"); } model.load(\"best.dat\"); Console.WriteLine(model.call(x));")]
    [InlineData("var optimizer = Adam(model.parameters()); foreach (var batch in args) { model.load(\"best.dat\"); " + Learn + " model.save(\"best.dat\"); }")]
    [InlineData("model.load(\"last.dat\"); Console.WriteLine(model.call(x)); model.save(\"last.dat\");")]
    [InlineData("model.load(\"last.dat\"); var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "}")]
    [InlineData("var teacher = nn.Linear(4, 1); teacher.load(\"last.dat\"); var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\");")]
    [InlineData("model.load(\"last.dat\"); model = nn.Linear(4, 1); var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\");")]
    [InlineData("if (args.Length > 0) { model.load(\"last.dat\"); Console.WriteLine(model.call(x)); return; } var optimizer = Adam(model.parameters()); foreach (var batch in args) {" + Learn + "} model.save(\"last.dat\");")]
    [InlineData("var own = new Own(); own.load(\"last.dat\"); var optimizer = Adam(model.parameters()); " + Learn + " own.save(\"last.dat\"); class Own { public void load(string path) { } public void save(string path) { } }")]
    public Task What_is_no_resumed_run_or_forgets_nothing_is_silent(string code) => Verify<OptimizerStateNotSaved>.Silent(Start + code);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<OptimizerStateNotSaved>.SilentOnBroken(
        Start + "model.load(\"last.dat\" + ); var optimizer = Adam(model.; " + Learn + " model.save(\"last.dat\");");
}
