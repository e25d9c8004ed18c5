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

/// <summary>Calls permute, with a view before it or a reshape after it where dimensions are also split or merged.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ViewInsteadOfPermuteFix() : RuleFix(RuleIds.ViewInsteadOfPermute, "Permute the dimensions")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        node is InvocationExpressionSyntax && diagnostic.Properties[ViewInsteadOfPermute.Instead] is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        var view = (InvocationExpressionSyntax)node;
        int argument = view.ArgumentList.Arguments.IndexOf(candidate => candidate.Expression.Span == diagnostic.AdditionalLocations[0].SourceSpan);
        editor.ReplaceNode(view, (current, _) => Permuted((InvocationExpressionSyntax)current, argument, diagnostic.Properties[ViewInsteadOfPermute.Instead]!));
        // What was permuted no longer lies in a row: a view of it would throw.
        if (view.Parent is MemberAccessExpressionSyntax { Name: IdentifierNameSyntax { Identifier.Text: "view" } name })
        {
            editor.ReplaceNode(name, SyntaxFactory.IdentifierName("reshape").WithTriviaFrom(name));
        }
    }

    /// <summary>The call with <paramref name="instead"/> in place of its name and arguments, around the input as it is by now.</summary>
    private static InvocationExpressionSyntax Permuted(InvocationExpressionSyntax view, int argument, string instead)
    {
        var call = (InvocationExpressionSyntax)SyntaxFactory.ParseExpression($"input.{instead}");
        ExpressionSyntax input = argument >= 0
            ? SyntaxFactory.ParenthesizedExpression(view.ArgumentList.Arguments[argument].Expression.WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation)
            : ((MemberAccessExpressionSyntax)view.Expression).Expression;
        IdentifierNameSyntax placeholder = call.DescendantNodes().OfType<IdentifierNameSyntax>().First();
        return call.ReplaceNode(placeholder, input).WithTriviaFrom(view);
    }
}
