using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingGuards.Analyzers.Flow;

namespace TrainingGuards.Analyzers.Tests.Flow;

public sealed class NameIndexTests
{
    [Theory]
    [InlineData("loss.backward();", "backward", 1)]
    [InlineData("loss.backward(); other.backward();", "backward", 2)]
    [InlineData("loss.backwards(); go_backward(); backward2();", "backward", 0)]
    [InlineData("// backward\n/* backward */ say(\"backward\");", "backward", 0)]
    [InlineData("say($\"{loss.backward()}\");", "backward", 1)]
    [InlineData("loss?.backward();", "backward", 1)]
    [InlineData("@backward();", "backward", 1)]
    [InlineData("b\\u0061ckward();", "backward", 1)]
    [InlineData("b\\u0061ckward();", "forward", 0)]
    [InlineData("back\u200dward();", "backward", 1)]
    [InlineData("step<int>();", "step", 1)]
    [InlineData("void step() { }", "step", 0)]
    [InlineData("x = 1e5;", "e5", 0)]
    [InlineData("Linear layer = new(3);", "new", 1)]
    [InlineData("Linear layer = new Linear(3);", "new", 0)]
    [InlineData("Linear layer = new Linear(3);", "Linear", 2)]
    public void A_name_is_mentioned_where_its_token_stands_for_it(string code, string name, int mentions)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code);
        Assert.Equal(mentions, NameIndex.Of(tree).Mentions(name, tree.GetRoot()).Count());
    }

    [Fact]
    public void Mentions_come_in_the_order_in_which_they_are_written_and_from_below_the_node_alone()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText("class A { void M() { one.step(); } } class B { void M() { two.step(); three.step(); } }");
        SyntaxNode second = tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Last();
        Assert.Equal(["two.step", "three.step"], NameIndex.Of(tree).Mentions("step", second).Select(mention => mention.Parent!.ToString()));
    }

    [Fact]
    public void A_file_is_read_once() => Assert.Same(NameIndex.Of(Tree), NameIndex.Of(Tree));

    private static readonly SyntaxTree Tree = CSharpSyntaxTree.ParseText("x.step();");
}
