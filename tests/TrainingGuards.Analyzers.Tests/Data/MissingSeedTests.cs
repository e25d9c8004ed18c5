using TrainingGuards.Analyzers.Data;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Data;

public sealed class MissingSeedTests
{
    private const string Start = """
        var model = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);

        """;

    private const string Fit = "void Fit() { while (true) { model.call(rand(8, 4)).sum().backward(); optimizer.step(); } } ";

    [Fact]
    public Task The_message_names_what_trains() => Verify<MissingSeed>.Flags(
        Start + "[|Fit()|]; " + Fit,
        "'Fit' trains from random numbers that no seed fixes, so no run can be repeated. Call 'torch.manual_seed' first.");

    [Theory]
    [InlineData(Start + "model.call(rand(8, 4)).sum().backward(); [|optimizer.step()|]; optimizer.step();")]
    [InlineData(Start + "await [|Later()|]; async Task Later() { await Task.Yield(); Fit(); } " + Fit)]
    [InlineData("[|new Trainer().Fit()|]; class Trainer { readonly Linear model = nn.Linear(4, 1); public void Fit() { using var optimizer = optim.Adam(model.parameters()); model.call(rand(8, 4)).sum().backward(); optimizer.step(); } }")]
    [InlineData(Start + "var own = new Generator(1); [|Fit()|]; " + Fit)]
    public Task A_program_that_trains_is_flagged_once(string code) => Verify<MissingSeed>.Flags(code);

    [Theory]
    [InlineData("manual_seed(1); " + Start + "Fit(); " + Fit)]
    [InlineData("torch.random.manual_seed(1); " + Start + "Fit(); " + Fit)]
    [InlineData(Start + "Seed(); Fit(); void Seed() => torch.cuda.manual_seed_all(1); " + Fit)]
    [InlineData(Start + "Console.WriteLine(model.call(rand(8, 4)).sum().item<float>());")]
    [InlineData(Start + "var x = rand(4).requires_grad_(); model.call(x).sum().backward(); Console.WriteLine(x.grad);")]
    [InlineData(Start + Fit)]
    [InlineData("public class Trainer { readonly Linear model = nn.Linear(4, 1); public void Fit() { using var optimizer = optim.Adam(model.parameters()); model.call(rand(8, 4)).sum().backward(); optimizer.step(); } }")]
    [InlineData("Console.WriteLine(); class Unused { readonly Linear model = nn.Linear(4, 1); public void Fit() { using var optimizer = optim.Adam(model.parameters()); model.call(rand(8, 4)).sum().backward(); optimizer.step(); } }")]
    public Task A_seed_or_no_training_is_silent(string code) => Verify<MissingSeed>.Silent(code);

    [Fact]
    public Task A_seed_in_another_file_counts() => Verify<MissingSeed>.Silent(Start + "Seeds.Set(); Fit(); " + Fit, "static class Seeds { public static void Set() => torch.manual_seed(1); }");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() => Verify<MissingSeed>.SilentOnBroken("var model = nn.Linear(4, ; Fit(");

    [Fact]
    public Task The_fix_seeds_first() => Verify<MissingSeed>.Fixes(
        """
        // the model
        var model = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        model.call(rand(8, 4)).sum().backward();
        [|optimizer.step()|];
        """,
        """
        // the model
        manual_seed(0);
        var model = nn.Linear(4, 1);
        var optimizer = optim.SGD(model.parameters(), 0.1);
        model.call(rand(8, 4)).sum().backward();
        optimizer.step();
        """);
}
