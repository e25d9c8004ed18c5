using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Wraps the statement in no_grad(), or the loop that does nothing else.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ParameterCopyRecordedFix() : RuleFix(RuleIds.ParameterCopyRecorded, "Do it in 'using (no_grad())'")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Place(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        StatementSyntax place = Place(node)!;
        editor.ReplaceNode(place, (current, _) => SyntaxFactory.UsingStatement(
                declaration: null,
                SyntaxFactory.InvocationExpression(SyntaxFactory.ParseExpression("TorchSharp.torch.no_grad").WithAdditionalAnnotations(Simplifier.Annotation)),
                SyntaxFactory.Block(((StatementSyntax)current).WithoutLeadingTrivia()))
            .WithLeadingTrivia(current.GetLeadingTrivia())
            .WithTrailingTrivia(current.GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)))
            .WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static StatementSyntax? Place(SyntaxNode node)
    {
        if (node.AncestorsAndSelf().TakeWhile(outer => outer is not (AnonymousFunctionExpressionSyntax or ArrowExpressionClauseSyntax))
            .OfType<StatementSyntax>().FirstOrDefault() is not ExpressionStatementSyntax statement)
        {
            return null;
        }
        StatementSyntax place = statement;
        while (place.Parent is CommonForEachStatementSyntax or ForStatementSyntax or BlockSyntax { Statements.Count: 1, Parent: CommonForEachStatementSyntax or ForStatementSyntax })
        {
            place = (StatementSyntax)(place.Parent is BlockSyntax block ? block.Parent! : place.Parent);
        }
        return place;
    }
}
