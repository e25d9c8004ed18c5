using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Holds the guard in a using declaration: gradients come back at the end of the block.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UndisposedGradModeFix() : RuleFix(RuleIds.UndisposedGradMode, "Hold it in a using")
{
    private const string Name = "noGrad";

    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => node.FirstAncestorOrSelf<StatementSyntax>() switch
    {
        LocalDeclarationStatementSyntax declaration => declaration.IsInList(),
        // A using declaration cannot stand in a switch section.
        ExpressionStatementSyntax { Parent: BlockSyntax or GlobalStatementSyntax } statement =>
            (statement.Expression == node || statement.Expression is AssignmentExpressionSyntax) && IsFree(Name, statement),
        _ => false,
    };

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        var statement = node.FirstAncestorOrSelf<StatementSyntax>()!;
        SyntaxToken held = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        StatementSyntax replaced = statement is LocalDeclarationStatementSyntax declaration
            ? declaration.WithoutLeadingTrivia().WithUsingKeyword(held)
            : ((LocalDeclarationStatementSyntax)SyntaxFactory.ParseStatement($"var {Name} = {node.WithoutTrivia()};")).WithUsingKeyword(held);
        editor.ReplaceNode(statement, replaced.WithTriviaFrom(statement));
    }

    private static bool IsFree(string name, SyntaxNode statement) =>
        !(statement.FirstAncestorOrSelf<MemberDeclarationSyntax>(member => member is not GlobalStatementSyntax) ?? statement.SyntaxTree.GetRoot())
            .DescendantTokens().Any(token => token.ValueText == name);
}
