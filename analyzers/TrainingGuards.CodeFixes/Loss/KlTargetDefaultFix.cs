using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Loss;

/// <summary>Says that the target is probabilities, as PyTorch assumes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class KlTargetDefaultFix() : RuleFix(RuleIds.KlTargetDefault, "The target is probabilities: log_target: false")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => ArgumentEdits.ArgumentsOf(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.AddArgument(ArgumentEdits.ArgumentsOf(node)!, "log_target", SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression));
}
