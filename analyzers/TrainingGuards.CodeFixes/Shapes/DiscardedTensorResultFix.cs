using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Assigns the result to the tensor that it was made of.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DiscardedTensorResultFix() : RuleFix(RuleIds.DiscardedTensorResult, "Assign the result")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        node is InvocationExpressionSyntax { Parent: ExpressionStatementSyntax } && diagnostic.Properties[DiscardedTensorResult.Variable] is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.ReplaceNode(node, (current, _) => SyntaxFactory.AssignmentExpression(
                SyntaxKind.SimpleAssignmentExpression,
                SyntaxFactory.ParseExpression(diagnostic.Properties[DiscardedTensorResult.Variable]!).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
                ((ExpressionSyntax)current).WithoutLeadingTrivia())
            .WithLeadingTrivia(current.GetLeadingTrivia()));
}
