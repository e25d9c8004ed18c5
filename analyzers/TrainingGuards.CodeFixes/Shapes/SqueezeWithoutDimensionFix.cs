using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Drops the last axis, where that is the one of length 1.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SqueezeWithoutDimensionFix() : RuleFix(RuleIds.SqueezeWithoutDimension, "Drop the last axis: squeeze(-1)")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(SqueezeWithoutDimension.IsLast) && ArgumentEdits.ArgumentsOf(node) is { Arguments: var arguments }
        // x.squeeze(), squeeze(x): what is null already is left to the user.
        && arguments.All(argument => argument.NameColon is null && !argument.Expression.IsKind(SyntaxKind.NullLiteralExpression));

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.AppendArgument(ArgumentEdits.ArgumentsOf(node)!, SyntaxFactory.ParseExpression("-1"));
}
