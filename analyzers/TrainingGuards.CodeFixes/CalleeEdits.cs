using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace TrainingGuards.CodeFixes;

/// <summary>Calls another function with the same arguments.</summary>
internal static class CalleeEdits
{
    /// <summary>The name that a call calls by, null where it is called through something else.</summary>
    public static string? NameOf(SyntaxNode node) => Callee(node)?.Identifier.ValueText;

    public static void Rename(SyntaxEditor editor, SyntaxNode node, string name)
    {
        IdentifierNameSyntax callee = Callee(node)!;
        editor.ReplaceNode(callee, SyntaxFactory.IdentifierName(name).WithTriviaFrom(callee));
    }

    private static IdentifierNameSyntax? Callee(SyntaxNode node) => node is not InvocationExpressionSyntax call ? null
        : call.Expression switch
        {
            MemberAccessExpressionSyntax { Name: IdentifierNameSyntax member } => member,
            IdentifierNameSyntax plain => plain,
            _ => null,
        };
}
