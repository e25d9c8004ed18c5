using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingGuards.Analyzers.Flow;

/// <summary>The loop nest, as it is written.</summary>
internal static class Loops
{
    /// <summary>The loops that run <paramref name="node"/> again and again, innermost first, up to the body's own syntax.</summary>
    public static IEnumerable<StatementSyntax> Around(SyntaxNode node, SyntaxNode body)
    {
        SyntaxNode inner = node;
        for (SyntaxNode? outer = node.Parent; outer is not null && inner != body; inner = outer, outer = outer.Parent)
        {
            if (Repeats(outer, inner))
            {
                yield return (StatementSyntax)outer;
            }
        }
    }

    /// <summary>Whether nothing between a node and a statement or body around it decides if the node is run: no if, no switch, no loop, no catch.</summary>
    public static bool AlwaysRuns(SyntaxNode node, SyntaxNode around) => node.Ancestors().TakeWhile(outer => outer != around).All(IsAlwaysRun);

    private static bool IsAlwaysRun(SyntaxNode node) => node switch
    {
        ConditionalExpressionSyntax or ConditionalAccessExpressionSyntax or SwitchExpressionSyntax or AnonymousFunctionExpressionSyntax => false,
        BinaryExpressionSyntax or AssignmentExpressionSyntax => !node.IsKind(SyntaxKind.LogicalAndExpression) && !node.IsKind(SyntaxKind.LogicalOrExpression)
            && !node.IsKind(SyntaxKind.CoalesceExpression) && !node.IsKind(SyntaxKind.CoalesceAssignmentExpression),
        _ => node is ExpressionSyntax or BlockSyntax or ExpressionStatementSyntax or LocalDeclarationStatementSyntax or EqualsValueClauseSyntax
            or VariableDeclaratorSyntax or VariableDeclarationSyntax or ArgumentSyntax or ArgumentListSyntax or ArrowExpressionClauseSyntax or GlobalStatementSyntax
            or UsingStatementSyntax or TryStatementSyntax or FinallyClauseSyntax or LockStatementSyntax,
    };

    // What a foreach enumerates and what a for starts with is computed once.
    private static bool Repeats(SyntaxNode loop, SyntaxNode part) => loop switch
    {
        CommonForEachStatementSyntax each => part == each.Statement,
        ForStatementSyntax @for => part != @for.Declaration && !@for.Initializers.Contains(part),
        WhileStatementSyntax or DoStatementSyntax => true,
        _ => false,
    };
}
