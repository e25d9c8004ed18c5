using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Moves the statement that replaces the parameters before the one that makes the optimizer, where what it needs is there by then.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class StaleOptimizerParametersFix() : RuleFix(RuleIds.StaleOptimizerParameters, "Replace the parameters before the optimizer is made")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Statements(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        (StatementSyntax change, StatementSyntax creation) = Statements(node, diagnostic)!.Value;
        editor.Move(change, creation, after: false);
    }

    private static (StatementSyntax Change, StatementSyntax Creation)? Statements(SyntaxNode node, Diagnostic diagnostic)
    {
        Location made = diagnostic.AdditionalLocations[0];
        return made.SourceTree == node.SyntaxTree
            && node.FirstAncestorOrSelf<StatementSyntax>() is ExpressionStatementSyntax change
            && node.SyntaxTree.GetRoot().FindNode(made.SourceSpan).FirstAncestorOrSelf<StatementSyntax>() is { } creation
            && change.IsInList() && creation.IsInList() && change.IsBeside(creation) && creation.SpanStart < change.SpanStart
            && !NeedsWhatIsBetween(change, creation)
                ? (change, creation)
                : null;
    }

    private static bool NeedsWhatIsBetween(StatementSyntax change, StatementSyntax creation)
    {
        var used = change.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText).ToList();
        SyntaxNode list = creation.Parent is GlobalStatementSyntax global ? global.Parent! : creation.Parent!;
        return list.DescendantNodes().Any(node => node.SpanStart >= creation.SpanStart && node.SpanStart < change.SpanStart && node switch
        {
            VariableDeclaratorSyntax variable => used.Contains(variable.Identifier.ValueText),
            SingleVariableDesignationSyntax designation => used.Contains(designation.Identifier.ValueText),
            AssignmentExpressionSyntax { Left: IdentifierNameSyntax assigned } => used.Contains(assigned.Identifier.ValueText),
            _ => false,
        });
    }
}
