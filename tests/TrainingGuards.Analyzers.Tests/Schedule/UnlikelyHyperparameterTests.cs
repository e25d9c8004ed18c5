using TrainingGuards.Analyzers.Schedule;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Schedule;

public sealed class UnlikelyHyperparameterTests
{
    private const string Start = """
        using static TorchSharp.torch.optim;
        using F = TorchSharp.torch.nn.functional;
        var model = nn.Linear(4, 1);

        """;

    [Theory]
    [InlineData("var o = Adam(model.parameters(), [|lr: 0.1|]);",
        "'Adam' takes steps of about its learning rate whatever the gradients are, and lr = 0.1 is too far a step for most weights. Start from 3e-4 to 1e-3.")]
    [InlineData("var o = [|AdamW(model.parameters(), 1e-3)|];",
        "'AdamW' decays no weights here, since weight_decay is 0 in TorchSharp where it is 0.01 in PyTorch. Say 'weight_decay: 0.01', or 'weight_decay: 0' if none is meant.")]
    [InlineData("var o = SGD(model.parameters(), 0.1, [|momentum: 1|]);",
        "'SGD' forgets no gradient with momentum = 1, so its steps grow without bound. Use a momentum below 1, such as 0.9.")]
    [InlineData("var d = nn.Dropout([|0.95|]);",
        "'Dropout' with p = 0.95 drops nearly every value in training. Use the share to be dropped, 0.1 to 0.5, and not the share to be kept.")]
    public Task The_message_says_why_and_what_instead(string code, string message) => Verify<UnlikelyHyperparameter>.Flags(Start + code, message);

    [Theory]
    [InlineData("high_learning_rate = 0.01", "var o = Adam(model.parameters(), [|lr: 0.02|]);")]
    [InlineData("high_dropout = 0.5", "var d = nn.Dropout([|0.5|]);")]
    public Task The_options_say_from_where_on(string option, string code) =>
        Verify<UnlikelyHyperparameter>.Flags($"// .editorconfig: training_guards.{option}\n{Start}{code}");

    [Theory]
    [InlineData("high_learning_rate = 0.2", "var o = Adam(model.parameters(), lr: 0.1);")]
    [InlineData("high_dropout = 0.96", "var d = nn.Dropout(0.95);")]
    public Task The_options_say_up_to_where(string option, string code) =>
        Verify<UnlikelyHyperparameter>.Silent($"// .editorconfig: training_guards.{option}\n{Start}{code}");

    [Theory]
    [InlineData("const double rate = 0.05; var o = NAdam(model.parameters(), [|rate|]);")]
    [InlineData("var rate = 1.0; var o = RAdam(model.named_parameters(), [|rate|]);")]
    [InlineData("Optimizer o = new Adam(model.parameters(), [|0.5|], 0.9, 0.999, 1e-8, 0, false, false);")]
    [InlineData("var both = model.parameters().Concat(nn.Linear(1, 1).parameters()); var o = Adamax(both, [|lr: 1|]);")]
    [InlineData("Optimizer Make(nn.Module m) => [|AdamW(m.named_parameters(), lr: 3e-4, beta2: 0.95)|]; Make(model);")]
    [InlineData("var o = [|AdamW(model.parameters())|]; var p = SGD(new[] { new SGD.ParamGroup { Parameters = model.parameters(), Options = new() { weight_decay = 0.1 } } }, 0.1);")]
    [InlineData("var o = RMSProp(model.parameters(), [|momentum: 1.5|]);")]
    [InlineData("var d = nn.Dropout2d([|p: 1|]); var e = nn.AlphaDropout([|0.9|]);")]
    [InlineData("var y = F.dropout(rand(3), [|0.99|], training: true);")]
    [InlineData("new Net(); class Net : nn.Module<Tensor, Tensor> { const double Keep = 0.9; readonly Dropout drop = nn.Dropout([|Keep|]); public Net() : base(\"\") => RegisterComponents(); public override Tensor forward(Tensor x) => drop.call(x); }")]
    public Task An_unlikely_constant_is_flagged(string code) => Verify<UnlikelyHyperparameter>.Flags(Start + code);

    [Theory]
    [InlineData("var o = Adam(model.parameters());")]
    [InlineData("var o = Adam(model.parameters(), 0.01);")]
    [InlineData("var o = Adam(model.parameters(), double.Parse(args[0]));")]
    [InlineData("var rate = 0.5; rate /= 1000; var o = Adam(model.parameters(), rate);")]
    [InlineData("var o = Adam(new[] { new Parameter(rand(3)) }, 0.5);")]
    [InlineData("var o = Adam(model.parameters(), 1.0); var noam = lr_scheduler.LambdaLR(o, i => 1e-3);")]
    [InlineData("var o = Adam(model.parameters(), 1.0); foreach (var group in o.ParamGroups) group.LearningRate = 1e-3;")]
    [InlineData("var o = SGD(model.parameters(), 1.0);")]
    [InlineData("var o = SGD(model.parameters(), 0.1, momentum: 0.99);")]
    [InlineData("var o = AdamW(model.parameters(), weight_decay: 0);")]
    [InlineData("var o = AdamW(model.parameters(), 1e-3, 0.9, 0.999, 1e-8, 0.1);")]
    [InlineData("var o = AdamW(new[] { new AdamW.ParamGroup(model.parameters(), weight_decay: 0.1) });")]
    [InlineData("var d = nn.Dropout(); var e = nn.Dropout(0.5); var y = F.dropout(rand(3), 0.8);")]
    [InlineData("var d = nn.Dropout(double.Parse(args[0]));")]
    [InlineData("var o = Own.Adam(model.parameters(), lr: 1.0); static class Own { public static object Adam(IEnumerable<Parameter> parameters, double lr) => parameters; }")]
    public Task A_likely_one_or_one_that_is_meant_is_silent(string code) => Verify<UnlikelyHyperparameter>.Silent(Start + code);

    [Theory]
    [InlineData("Xunit", "Fact")]
    [InlineData("NUnit.Framework", "Test")]
    [InlineData("Microsoft.VisualStudio.TestTools.UnitTesting", "TestMethod")]
    public Task A_project_with_tests_is_silent(string framework, string attribute) => Verify<UnlikelyHyperparameter>.Silent(
        $"public class Tests {{ [{framework}.{attribute}] public void It_trains() => optim.Adam(nn.Linear(4, 1).parameters(), 0.5); }}",
        $"namespace {framework} {{ public class {attribute}Attribute : System.Attribute {{ }} }}");

    [Fact]
    public Task Code_that_does_not_compile_is_left_alone() =>
        Verify<UnlikelyHyperparameter>.SilentOnBroken(Start + "var o = Adam(model.parameters(), lr: ); var p = AdamX(model.parameters(), 0.5); nn.Dropout(p: );");

    [Fact]
    public Task The_fix_gives_the_weight_decay() => Verify<UnlikelyHyperparameter>.Fixes(
        Start + """
        var o = [|AdamW(
            model.parameters(), // all of them
            lr: 1e-3)|];
        AdamW p = [|new(model.parameters(), 1e-3)|];
        """,
        Start + """
        var o = AdamW(
            model.parameters(), // all of them
            lr: 1e-3, weight_decay: 0.01);
        AdamW p = new(model.parameters(), 1e-3, weight_decay: 0.01);
        """);

    [Theory]
    [InlineData("var o = Adam(model.parameters(), [|0.1|]);")]
    [InlineData("var d = nn.Dropout([|0.9|]);")]
    public Task No_fix_is_offered_where_the_number_is_to_be_chosen(string code) => Verify<UnlikelyHyperparameter>.HasNoFix(Start + code);
}
