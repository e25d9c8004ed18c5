using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Adds RegisterComponents() to the end of each constructor that does not lead to another of the class.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingRegisterComponentsFix() : RuleFix(RuleIds.MissingRegisterComponents, "Call RegisterComponents()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => ConstructorsOf(node).Any() && ConstructorsOf(node).All(IsOpenEnded);

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        foreach (ConstructorDeclarationSyntax constructor in ConstructorsOf(node))
        {
            editor.ReplaceNode(constructor, (current, _) => Registering((ConstructorDeclarationSyntax)current));
        }
    }

    private static IEnumerable<ConstructorDeclarationSyntax> ConstructorsOf(SyntaxNode node) =>
        node.FirstAncestorOrSelf<ClassDeclarationSyntax>()?.Members.OfType<ConstructorDeclarationSyntax>()
            .Where(constructor => !constructor.Modifiers.Any(SyntaxKind.StaticKeyword) && !constructor.Initializer.IsKind(SyntaxKind.ThisConstructorInitializer)) ?? [];

    // What returns early would not come by.
    private static bool IsOpenEnded(ConstructorDeclarationSyntax constructor) => constructor.ExpressionBody is not null
        || (constructor.Body is { } body && !body.DescendantNodes(inner => inner is not AnonymousFunctionExpressionSyntax and not LocalFunctionStatementSyntax).OfType<ReturnStatementSyntax>().Any());

    private static ConstructorDeclarationSyntax Registering(ConstructorDeclarationSyntax constructor)
    {
        StatementSyntax call = SyntaxFactory.ParseStatement("RegisterComponents();").WithAdditionalAnnotations(Formatter.Annotation);
        if (constructor is { Body: { } body })
        {
            return constructor.WithBody(body.AddStatements(EndedAs(call, body.Statements.LastOrDefault())).WithAdditionalAnnotations(Formatter.Annotation));
        }
        StatementSyntax only = SyntaxFactory.ExpressionStatement(constructor.ExpressionBody!.Expression.WithoutTrivia());
        return constructor
            .WithExpressionBody(null)
            .WithSemicolonToken(default)
            .WithBody(SyntaxFactory.Block(only, call).WithTrailingTrivia(constructor.GetTrailingTrivia()))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static StatementSyntax EndedAs(StatementSyntax call, StatementSyntax? last) => call.WithTrailingTrivia(
        last?.GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } end ? end : SyntaxFactory.ElasticMarker);
}
