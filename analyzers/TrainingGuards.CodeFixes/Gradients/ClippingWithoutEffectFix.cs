using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Gradients;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Moves the call between backward() and step(), where all are statements of one list.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ClippingWithoutEffectFix() : RuleFix(RuleIds.ClippingWithoutEffect, "Clip between backward() and step()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(ClippingWithoutEffect.After) && Beside(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.Move(
        node.CallStatement()!, Beside(node, diagnostic)!, after: diagnostic.Properties[ClippingWithoutEffect.After] == "true");

    private static ExpressionStatementSyntax? Beside(SyntaxNode node, Diagnostic diagnostic) =>
        node.CallStatement()?.CallBeside(diagnostic.AdditionalLocations[diagnostic.AdditionalLocations.Count - 1]);
}
