using TrainingGuards.Analyzers.Mode;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Mode;

public sealed class DropoutIgnoresModeTests
{
    private static string Net(string body) => $$"""
        using F = TorchSharp.torch.nn.functional;
        using static TorchSharp.torch.nn.functional;

        partial class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Linear head = nn.Linear(4, 2);
            private readonly Parameter scale = nn.Parameter(ones(4));
            private readonly Tensor mean = zeros(4), variance = ones(4);
            private readonly bool noisy = true;

            public Net() : base("net") => RegisterComponents();

            {{body}}
        }
        """;

    private static string Forward(string body) => Net($"public override Tensor forward(Tensor x) {body}");

    [Theory]
    [InlineData("F.dropout(x)", "'dropout' drops values in evaluation as well, because its 'training' is true unless given. Pass 'training: training'.")]
    [InlineData("dropout2d(x, 0.2, inplace: true)", "'dropout2d' drops values in evaluation as well, because its 'training' is true unless given. Pass 'training: training'.")]
    [InlineData("F.alpha_dropout(x, 0.1)", "'alpha_dropout' never drops anything, because its 'training' is false unless given. Pass 'training: training'.")]
    [InlineData("F.batch_norm(x, mean, variance, scale)", "'batch_norm' never normalises by the batch, because its 'training' is false unless given. Pass 'training: training'.")]
    [InlineData("F.scaled_dot_product_attention(x, x, x, p: 0.1)", "'scaled_dot_product_attention' drops values in evaluation as well, because it applies 'p' in either mode. Pass 'p: training ? 0.1 : 0'.")]
    public Task A_function_that_is_not_told_the_mode_is_flagged(string call, string message) => Verify<DropoutIgnoresMode>.Flags(Forward($"=> head.call([|{call}|]);"), message);

    [Fact]
    public Task A_second_dropout_is_flagged_beside_one_that_is_right() => Verify<DropoutIgnoresMode>.Flags(
        Forward("{ x = F.dropout(x, 0.5, training); if (x.dim() > 1) x = [|F.dropout(x, 0.5)|]; return head.call(x); }"),
        "'dropout' drops values in evaluation as well, because its 'training' is true unless given. Pass 'training: training'.");

    [Fact]
    public Task In_another_method_of_the_module_it_is_flagged() => Verify<DropoutIgnoresMode>.Flags(
        Net("public override Tensor forward(Tensor x) => Encode(x); private Tensor Encode(Tensor x) { Tensor Drop(Tensor y) => [|F.dropout(y)|]; return Drop(x); }"),
        "'dropout' drops values in evaluation as well, because its 'training' is true unless given. Pass 'training: training'.");

    [Theory]
    [InlineData("=> F.dropout(x, 0.5, training);")]
    [InlineData("=> F.dropout(x, training: true);")]
    [InlineData("=> F.dropout(x, 0);")]
    [InlineData("=> F.alpha_dropout(x, training: this.training);")]
    [InlineData("=> training ? F.dropout(x) : x;")]
    [InlineData("{ if (training) x = F.dropout(x); return x; }")]
    [InlineData("{ if (!training) return x; return F.dropout(x); }")]
    [InlineData("{ if (noisy) x = F.dropout(x); return x; }")]
    [InlineData("=> F.batch_norm(x, mean, variance);")]
    [InlineData("=> F.batch_norm(x, mean, variance, mean, variance);")]
    [InlineData("=> F.scaled_dot_product_attention(x, x, x);")]
    [InlineData("=> F.scaled_dot_product_attention(x, x, x, p: training ? 0.1 : 0);")]
    [InlineData("=> nn.functional.relu(x);")]
    public Task What_is_told_or_may_have_looked_is_silent(string body) => Verify<DropoutIgnoresMode>.Silent(Forward(body));

    [Theory]
    [InlineData("var noise = nn.functional.dropout(ones(4));")]
    [InlineData("static class Augment { public static Tensor Of(Tensor x) => nn.functional.dropout(x, 0.1); }")]
    public Task Outside_of_a_module_there_is_no_mode(string code) => Verify<DropoutIgnoresMode>.Silent(code);

    [Fact]
    public Task The_fix_passes_the_mode() => Verify<DropoutIgnoresMode>.Fixes(
        Forward("{\n        x = [|F.dropout(x, 0.5)|]; // regularise\n        return x;\n    }"), Forward("{\n        x = F.dropout(x, 0.5, training: training); // regularise\n        return x;\n    }"));

    [Fact]
    public Task The_fix_gives_attention_a_probability_of_the_mode() => Verify<DropoutIgnoresMode>.Fixes(
        Forward("=> [|F.scaled_dot_product_attention(x, x, x, p: 0.1)|];"), Forward("=> F.scaled_dot_product_attention(x, x, x, p: training ? 0.1 : 0);"));
}
