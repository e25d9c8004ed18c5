using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Flattens each example, and gives the layer behind as many inputs.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class BatchMergedIntoFeaturesFix() : RuleFix(RuleIds.BatchMergedIntoFeatures, "Flatten each example: flatten(1)")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(BatchMergedIntoFeatures.Inputs) && node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax or IdentifierNameSyntax };

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        editor.ReplaceNode(node, (current, _) => Flattened((InvocationExpressionSyntax)current, diagnostic.Properties[BatchMergedIntoFeatures.FirstSize] == "1"));
        if (diagnostic.Properties[BatchMergedIntoFeatures.Inputs] is { Length: > 0 } inputs)
        {
            SyntaxNode literal = node.SyntaxTree.GetRoot().FindNode(diagnostic.AdditionalLocations[1].SourceSpan, getInnermostNodeForTie: true);
            editor.ReplaceNode(literal, (current, _) => current is LiteralExpressionSyntax number
                ? number.WithToken(SyntaxFactory.ParseToken(inputs).WithTriviaFrom(number.Token))
                : current);
        }
    }

    // x.view(-1, 320), torch.reshape(x, -1, 320), x.flatten(start_dim: 0)
    private static InvocationExpressionSyntax Flattened(InvocationExpressionSyntax call, bool takesInput)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        ArgumentSyntax one = SyntaxFactory.Argument(SyntaxFactory.ParseExpression("1"));
        SeparatedSyntaxList<ArgumentSyntax> flat = !takesInput ? SyntaxFactory.SingletonSeparatedList(arguments.FirstOrDefault() is { NameColon: not null } named && IsFlatten(call)
                ? named.WithExpression(one.Expression.WithTriviaFrom(named.Expression))
                : one)
            : SyntaxFactory.SeparatedList([arguments[0], one], [SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)]);
        IdentifierNameSyntax name = Name(call);
        return call.ReplaceNode(name, SyntaxFactory.IdentifierName("flatten").WithTriviaFrom(name)) is var renamed
            ? renamed.WithArgumentList(renamed.ArgumentList.WithArguments(flat))
            : call;
    }

    private static bool IsFlatten(InvocationExpressionSyntax call) => Name(call).Identifier.ValueText == "flatten";

    private static IdentifierNameSyntax Name(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name: IdentifierNameSyntax member } ? member : (IdentifierNameSyntax)call.Expression;
}
