using TrainingGuards.Analyzers.Checkpoints;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Checkpoints;

public sealed class SwallowedLoadFailureTests
{
    private const string Start = """
        using System.IO;
        var model = nn.Linear(4, 2);
        bool ready = false;

        """;

    private const string Use = " model.eval(); Console.WriteLine(model.call(rand(1, 4)).argmax(1).item<long>());";

    [Fact]
    public Task The_message_names_what_fails_and_what_is_used() => Verify<SwallowedLoadFailure>.Flags(
        Start + "try { model.load(\"model.dat\"); } [|catch (Exception error)|] { Console.WriteLine(error.Message); }" + Use,
        "Where 'model.load(\"model.dat\")' fails, this catch goes on, and 'model' is used with the random weights that it was made with. Rethrow, or do without the model.");

    [Fact]
    public Task It_points_to_the_load_and_the_use() => Verify<SwallowedLoadFailure>.Points(
        Start + "try { model.load(\"model.dat\"); } [|catch|] { }" + Use, "model.load(\"model.dat\")", "model.call(rand(1, 4))");

    [Theory]
    [InlineData("try { model.load(\"model.dat\"); Console.WriteLine(\"loaded\"); } [|catch (IOException)|] { /* none yet */ }" + Use)]
    [InlineData("try { var path = Path.Combine(\"a\", \"b\"); model.load(path); } [|catch (Exception e)|] { Console.Error.WriteLine($\"no weights: {e}\"); System.Diagnostics.Debug.WriteLine(e); }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (UnauthorizedAccessException) { throw; } [|catch (FileNotFoundException)|] { }" + Use)]
    [InlineData("try { Load(); } [|catch (Exception)|] { } Answer(); void Load() => model.load(\"model.dat\"); long Answer() { using var _ = no_grad(); return model.call(rand(1, 4)).argmax(1).item<long>(); }")]
    [InlineData("try { Weights.Read(model, \"model.dat\"); } [|catch (Exception)|] { }" + Use + " static class Weights { public static void Read(nn.Module net, string path) { net.load(path); net.eval(); } }")]
    [InlineData("if (File.Exists(\"model.dat\")) { try { model.load(\"model.dat\"); } [|catch (Exception)|] { } }" + Use)]
    [InlineData("var net = Models.Open(); Console.WriteLine(net.call(rand(4))); static class Models { internal static Linear Open() { var net = nn.Linear(4, 2); try { net.load(\"model.dat\"); } [|catch (Exception e)|] { Console.WriteLine(e); } return net; } }")]
    public Task A_catch_that_goes_on_is_flagged(string code) => Verify<SwallowedLoadFailure>.Flags(Start + code);

    [Fact]
    public Task A_service_that_keeps_its_model_in_a_field_is_flagged() => Verify<SwallowedLoadFailure>.Flags("""
        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Linear layer = nn.Linear(4, 2);
            public Net() : base("net") => RegisterComponents();
            public override Tensor forward(Tensor x) => layer.call(x);
        }

        sealed class Classifier
        {
            private readonly Net net = new();

            public Classifier(string path)
            {
                try
                {
                    net.load(path);
                    net.eval();
                }
                [|catch (Exception error)|]
                {
                    Console.WriteLine($"Could not read {path}: {error.Message}");
                }
            }

            public long Classify(float[] features)
            {
                using var _ = no_grad();
                return net.call(tensor(features)).argmax().item<long>();
            }
        }
        """);

    [Theory]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception e) { Console.WriteLine(e); throw; }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception e) { Console.WriteLine(e); return; }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { Environment.Exit(1); }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { model.load(\"fallback.dat\"); }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { ready = false; }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); ready = true; } catch (Exception) { } if (ready) {" + Use + "}")]
    [InlineData("try { model.load(\"model.dat\"); } catch (TimeoutException) { }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception e) when (e is not IOException) { }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { }")]
    [InlineData("try { model.load(\"model.dat\");" + Use + " } catch (Exception e) { Console.WriteLine(e); }")]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { } try { model.load(\"other.dat\"); } catch (IOException) { }" + Use)]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { Fallback(); }" + Use + " void Fallback() => nn.init.zeros_(model.weight!);")]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { } var optimizer = optim.AdamW(model.parameters()); model.call(rand(2, 4)).sum().backward(); optimizer.step();" + Use)]
    [InlineData("for (int i = 0; i < 3; i++) { try { model.load(\"model.dat\"); break; } catch (IOException) { Console.WriteLine(\"again\"); } }" + Use)]
    [InlineData("if (!TryLoad()) return;" + Use + " bool TryLoad() { try { model.load(\"model.dat\"); return true; } catch (Exception) { } return false; }")]
    [InlineData("var net = nn.Linear(4, 2); try { net.load(\"model.dat\"); } catch (Exception) { }" + Use)]
    [InlineData("Run(model); static void Run(Linear net) { try { net.load(\"model.dat\"); } catch (Exception) { } Console.WriteLine(net.call(rand(4))); }")]
    [InlineData("try { model.load(\"model.dat\"); } catch (Exception) { } model = Pretrained.Get();" + Use + " static class Pretrained { public static Linear Get() => nn.Linear(4, 2); }")]
    [InlineData("var own = new Own(); try { own.load(\"model.dat\"); } catch (Exception) { } own.call(1); class Own { public void load(string path) { } public void call(int x) { } }")]
    public Task A_failure_that_is_dealt_with_is_silent(string code) => Verify<SwallowedLoadFailure>.Silent(Start + code);

    [Fact]
    public Task A_program_that_also_trains_the_field_is_silent() => Verify<SwallowedLoadFailure>.Silent("""
        sealed class Trainer
        {
            private readonly Linear net = nn.Linear(4, 2);

            public void Resume() { try { net.load("last.dat"); } catch (Exception) { Console.WriteLine("starts anew"); } }

            public void Fit()
            {
                var optimizer = optim.AdamW(net.parameters());
                net.call(rand(2, 4)).sum().backward();
                optimizer.step();
            }
        }
        """);

    [Fact]
    public Task A_field_that_only_answers_is_flagged_beside_a_model_that_is_trained() => Verify<SwallowedLoadFailure>.Flags("""
        sealed class Answers
        {
            private Linear? net;

            public void Open(string path)
            {
                net = nn.Linear(4, 2);
                net.to(CPU);
                try { net.load(path); } [|catch (Exception)|] { }
                net.eval();
            }

            public Tensor Of(Tensor x) => net is null ? throw new InvalidOperationException() : net.call(x);
        }

        static class Training
        {
            public static void Fit(Linear model)
            {
                var optimizer = optim.AdamW(model.parameters());
                model.call(rand(2, 4)).sum().backward();
                optimizer.step();
                model.save("last.dat");
            }
        }
        """);

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<SwallowedLoadFailure>.SilentOnBroken(Start + "try { model.lod(\"x\"); } catch (Exception) { }" + Use);

    [Theory]
    [InlineData("[|catch (Exception e)|]\n{\n    Console.WriteLine(e); // why\n}", "catch (Exception e)\n{\n    Console.WriteLine(e); // why\n    throw;\n}")]
    [InlineData("[|catch (Exception e)|] { Console.WriteLine(e); }", "catch (Exception e) { Console.WriteLine(e); throw; }")]
    [InlineData("[|catch|] { }", "catch { throw; }")]
    public Task The_fix_rethrows(string handler, string cured) => Verify<SwallowedLoadFailure>.Fixes(
        Start + "try { model.load(\"model.dat\"); }\n" + handler + Use, Start + "try { model.load(\"model.dat\"); }\n" + cured + Use);
}
