using TrainingGuards.Analyzers.Modules;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Modules;

public sealed class SymmetricInitializationTests
{
    [Theory]
    [InlineData("[|nn.init.ones_(fc.weight)|];", "All weights of 'fc' become equal, so its units compute the same. Use a random initialisation, such as kaiming_uniform_.")]
    [InlineData("[|constant_(conv.weight, 0.01)|];", "All weights of 'conv' become equal, so its units compute the same. Use a random initialisation, such as kaiming_uniform_.")]
    [InlineData("foreach (var m in modules()) { if (m is Linear l) { [|zeros_(l.weight)|]; zeros_(l.bias); } }",
        "All weights of 'l' become zero, so its units compute the same in every layer. Use a random initialisation, such as kaiming_uniform_.")]
    [InlineData("[|kaiming_uniform_(fc.weight.clone())|];", "'kaiming_uniform_' initialises a clone of 'fc.weight', which is then thrown away. Initialise 'fc.weight' itself.")]
    public Task Equal_weights_and_lost_ones_are_flagged(string statement, string message) => Verify<SymmetricInitialization>.Flags(Net(statement), message);

    [Theory]
    [InlineData("apply(m => { if (m is ReLU) { } else if (m is Conv2d c) [|zeros_(c.weight)|]; });")]
    [InlineData("foreach (var (name, m) in named_modules()) if (m is Linear l) [|constant_(l.weight, 0)|];")]
    [InlineData("var local = nn.Linear(4, width); [|ones_(local.weight)|];")]
    [InlineData("[|normal_(fc.weight.detach().clone(), 0, 0.02)|]; [|zeros_(fc.bias.clone().view(4))|];")]
    public Task In_a_loop_or_on_a_local_it_is_flagged(string statement) => Verify<SymmetricInitialization>.Flags(Net(statement));

    [Theory]
    [InlineData("zeros_(fc.bias); ones_(norm.weight); zeros_(norm.bias); constant_(fc.bias, 0.1);")]
    [InlineData("zeros_(fc.weight);")]
    [InlineData("zeros_(loraB.weight); kaiming_uniform_(fc.weight);")]
    [InlineData("ones_(head.weight);")]
    [InlineData("ones_(depthwise.weight);")]
    [InlineData("ones_(embedding.weight); zeros_(shift);")]
    [InlineData("ones_(conv.weight); conv.weight.requires_grad = false;")]
    [InlineData("ones_(fc.weight); xavier_uniform_(fc.weight);")]
    [InlineData("ones_(fc.weight); fc.weight.copy_(randn(4, 4));")]
    [InlineData("constant_(fc.weight, width);")]
    [InlineData("foreach (var (name, m) in named_modules()) if (name.EndsWith(\"out\") && m is Linear l) zeros_(l.weight);")]
    [InlineData("foreach (var (name, m) in named_modules()) if (name.EndsWith(\"out\")) { if (m is Linear l) zeros_(l.weight); }")]
    [InlineData("foreach (var m in modules()) if (m is Linear l) { if (l.in_features == 1) zeros_(l.weight); xavier_normal_(l.weight); }")]
    [InlineData("var made = kaiming_uniform_(fc.weight.clone()); var copy = fc.weight.clone(); zeros_(copy); kaiming_normal_(fc.weight.detach());")]
    public Task Meant_overwritten_or_unknown_it_is_silent(string statement) => Verify<SymmetricInitialization>.Silent(Net(statement));

    [Theory]
    [InlineData("[|kaiming_uniform_(fc.weight.clone())|]; // first", "kaiming_uniform_(fc.weight); // first")]
    [InlineData("[|nn.init.normal_(fc.weight.clone().detach(), std: 0.02)|];", "nn.init.normal_(fc.weight.detach(), std: 0.02);")]
    public Task The_fix_initialises_the_weights_themselves(string before, string after) => Verify<SymmetricInitialization>.Fixes(Net(before), Net(after));

    [Fact]
    public Task Which_random_initialisation_is_the_users_to_say() => Verify<SymmetricInitialization>.HasNoFix(Net("[|ones_(fc.weight)|];"));

    private static string Net(string statement) => $$"""
        using static TorchSharp.torch.nn.init;
        class Net : nn.Module<Tensor, Tensor>
        {
            private readonly Linear fc = nn.Linear(4, 4), loraB = nn.Linear(2, 4), head = nn.Linear(4, 1);
            private readonly Conv2d conv = nn.Conv2d(3, 8, 3), depthwise = nn.Conv2d(8, 8, 3, groups: 8);
            private readonly LayerNorm norm = nn.LayerNorm(4);
            private readonly Embedding embedding = nn.Embedding(4, 4);
            private readonly Parameter shift = nn.Parameter(empty(4));
            public Net(int width) : base("Net")
            {
                RegisterComponents();
                {{statement}}
            }
            public override Tensor forward(Tensor x) => norm.call(fc.call(x));
        }
        static class Entry { static void Main() { } }
        """;
}
