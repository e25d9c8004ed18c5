using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Averages over the batch, where the reduction is said.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SumInsteadOfMeanFix() : RuleFix(RuleIds.SumInsteadOfMean, "Average the loss: Reduction.Mean")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Sum(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        IdentifierNameSyntax sum = Sum(node)!;
        editor.ReplaceNode(sum, SyntaxFactory.IdentifierName("Mean").WithTriviaFrom(sum));
    }

    private static IdentifierNameSyntax? Sum(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax { Name: IdentifierNameSyntax { Identifier.ValueText: "Sum" } member } => member,
        IdentifierNameSyntax { Identifier.ValueText: "Sum" } plain => plain,
        _ => null,
    };
}
