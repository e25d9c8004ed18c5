using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Schedule;

/// <summary>Moves the scheduler's step behind the loop over batches, or behind the optimizer's step inside it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ScheduleGranularityFix() : RuleFix(RuleIds.ScheduleGranularity, "Step the scheduler as its length is counted")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        StatementOf(node) is { } step && step.IsInList() && HasNoComment(step) && Beside(node, diagnostic) is { } beside && beside.IsInList()
        && LoopAround(beside) is { } mine && LoopAround(step) is { } its && (mine == LoopAround(its) || its == LoopAround(mine));

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        ExpressionStatementSyntax step = StatementOf(node)!;
        editor.InsertAfter(Beside(node, diagnostic)!, step.WithoutTrivia().ToString(), nameof(ScheduleGranularityFix));
        editor.RemoveStatement(step);
    }

    private static ExpressionStatementSyntax? StatementOf(SyntaxNode node) => node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Parent as ExpressionStatementSyntax;

    private static StatementSyntax? Beside(SyntaxNode node, Diagnostic diagnostic) => diagnostic.AdditionalLocations[0] is var place && place.SourceTree == node.SyntaxTree
        ? node.SyntaxTree.GetRoot().FindNode(place.SourceSpan).FirstAncestorOrSelf<StatementSyntax>()
        : null;

    // The two loops are directly in one another: in the same method, with nothing else between them.
    private static SyntaxNode? LoopAround(SyntaxNode node) => node.Ancestors().FirstOrDefault(outer =>
        outer is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax or LocalFunctionStatementSyntax
            or AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax);

    private static bool HasNoComment(StatementSyntax step) => step.GetLeadingTrivia().Concat(step.GetTrailingTrivia())
        .All(trivia => string.IsNullOrWhiteSpace(trivia.ToString()));
}
