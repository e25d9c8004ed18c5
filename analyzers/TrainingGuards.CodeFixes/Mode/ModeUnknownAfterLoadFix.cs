using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Mode;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Calls eval() after the load.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ModeUnknownAfterLoadFix() : RuleFix(RuleIds.ModeUnknownAfterLoad, "Call eval() after the load")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(ModeUnknownAfterLoad.OnlyUsed, out string? used) && used is not null
        && Model(node) is not null && Place(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        string call = $"{Model(node)!.WithoutTrivia()}.eval();";
        editor.InsertAfter(Place(node)!, call, call);
    }

    /// <summary>The model as it is written, or the variable that a new one is given to; null where neither can be written again.</summary>
    private static ExpressionSyntax? Model(SyntaxNode node)
    {
        ExpressionSyntax? loaded = (node as InvocationExpressionSyntax)?.Expression is MemberAccessExpressionSyntax { Expression: var receiver } ? receiver : null;
        while (loaded is ParenthesizedExpressionSyntax or CastExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
        {
            loaded = loaded switch
            {
                ParenthesizedExpressionSyntax parenthesized => parenthesized.Expression,
                CastExpressionSyntax cast => cast.Expression,
                _ => ((PostfixUnaryExpressionSyntax)loaded).Operand,
            };
        }
        return loaded switch
        {
            IdentifierNameSyntax => loaded,
            MemberAccessExpressionSyntax member when member.DescendantNodes().All(part => part is IdentifierNameSyntax or ThisExpressionSyntax or MemberAccessExpressionSyntax) => loaded,
            null or ThisExpressionSyntax => null,
            _ => Holder(node),
        };
    }

    // var model = (Net)new Net().load(path);
    private static IdentifierNameSyntax? Holder(SyntaxNode node) => node.FirstAncestorOrSelf<StatementSyntax>() switch
    {
        LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } => SyntaxFactory.IdentifierName(variables[0].Identifier),
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax target } } => target,
        _ => null,
    };

    private static StatementSyntax? Place(SyntaxNode node)
    {
        StatementSyntax? statement = node.AncestorsAndSelf().TakeWhile(outer => outer is not (LambdaExpressionSyntax { ExpressionBody: not null } or ArrowExpressionClauseSyntax))
            .OfType<StatementSyntax>().FirstOrDefault();
        while (statement is { Parent: IfStatementSyntax { Else: null } or UsingStatementSyntax })
        {
            statement = (StatementSyntax)statement.Parent;
        }
        return statement is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or IfStatementSyntax or UsingStatementSyntax && statement.IsInList() ? statement : null;
    }
}
