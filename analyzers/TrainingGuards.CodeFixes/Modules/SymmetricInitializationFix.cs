using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Modules;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Initialises the weights themselves in place of their clone.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SymmetricInitializationFix() : RuleFix(RuleIds.SymmetricInitialization, "Initialise the weights themselves")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(SymmetricInitialization.IsCopy, out string? isCopy) && isCopy is not null && CloneIn(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (CloneIn(node) is { Expression: MemberAccessExpressionSyntax { Expression: var source } } clone)
        {
            editor.ReplaceNode(clone, source.WithTriviaFrom(clone));
        }
    }

    /// <summary>The call of clone() at the end of the chain that is initialised, as <c>w.clone()</c> in <c>w.clone().detach()</c>.</summary>
    private static InvocationExpressionSyntax? CloneIn(SyntaxNode node)
    {
        ExpressionSyntax? tensor = (node as InvocationExpressionSyntax)?.ArgumentList.Arguments.FirstOrDefault()?.Expression;
        while (tensor is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call)
        {
            if (access.Name.Identifier.ValueText == "clone" && call.ArgumentList.Arguments.Count == 0)
            {
                return call;
            }
            tensor = access.Expression;
        }
        return null;
    }
}
