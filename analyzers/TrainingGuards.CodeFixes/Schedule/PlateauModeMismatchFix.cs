using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Schedule;

namespace TrainingGuards.CodeFixes.Schedule;

/// <summary>Makes the scheduler with the mode that its metric asks for.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class PlateauModeMismatchFix() : RuleFix(RuleIds.PlateauModeMismatch, "Make the scheduler with the other mode")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        CreationOf(node, diagnostic) is { } arguments && ModeOf(arguments) is not { Expression: not LiteralExpressionSyntax };

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        ArgumentListSyntax arguments = CreationOf(node, diagnostic)!;
        ExpressionSyntax mode = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(diagnostic.Properties[PlateauModeMismatch.Mode]!));
        if (ModeOf(arguments) is { } given)
        {
            editor.ReplaceNode(given.Expression, mode.WithTriviaFrom(given.Expression));
        }
        else
        {
            editor.AddArgument(arguments, "mode", mode);
        }
    }

    private static ArgumentListSyntax? CreationOf(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations.Count == 1 && diagnostic.AdditionalLocations[0] is var made && made.SourceTree == node.SyntaxTree
            ? ArgumentEdits.ArgumentsOf(node.SyntaxTree.GetRoot().FindNode(made.SourceSpan, getInnermostNodeForTie: true))
            : null;

    // By its name, or by its place behind the optimizer.
    private static ArgumentSyntax? ModeOf(ArgumentListSyntax arguments) =>
        arguments.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == "mode")
            ?? (arguments.Arguments.Count > 1 && arguments.Arguments[1].NameColon is null ? arguments.Arguments[1] : null);
}
