using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Modules;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Turns the bias off, by name, behind the other arguments.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RedundantBiasFix() : RuleFix(RuleIds.RedundantBias, "Leave the bias out")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => SwitchOf(diagnostic) is not null && node is InvocationExpressionSyntax;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is InvocationExpressionSyntax { ArgumentList: { Arguments: var arguments } list } && SwitchOf(diagnostic) is { } name)
        {
            ArgumentSyntax off = SyntaxFactory.Argument(
                SyntaxFactory.NameColon(name).WithTrailingTrivia(SyntaxFactory.Space), refKindKeyword: default, SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression));
            SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            editor.ReplaceNode(list, list.WithArguments(SyntaxFactory.SeparatedList(arguments.Append(off), arguments.GetSeparators().Append(comma))));
        }
    }

    private static string? SwitchOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(RedundantBias.Switch, out string? name) ? name : null;
}
