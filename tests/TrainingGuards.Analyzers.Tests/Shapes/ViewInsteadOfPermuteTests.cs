using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class ViewInsteadOfPermuteTests
{
    [Fact]
    public Task The_message_names_the_tensor_and_the_permutation() => Verify<ViewInsteadOfPermute>.Flags(
        In("var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]); return x.[|view(b, d, t)|];"),
        "view(b, d, t) gives 'x' its own dimensions in another order but moves no element, so values of different examples and positions mix. "
            + "Use permute(0, 2, 1) instead.");

    [Theory]
    [InlineData("return x.[|view(x.shape[1], x.shape[0])|];")]
    [InlineData("return x.[|reshape(x.size(0), x.size(2), x.size(1))|];")]
    [InlineData("return torch.[|reshape(x, x.size(0), x.size(2), x.size(1))|];")]
    [InlineData("return [|reshape(x, x.shape[1], x.shape[0])|];")]
    [InlineData("var s = x.shape; return x.[|view(s[1], s[0], s[2])|];")]
    [InlineData("var s = x.size(); return x.[|view(s[1], s[0], s[2])|];")]
    [InlineData("long b = x.shape[0]; var t = (int)x.size(1); return x.[|view(t, b)|];")]
    [InlineData("var (b, (t, d)) = (x.size(0), (x.size(1), x.size(2))); return x.[|view(t, b, d)|];")]
    [InlineData("var y = x; var b = x.shape[0]; return y.[|view(y.shape[1], b)|];")]
    [InlineData("return x.[|view(x.shape[1], x.shape[0], -1)|];")]
    [InlineData("return x.[|view(x.shape[2], -1, x.shape[0])|];")]
    [InlineData("return x.[|view(-1, x.shape[2], x.shape[1])|];")]
    [InlineData("return x.[|view(x.size(-1), x.size(0), x.size(1))|];")]
    [InlineData("return x.[|view(x.shape[0], x.shape[^1], x.shape[1])|];")]
    [InlineData("return x.[|view(new long[] { x.shape[1], x.shape[0] })|];")]
    [InlineData("return x.[|view([x.shape[1], x.shape[0]])|];")]
    [InlineData("var to = new[] { x.shape[1], x.shape[0] }; return x.[|view(to)|];")]
    public Task Own_dimensions_in_another_order_are_flagged(string body) => Verify<ViewInsteadOfPermute>.Flags(In(body));

    [Theory]
    [InlineData("return x.[|view(b, h, t, d / h)|];")]
    [InlineData("return x.view(b, t, h, d / h).[|view(b, h, t, d / h)|];")]
    [InlineData("var y = x.view(b, t, h, d / h); return y.[|view(b, h, t, d / h)|];")]
    [InlineData("var y = x.view(b, t, h, -1); return y.[|view(b, h, t, d / h)|];")]
    [InlineData("var y = x.view(b, t, h, d / h).transpose(1, 2); return y.[|reshape(b, t, d)|];")]
    [InlineData("var y = x.view(b, t, h, d / h).permute(0, 2, 1, 3).contiguous(); return y.[|view(b, t, -1)|];")]
    [InlineData("var y = x.view(b, t, 8, 64).transpose(1, 2); return y.[|reshape(b, t, 512)|];")]
    [InlineData("var y = x.transpose(0, 1); return y.[|reshape(b, t, d)|];")]
    [InlineData("var y = x.view(b, t, h, d / h); return y.[|view(b, t * (d / h), h)|];")]
    public Task Heads_split_or_merged_across_time_are_flagged(string body) =>
        Verify<ViewInsteadOfPermute>.Flags(In("var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]); " + body));

    [Theory]
    [InlineData("return zeros(2, 3, 4).[|view(3, 2, 4)|];")]
    [InlineData("var y = rand(new long[] { 8, 16, h }); return y.[|view(8, h, 16)|];")]
    [InlineData("var y = ones(h, 3, 32, 64); return y.[|view(h, 32, 64, 3)|];")]
    [InlineData("const int batch = 8; var y = torch.full(batch, h, 2, 0.5); return y.[|reshape(batch, 2, h)|];")]
    [InlineData("var y = rand(h, 5); y = y.relu().to(float32); return y.[|view(5, h)|];")]
    public Task Dimensions_known_from_construction_are_flagged(string body) => Verify<ViewInsteadOfPermute>.Flags(In(body));

    [Theory]
    [InlineData("return linear.call(x).[|view(b, h, t, d / h)|];")]
    [InlineData("var parts = linear.call(x).chunk(3, -1); return parts[1].[|reshape(b, h, t, d / h)|];")]
    [InlineData("return dropout.call(linear.call(x)).relu().[|reshape(t, b, d)|];")]
    [InlineData("return words.call(x).[|view(t, b, 12)|];")]
    public Task What_a_layer_made_has_the_axes_it_was_given(string body) => Verify<ViewInsteadOfPermute>.Flags(Layered(body));

    [Theory]
    [InlineData("return linear.call(x).view(b, t, h, d / h).transpose(1, 2);")]
    [InlineData("return linear.call(x).view(b * t, d);")]
    [InlineData("return linear.call(x).view(t, b, -1);")]
    [InlineData("return linear.call(x).transpose(0, 1).reshape(t, b, d);")]
    [InlineData("return linear.call(x.transpose(0, 1)).reshape(t, b, d);")]
    [InlineData("return linear.call(x).chunk(3, 0)[0].reshape(t, b, d);")]
    [InlineData("return linear.call(x).reshape(b, h, t);")]
    [InlineData("return words.call(x).view(b, t, 12);")]
    [InlineData("return words.call(x).view(b, t, 3, 4);")]
    [InlineData("return words.call(x).view(b * t, 12);")]
    [InlineData("return conv.call(x).view(b, d, t);")]
    public Task What_a_layer_made_and_keeps_its_order_is_silent(string body) => Verify<ViewInsteadOfPermute>.Silent(Layered(body));

    [Theory]
    [InlineData("linear.call(x).[|view(b, h, t, d / h)|]", "linear.call(x).view(b, t, h, d / h).permute(0, 2, 1, 3)")]
    [InlineData("words.call(x).[|view(t, b, 12)|]", "words.call(x).permute(1, 0, 2)")]
    public Task The_fix_moves_the_axes_of_what_a_layer_made(string flagged, string cured) =>
        Verify<ViewInsteadOfPermute>.Fixes(Layered($"return {flagged};"), Layered($"return {cured};"));

    private static string Layered(string body) => "class Net(Linear linear, Embedding words, Dropout dropout, Conv1d conv) { Tensor Apply(Tensor x, int h) { long b = x.shape[0], t = x.shape[1], d = x.shape[2]; " + body + " } }";

    [Theory]
    [InlineData("return x.view(x.shape[0], x.shape[1]);")]
    [InlineData("return x.view(x.shape[0], -1, x.shape[1]);")]
    [InlineData("return x.view(-1, x.shape[2]);")]
    [InlineData("return x.view(x.shape[1], -1);")]
    [InlineData("return x.view(x.shape[0] * x.shape[1], x.shape[2]);")]
    [InlineData("return x.view(x.shape[1] * x.shape[0], x.shape[2]);")]
    [InlineData("return x.view(x.shape);")]
    [InlineData("var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]); return x.view(b, t, h, d / h).transpose(1, 2);")]
    [InlineData("var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]); return x.view(b, t, h, d / h).transpose(1, 2).reshape(b, h, t, -1);")]
    [InlineData("var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]); return x.view(b, t, h, d / h).transpose(1, 2).transpose(1, 2).reshape(b, t, d);")]
    [InlineData("var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]); return x.transpose(0, 1).reshape(t, b, -1);")]
    [InlineData("var (b, c, n, m) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]); return x.view(c, n * m);")]
    [InlineData("var (b, c) = (x.shape[0], x.shape[1]); return x.view(b, 2, c / 2, -1).transpose(1, 2).reshape(b, c, -1);")]
    public Task Dimensions_in_order_are_not_flagged(string body) => Verify<ViewInsteadOfPermute>.Silent(In(body));

    [Theory]
    [InlineData("return ones(4, 1, 5).view(1, 4, 5);")]
    [InlineData("return ones(3, 3, 5).view(3, 3, 5);")]
    [InlineData("return zeros(2, 3, 4).view(4, 6);")]
    [InlineData("return zeros(h, 1).view(1, h);")]
    [InlineData("var y = x.unsqueeze(1); return y.view(y.shape[1], y.shape[0]);")]
    public Task Equal_constants_and_dimensions_of_one_are_not_flagged(string body) => Verify<ViewInsteadOfPermute>.Silent(In(body));

    [Theory]
    [InlineData("return x.view(other.shape[1], other.shape[0]);")]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); x = x.t(); return x.contiguous().view(t, b);")]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); x = other; return x.view(t, b);")]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); if (b > t) x = other; return x.view(t, b);")]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); if (b > t) t = 5; return x.view(t, b);")]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); for (int i = 0; i < 3; i++) x = x.view(t, b); return x;")]
    [InlineData("var (b, t) = (x.shape[0], x.shape[1]); x.transpose_(0, 1); return x.view(t, b);")]
    [InlineData("var s = x.shape; s[0] = 3; return x.view(s[1], s[0]);")]
    [InlineData("var s = x.shape; Array.Reverse(s); return x.view(s[1], s[0]);")]
    [InlineData("var s = x.shape; var u = s; u[0] = 3; return x.view(s[1], s[0]);")]
    [InlineData("void swap(ref long a, ref long b) => (a, b) = (b, a); var (b, t) = (x.shape[0], x.shape[1]); swap(ref b, ref t); return x.view(t, b);")]
    [InlineData("return x.view(x.shape[1] + 1, x.shape[0]);")]
    [InlineData("return x.view(h, x.shape[0]);")]
    [InlineData("return reshape(x + 1, (x + 1).shape[1], (x + 1).shape[0]);")]
    [InlineData("return x.view(new List<long> { x.shape[1], x.shape[0] }.ToArray());")]
    public Task What_may_be_another_dimension_is_not_flagged(string body) => Verify<ViewInsteadOfPermute>.Silent(In(body));

    [Fact]
    public Task The_skew_of_relative_attention_is_not_flagged() => Verify<ViewInsteadOfPermute>.Silent(In(
        "var padded = nn.functional.pad(x, new long[] { 1, 0 }); return padded.view(padded.shape[0], padded.shape[1], padded.shape[3], padded.shape[2]);"));

    [Fact]
    public Task A_field_of_heads_counts_where_it_is_readonly() => Verify<ViewInsteadOfPermute>.Flags("""
        class Attention(string name) : nn.Module<Tensor, Tensor>(name)
        {
            readonly long heads = 8;
            public override Tensor forward(Tensor x)
            {
                var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);
                return x.[|view(b, heads, t, d / heads)|];
            }
        }
        """);

    [Theory]
    [InlineData("return x.view(x.shape[1], x.shape[);")]
    [InlineData("var y = y.view(y.shape[1], y.shape[0]); return y;")]
    [InlineData("Tensor y = y; return y.view(y.shape[1], y.shape[0]);")]
    [InlineData("long b = b * 2; var s = s; long[] u = u; return x.view(b, s[0], u[1]);")]
    public Task Code_that_does_not_compile_is_left_alone(string body) => Verify<ViewInsteadOfPermute>.SilentOnBroken(In(body));

    [Theory]
    [InlineData("x.[|view(b, d, t)|]", "x.permute(0, 2, 1)")]
    [InlineData("torch.[|reshape(x, t, b, d)|]", "x.permute(1, 0, 2)")]
    [InlineData("[|reshape(x.relu(), t, b, d)|]", "x.relu().permute(1, 0, 2)")]
    [InlineData("x.[|view(t, b, -1)|]", "x.transpose(0, 1).reshape(t, b, -1)")]
    [InlineData("x.[|view(b, h, t, d / h)|]", "x.view(b, t, h, d / h).permute(0, 2, 1, 3)")]
    [InlineData("x.view(b, t, h, d / h).[|view(b, h, t, d / h)|]", "x.view(b, t, h, d / h).permute(0, 2, 1, 3)")]
    [InlineData("x.view(b, t, h, -1).[|view(b, h, t, -1)|]", "x.view(b, t, h, -1).permute(0, 2, 1, 3)")]
    [InlineData("x.[|view(b, d, t)|].view(-1, t)", "x.permute(0, 2, 1).reshape(-1, t)")]
    [InlineData("x.view(b, t, h, d / h).transpose(1, 2).[|reshape(b, t, d)|]", "x.view(b, t, h, d / h).transpose(1, 2).permute(0, 2, 1, 3).reshape(b, t, d)")]
    [InlineData("ones(b, 1, t, d).[|view(b, d, t)|]", "ones(b, 1, t, d).permute(0, 1, 3, 2).reshape(b, d, t)")]
    public Task The_fix_permutes(string flagged, string cured)
    {
        const string Start = "var (b, t, d) = (x.shape[0], x.shape[1], x.shape[2]);\n    return ";
        return Verify<ViewInsteadOfPermute>.Fixes(In(Start + flagged + ";"), In(Start + cured + ";"));
    }

    [Fact]
    public Task No_fix_is_offered_where_the_permutation_depends_on_the_rank() =>
        Verify<ViewInsteadOfPermute>.HasNoFix(In("return x.[|view(x.shape[2], -1, x.shape[0])|];"));

    [Fact]
    public Task Everything_is_fixed_at_once() => Verify<ViewInsteadOfPermute>.FixesAll(
        [
            "class A { Tensor M(Tensor x) => x.[|view(x.shape[1], x.shape[0])|]; Tensor N(Tensor y) => y.[|view(y.shape[1], y.shape[0], -1)|]; }",
            "class B { Tensor M(Tensor x) => x.[|view(x.shape[1], x.shape[0])|]; }",
        ],
        [
            "class A { Tensor M(Tensor x) => x.permute(1, 0); Tensor N(Tensor y) => y.transpose(0, 1).reshape(y.shape[1], y.shape[0], -1); }",
            "class B { Tensor M(Tensor x) => x.permute(1, 0); }",
        ]);

    private static string In(string body) => "Tensor f(Tensor x, Tensor other, int h)\n{\n    " + body + "\n}";
}
