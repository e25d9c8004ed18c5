using Microsoft.CodeAnalysis;
using TrainingGuards.Analyzers.Shapes;
using TrainingGuards.Analyzers.Tests.Verification;
using TrainingGuards.CodeFixes.Shapes;

namespace TrainingGuards.Analyzers.Tests.Shapes;

public sealed class ShapeReferenceComparisonTests
{
    [Theory]
    [InlineData("x.shape == y.shape")]
    [InlineData("x.shape != y.shape")]
    [InlineData("x.size() == y.size()")]
    [InlineData("x.stride() == y.stride()")]
    [InlineData("x.shape == x.shape")]
    [InlineData("x.shape == new long[] { 2, 3 }")]
    [InlineData("x.shape == sizes")]
    [InlineData("sizes != x.shape")]
    [InlineData("x.shape[1..] == y.shape[1..]")]
    [InlineData("x.shape.Equals(y.shape)")]
    [InlineData("Equals(x.shape, y.shape)")]
    [InlineData("object.Equals(x.shape, y.shape)")]
    [InlineData("(x.shape) == (y.shape)")]
    [InlineData("x?.shape == y?.shape")]
    [InlineData("x.view(-1).shape == y.shape")]
    public Task A_comparison_of_arrays_is_flagged(string comparison) => Verify<ShapeReferenceComparison>.Flags(
        $"class C {{ bool M(Tensor x, Tensor y, long[] sizes) => [|{comparison}|]; }}",
        $"'{comparison}' asks whether two arrays are the same object, so equal shapes are never equal. Compare what is in them, with SequenceEqual.");

    [Theory]
    [InlineData("var s = x.shape; var t = y.shape; return [|s == t|];")]
    [InlineData("long[] s = x.size(); return [|s != y.size()|];")]
    [InlineData("var s = x.shape; Console.WriteLine(s.Length + s[0]); var z = zeros(s); return [|s == sizes|];")]
    [InlineData("var s = x.shape; if ([|known != s|]) { known = s; return true; } return false;")]
    [InlineData("bool Same() => [|x.shape == y.shape|]; return Same();")]
    [InlineData("Func<Tensor, bool> same = other => [|other.shape == y.shape|]; return same(x);")]
    [InlineData("System.Diagnostics.Debug.Assert([|x.shape == y.shape|]); return true;")]
    [InlineData("while ([|x.shape != y.shape|]) x = x.unsqueeze(0); return true;")]
    [InlineData("return Alike(x.shape, y.shape); static bool Alike(long[] s, long[] t) => [|s == t|];")]
    [InlineData("long[]? last = null; for (int i = 0; i < 3; i++) { var s = x.shape; if ([|last == s|]) return true; last = s; Keep(s); } return false;")]
    [InlineData("var (s, t) = (x.shape, y.shape); return [|s == t|];")]
    public Task Locals_that_hold_shapes_are_flagged(string body) => Verify<ShapeReferenceComparison>.Flags(In(body));

    [Fact]
    public Task Shapes_given_to_a_private_method_of_another_file_are_flagged() => Verify<ShapeReferenceComparison>.Flags(
        """
        partial class Loss
        {
            private static void Check(long[] one, long[] other)
            {
                if ([|one != other|])
                {
                    throw new ArgumentException("shapes");
                }
            }

            public Tensor Of(Tensor x, Tensor y)
            {
                Check(x.shape, y.shape);
                return (x - y).abs().mean();
            }
        }
        """,
        "'one != other' asks whether two arrays are the same object, so equal shapes are never equal. Compare what is in them, with SequenceEqual.");

    [Theory]
    [InlineData("return x.shape.SequenceEqual(y.shape);")]
    [InlineData("return x.shape[0] == y.shape[0];")]
    [InlineData("return x.shape.Length == y.shape.Length;")]
    [InlineData("return x.size(0) == y.size(0);")]
    [InlineData("return x.shape is null || x.shape == null;")]
    [InlineData("return (x.shape[0], 1L) == (y.shape[0], 1L);")]
    [InlineData("return ReferenceEquals(x.shape, y.shape);")]
    [InlineData("var s = x.shape; return s == s;")]
    [InlineData("var s = x.shape; var t = s; return s == t;")]
    [InlineData("var s = x.shape; known = s; return known == s;")]
    [InlineData("var s = x.shape; long[]? last = null; for (int i = 0; i < 3; i++) { if (last == s) return true; last = s; } return false;")]
    [InlineData("var s = x.shape; Keep(s); return known == s;")]
    [InlineData("var s = x.shape; var all = new List<long[]> { s }; return all[0] == s;")]
    [InlineData("var s = x.shape; var all = new List<long[]>(); all.Add(s); return all[0] == s;")]
    [InlineData("var s = x.shape; Action keep = () => known = s; keep(); return known == s;")]
    [InlineData("return sizes == known;")]
    [InlineData("return new long[] { 1 } == sizes;")]
    [InlineData("return new torch.Size(x.shape) == new torch.Size(y.shape);")]
    [InlineData("return x.shape.ToString() == y.shape.ToString();")]
    [InlineData("return string.Join(',', x.shape) == string.Join(',', y.shape);")]
    public Task What_compares_sizes_or_may_be_one_array_is_silent(string body) => Verify<ShapeReferenceComparison>.Silent(In(body));

    [Fact]
    public Task Shapes_of_the_users_own_types_are_silent() => Verify<ShapeReferenceComparison>.Silent("""
        record Grid(long[] shape);

        class Grids
        {
            public bool Same(Grid one, Grid other) => one.shape == other.shape;

            public bool Known(long[] one, long[] other) => one == other;
        }
        """);

    [Theory]
    [InlineData("class C { bool M(Tensor x) => x.shape == ; }")]
    [InlineData("class C { bool M(Tensor x) => x.shape == z.shape; }")]
    [InlineData("class C { bool M(Tensor x) { var s = s; return s == x.shap; } }")]
    public Task Code_that_does_not_compile_is_left_alone(string code) => Verify<ShapeReferenceComparison>.SilentOnBroken(code);

    [Theory]
    [InlineData("x.shape == y.shape", "x.shape.SequenceEqual(y.shape)")]
    [InlineData("x.shape != y.shape", "!x.shape.SequenceEqual(y.shape)")]
    [InlineData("x.shape.Equals(y.shape)", "x.shape.SequenceEqual(y.shape)")]
    [InlineData("Equals(x.shape, y.shape)", "x.shape.SequenceEqual(y.shape)")]
    [InlineData("sizes == x.shape", "sizes.SequenceEqual(x.shape)")]
    [InlineData("x.size() != new long[] { 2 }", "!x.size().SequenceEqual(new long[] { 2 })")]
    [InlineData("/* as before */ x.shape == y.shape /* or not */", "/* as before */ x.shape.SequenceEqual(y.shape) /* or not */")]
    public Task The_fix_compares_the_sizes(string flagged, string cured)
    {
        string marked = flagged.StartsWith("/*", StringComparison.Ordinal) ? flagged.Replace("x.shape == y.shape", "[|x.shape == y.shape|]") : $"[|{flagged}|]";
        return Verify<ShapeReferenceComparison>.Fixes(
            $"class C {{ bool M(Tensor x, Tensor y, long[] sizes) => {marked}; }}", $"class C {{ bool M(Tensor x, Tensor y, long[] sizes) => {cured}; }}");
    }

    [Theory]
    [InlineData("known == x.shape")]
    [InlineData("x?.shape == y?.shape")]
    public Task Where_an_array_may_be_null_there_is_no_fix(string comparison) => Verify<ShapeReferenceComparison>.HasNoFix(In($"return [|{comparison}|];"));

    [Theory]
    [InlineData("using System;\nusing TorchSharp;\n\nclass C", "using System;\nusing System.Linq;\nusing TorchSharp;\n\nclass C")]
    [InlineData("using TorchSharp;\n\nclass C", "using System.Linq;\nusing TorchSharp;\n\nclass C")]
    [InlineData("// Shapes\nusing TorchSharp;\n\nclass C", "// Shapes\nusing System.Linq;\nusing TorchSharp;\n\nclass C")]
    [InlineData("class C", "using System.Linq;\n\nclass C")]
    public async Task The_fix_adds_the_using_that_it_needs(string before, string after)
    {
        const string Body = " { bool M(TorchSharp.torch.Tensor x, TorchSharp.torch.Tensor y) => ";
        Project project = Snippet.Project([before + Body + "x.shape == y.shape || x.shape != y.shape; }"]);
        project = project.RemoveDocument(project.Documents.Single(document => document.Name == "Usings.cs").Id);
        Project cured = await Fixing.OneByOne(project, new ShapeReferenceComparison(), new ShapeReferenceComparisonFix());
        Assert.Equal(
            after + Body + "x.shape.SequenceEqual(y.shape) || !x.shape.SequenceEqual(y.shape); }",
            (await cured.Documents.Single().GetTextAsync()).ToString(),
            ignoreLineEndingDifferences: true);
    }

    private static string In(string body) => $$"""
        class C
        {
            private long[]? known;

            void Keep(long[] sizes) => known = sizes;

            bool M(Tensor x, Tensor y, long[] sizes) { {{body}} }
        }
        """;
}
