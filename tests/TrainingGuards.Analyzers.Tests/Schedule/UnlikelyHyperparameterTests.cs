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
    [InlineData("var o = SGD(model.parameters(), [|0|]);",
        "'SGD' leaves the weights that it is given as they are with learningRate = 0. Give a rate, or freeze them by 'requires_grad = false'.")]
    [InlineData("var o = Adam(model.parameters(), lr: 5e-3, [|eps: 1|]);",
        "'Adam' with eps = 1 moves a weight by no more than 0.005 of its gradient, as SGD does at that rate, instead of by its learning rate. Leave eps at its default, 1e-8, or raise the learning rate with it.")]
    [InlineData("var o = RAdam(model.parameters(), [|eps: 0|]);",
        "'RAdam' with eps = 0 divides 0 by 0 where a gradient has been 0 from the start, as that of a unit that is off, and the weight becomes NaN. Leave eps at its default, 1e-8.")]
    [InlineData("var o = AdamW(model.parameters(), 5e-3, [|weight_decay: 10|]);",
        "'AdamW' takes 5 % off every weight in each step with weight_decay = 10, so that what was learnt 100 steps ago is gone. Start from 0.01 to 0.1.")]
    [InlineData("var o = SGD(model.parameters(), 0.05, momentum: 0.9, [|weight_decay: 1|]);",
        "'SGD' draws every weight to 0 by 50 % with the gradients of each step, by weight_decay = 1, the rate and the momentum together, next to which the loss is of no account. Start from 1e-4, or without.")]
    [InlineData("var o = SGD(model.parameters(), 0.1, [|weight_decay: 20|]);",
        "'SGD' adds 20 times each weight to its gradient with weight_decay = 20, next to which the loss is of no account. Start from 1e-4, or without.")]
    [InlineData("var n = nn.BatchNorm2d(8, [|momentum: 1.0|]);",
        "'BatchNorm2d' with momentum = 1.0 keeps the last batch alone in the statistics that evaluation uses, since momentum is the share of the new here and that of the old in Keras. Leave it at its default, 0.1, which Keras calls 0.9.")]
    [InlineData("var n = nn.BatchNorm1d(8, [|0.8|]);",
        "'BatchNorm1d' with eps = 0.8 adds more to a variance than many channels have, and does not normalise those. Leave eps at its default, 1e-5, and name the argument that was meant.")]
    [InlineData("nn.utils.clip_grad_norm_(model.parameters(), [|1e-6|]);",
        "'clip_grad_norm_' with max_norm = 1e-6 leaves next to nothing of any gradient. Clip to a norm of 1 to 5, which limits only the largest.")]
    [InlineData("nn.utils.clip_grad_value_(model.parameters(), [|0|]);",
        "'clip_grad_value_' with clip_value = 0 leaves nothing of any gradient. Clip to a value such as 0.5, which limits only the largest.")]
    public Task The_message_says_why_and_what_instead(string code, string message) => Verify<UnlikelyHyperparameter>.Flags(Start + code, message);

    [Theory]
    [InlineData("high_learning_rate = 0.01", "var o = Adam(model.parameters(), [|lr: 0.02|]);")]
    [InlineData("high_dropout = 0.5", "var d = nn.Dropout([|0.5|]);")]
    [InlineData("high_adam_epsilon = 0.001", "var o = Adam(model.parameters(), 1e-5, [|eps: 0.005|]);")]
    public Task The_options_say_from_where_on(string option, string code) =>
        Verify<UnlikelyHyperparameter>.Flags($"// .editorconfig: training_guards.{option}\n{Start}{code}");

    [Theory]
    [InlineData("high_learning_rate = 0.2", "var o = Adam(model.parameters(), lr: 0.1);")]
    [InlineData("high_dropout = 0.96", "var d = nn.Dropout(0.95);")]
    [InlineData("high_adam_epsilon = 2", "var o = Adam(model.parameters(), 1e-5, eps: 1);")]
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
    [InlineData("AdamW Make(nn.Module m) => new([new AdamW.ParamGroup(m.parameters().Where(p => p.dim() > 1), [|lr: 0|], weight_decay: 0.1), new(m.parameters().Where(p => p.dim() <= 1), 1e-3)]); Make(model);")]
    [InlineData("Optimizer Make(nn.Module m) => Adagrad(m.parameters(), [|lr: 0.0|]); Make(model);")]
    [InlineData("var rate = 0.0; var o = new SGD([new SGD.ParamGroup { Parameters = model.parameters() }, new([model.bias!], [|rate|])], 0.1);")]
    [InlineData("const double Tiny = 1e-3; Optimizer o = new NAdam(new[] { new NAdam.ParamGroup(model.parameters(), Tiny, 0.9, 0.999, [|1|]) });")]
    [InlineData("var o = RMSProp(model.parameters(), [|eps: 0|]);")]
    [InlineData("var o = new AdamW([new AdamW.ParamGroup(model.parameters(), 1e-2, [|weight_decay: 2|])]);")]
    [InlineData("var o = Adam(model.parameters().Where(p => p.requires_grad), [|weight_decay: 10|]);")]
    [InlineData("Optimizer Make(nn.Module m) => SGD([new SGD.ParamGroup(m.parameters().Where(p => p.dim() > 1), lr: 0.05, momentum: 0.9), new(m.parameters().Where(p => p.dim() <= 1), lr: 0.05, momentum: 0.9, [|weight_decay: 1|])], learningRate: 0.05); Make(model);")]
    [InlineData("var o = SGD(model.parameters(), 0.5, [|weight_decay: 0.5|]);")]
    [InlineData("var n = nn.BatchNorm1d(8, [|0.1|], [|0.99|]);")]
    [InlineData("new Net(); class Net : nn.Module<Tensor, Tensor> { const double Momentum = 0.9; readonly BatchNorm3d norm = nn.BatchNorm3d(4, [|momentum: Momentum|], track_running_stats: true); public Net() : base(\"\") => RegisterComponents(); public override Tensor forward(Tensor x) => norm.call(x); }")]
    [InlineData("const double Limit = 0; void Step(nn.Module m) { nn.utils.clip_grad_norm_(m.parameters(), [|max_norm: Limit|]); } Step(model);")]
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
    [InlineData("var o = Rprop(model.parameters(), lr: 0);")]
    [InlineData("var o = Adam(model.parameters(), lr: 0); foreach (var group in o.ParamGroups) group.LearningRate = 1e-3;")]
    [InlineData("var o = Adam(model.parameters(), lr: 0); o.load_state_dict(\"last.dat\");")]
    [InlineData("var o = SGD(model.parameters(), 0); var s = lr_scheduler.CosineAnnealingLR(o, 10, eta_min: 0.1);")]
    [InlineData("var o = SGD(model.parameters(), 0); var s = lr_scheduler.CyclicLR(o, 1e-3, 1e-1);")]
    [InlineData("var o = SGD([new SGD.ParamGroup(model.parameters(), lr: 0.1)], 0);")]
    [InlineData("var rate = 0.0; rate = double.Parse(args[0]); var o = SGD(model.parameters(), rate);")]
    [InlineData("var o = Adam(model.parameters(), lr: 0.045, eps: 1);")]
    [InlineData("var o = Adam(model.parameters(), 1e-3, eps: 1.5e-4); var p = RMSProp(model.parameters(), 1e-3, eps: 1);")]
    [InlineData("var o = Adam([new Parameter(rand(3))], 1e-3, eps: 1, weight_decay: 10);")]
    [InlineData("var o = Adam(model.parameters(), 1e-4, eps: 1); var noam = lr_scheduler.LambdaLR(o, i => i);")]
    [InlineData("var o = AdamW(model.parameters(), 1e-3, weight_decay: 1);")]
    [InlineData("var o = AdamW(model.parameters(), 1e-2, weight_decay: 10); foreach (var group in o.ParamGroups) group.LearningRate = 1e-5;")]
    [InlineData("var o = AdamW(model.parameters(), double.Parse(args[0]), weight_decay: 10);")]
    [InlineData("var o = SGD(model.parameters(), 0.1, weight_decay: 1);")]
    [InlineData("var o = SGD(model.parameters(), 0.1, momentum: 0.9, weight_decay: 1e-2);")]
    [InlineData("var o = SGD(model.parameters(), double.Parse(args[0]), momentum: 0.9, weight_decay: 1);")]
    [InlineData("var o = SGD(model.parameters(), 0.05, momentum: double.Parse(args[0]), weight_decay: 1);")]
    [InlineData("var o = SGD([new Parameter(rand(3))], 0.5, momentum: 0.9, weight_decay: 1);")]
    [InlineData("var o = SGD(model.parameters(), 1, momentum: 0.9, weight_decay: 0.1); var s = lr_scheduler.LambdaLR(o, i => 1e-3);")]
    [InlineData("var n = nn.BatchNorm2d(8); var m = nn.BatchNorm2d(8, 1e-3, 0.03); var k = nn.BatchNorm2d(8, momentum: 0);")]
    [InlineData("var n = nn.BatchNorm1d(8, momentum: 1, track_running_stats: false);")]
    [InlineData("nn.utils.clip_grad_norm_(model.parameters(), 1e-3); nn.utils.clip_grad_value_(model.parameters(), 1e-4);")]
    [InlineData("var norm = nn.utils.clip_grad_norm_(model.parameters(), 0); Console.WriteLine(norm);")]
    [InlineData("nn.utils.clip_grad_norm_(model.parameters(), double.Parse(args[0]));")]
    [InlineData("Own.clip_grad_norm_(model.parameters(), 0); static class Own { public static void clip_grad_norm_(IEnumerable<Parameter> parameters, double max_norm) { } }")]
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
