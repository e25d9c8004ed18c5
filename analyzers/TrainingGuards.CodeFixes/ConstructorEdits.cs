using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace TrainingGuards.CodeFixes;

/// <summary>Edits of a module's constructor.</summary>
internal static class ConstructorEdits
{
    /// <summary>Whether what stands last in a constructor runs whenever it does.</summary>
    public static bool IsOpenEnded(this ConstructorDeclarationSyntax constructor) => constructor.ExpressionBody is not null
        || (constructor.Body is { } body
            && !body.DescendantNodes(inner => inner is not AnonymousFunctionExpressionSyntax and not LocalFunctionStatementSyntax).OfType<ReturnStatementSyntax>().Any());

    /// <summary>Whether a statement is nothing but RegisterComponents().</summary>
    public static bool IsRegisterComponents(this StatementSyntax statement) => statement is ExpressionStatementSyntax
    {
        Expression: InvocationExpressionSyntax
        {
            ArgumentList.Arguments.Count: 0,
            Expression: IdentifierNameSyntax { Identifier.ValueText: "RegisterComponents" }
                or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax, Name.Identifier.ValueText: "RegisterComponents" },
        },
    };

    /// <summary>The constructor with RegisterComponents() as its last statement: moved there if it has one, else added.</summary>
    public static ConstructorDeclarationSyntax RegisteringLast(this ConstructorDeclarationSyntax constructor)
    {
        StatementSyntax call = SyntaxFactory.ParseStatement("RegisterComponents();").WithAdditionalAnnotations(Formatter.Annotation);
        if (constructor is not { Body: { } body })
        {
            StatementSyntax only = SyntaxFactory.ExpressionStatement(constructor.ExpressionBody!.Expression.WithoutTrivia());
            return constructor
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(SyntaxFactory.Block(only, call).WithTrailingTrivia(constructor.GetTrailingTrivia()))
                .WithAdditionalAnnotations(Formatter.Annotation);
        }
        var calls = body.Statements.Where(IsRegisterComponents).ToList();
        if (calls.Count == 1 && body.Statements.Last() == calls[0])
        {
            return constructor;
        }
        BlockSyntax others = body.RemoveNodes(calls, SyntaxRemoveOptions.KeepUnbalancedDirectives)!;
        StatementSyntax last = calls.Count > 0 ? calls[calls.Count - 1] : EndedAs(call, body.Statements.LastOrDefault());
        return constructor.WithBody(others.AddStatements(last).WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static StatementSyntax EndedAs(StatementSyntax call, StatementSyntax? last) => call.WithTrailingTrivia(
        last?.GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } end ? end : SyntaxFactory.ElasticMarker);
}
