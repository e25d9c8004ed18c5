using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Casts the numerator: <c>(double)correct / total</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class IntegerDivisionInMetricFix() : RuleFix(RuleIds.IntegerDivisionInMetric, "Divide as a fraction")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        node is BinaryExpressionSyntax && diagnostic.Properties[IntegerDivisionInMetric.DividesAs] is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.ReplaceNode(((BinaryExpressionSyntax)node).Left, (current, _) =>
        SyntaxFactory.CastExpression(
            SyntaxFactory.ParseTypeName(diagnostic.Properties[IntegerDivisionInMetric.DividesAs]!),
            SyntaxFactory.ParenthesizedExpression(((ExpressionSyntax)current).WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation)).WithTriviaFrom(current));
}
