using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Calls call, which runs the hooks and then forward.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ForwardInsteadOfCallFix() : RuleFix(RuleIds.ForwardInsteadOfCall, "Use call")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => NameOf(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (NameOf(node) is { } name)
        {
            editor.ReplaceNode(name, SyntaxFactory.IdentifierName("call").WithTriviaFrom(name));
        }
    }

    private static SimpleNameSyntax? NameOf(SyntaxNode node) =>
        (node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression as MemberAccessExpressionSyntax)?.Name;
}
