using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Schedule;

/// <summary>Moves the scheduler's step behind what steps the optimizer, in the same list of statements.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SchedulerBeforeOptimizerFix() : RuleFix(RuleIds.SchedulerBeforeOptimizer, "Step the scheduler after the optimizer")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Statements(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        (StatementSyntax scheduler, StatementSyntax optimizer) = Statements(node, diagnostic)!.Value;
        editor.Move(scheduler, optimizer, after: true);
    }

    private static (StatementSyntax Scheduler, StatementSyntax Optimizer)? Statements(SyntaxNode node, Diagnostic diagnostic)
    {
        Location place = diagnostic.AdditionalLocations[0];
        return node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Parent is ExpressionStatementSyntax scheduler && scheduler.IsInList()
            && place.SourceTree == node.SyntaxTree
            && node.SyntaxTree.GetRoot().FindNode(place.SourceSpan).AncestorsAndSelf().OfType<StatementSyntax>().FirstOrDefault(outer => outer.IsInList() && outer.IsBeside(scheduler)) is { } optimizer
            && optimizer != scheduler && !MayLeaveBetween(scheduler, optimizer)
            ? (scheduler, optimizer)
            : null;
    }

    // A round that is left early would leave the step out.
    private static bool MayLeaveBetween(StatementSyntax scheduler, StatementSyntax optimizer) => scheduler.Parent!.DescendantNodes()
        .Any(node => node is ContinueStatementSyntax or BreakStatementSyntax or GotoStatementSyntax
            && node.SpanStart > scheduler.SpanStart && node.SpanStart < optimizer.SpanStart);
}
