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
        if (ArgumentEdits.ArgumentsOf(node) is { } arguments && SwitchOf(diagnostic) is { } name)
        {
            editor.AddArgument(arguments, name, SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression));
        }
    }

    private static string? SwitchOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(RedundantBias.Switch, out string? name) ? name : null;
}
