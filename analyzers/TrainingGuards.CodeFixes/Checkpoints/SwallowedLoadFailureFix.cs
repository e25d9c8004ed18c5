using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Checkpoints;

/// <summary>Rethrows at the end of the catch.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SwallowedLoadFailureFix() : RuleFix(RuleIds.SwallowedLoadFailure, "Rethrow")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => node.FirstAncestorOrSelf<CatchClauseSyntax>() is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        BlockSyntax handler = node.FirstAncestorOrSelf<CatchClauseSyntax>()!.Block;
        if (handler.Statements.LastOrDefault() is { } last && last.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia))
        {
            editor.InsertAfter(last, "throw;", "rethrow");
            return;
        }
        StatementSyntax rethrow = SyntaxFactory.ParseStatement("throw;").WithAdditionalAnnotations(Formatter.Annotation);
        rethrow = handler.OpenBraceToken.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia) ? rethrow.WithTrailingTrivia(SyntaxFactory.ElasticLineFeed) : rethrow.WithTrailingTrivia(SyntaxFactory.Space);
        editor.ReplaceNode(handler, (current, _) => ((BlockSyntax)current).AddStatements(rethrow));
    }
}
