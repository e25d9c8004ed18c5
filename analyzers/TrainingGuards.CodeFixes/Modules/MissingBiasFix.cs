using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Takes the argument out that turns the bias off.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingBiasFix() : RuleFix(RuleIds.MissingBias, "Give the layer a bias")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => SwitchOf(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (SwitchOf(node) is { Parent: ArgumentListSyntax list } argument)
        {
            editor.ReplaceNode(list, list.WithArguments(list.Arguments.Remove(argument)));
        }
    }

    // By name, or by place where nothing follows that would move up.
    private static ArgumentSyntax? SwitchOf(SyntaxNode node) => (node as InvocationExpressionSyntax)?.ArgumentList.Arguments is { Count: > 0 } arguments
        ? arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText is "bias" or "hasBias")
            ?? (arguments.Last() is { NameColon: null, Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.FalseLiteralExpression } } last ? last : null)
        : null;
}
