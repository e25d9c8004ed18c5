using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Puts zero_grad(), backward() and step() of one list of statements into this order, by moving one of them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class OptimizerCallsOutOfOrderFix() : RuleFix(RuleIds.OptimizerCallsOutOfOrder, "Put zero_grad(), backward() and step() in order")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Statements(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        (StatementSyntax zero, StatementSyntax backward, StatementSyntax step) = Statements(node, diagnostic)!.Value;
        if (backward.SpanStart < zero.SpanStart)
        {
            editor.Move(zero, backward, after: false);
        }
        else
        {
            editor.Move(step, backward, after: true);
        }
    }

    private static (StatementSyntax Zero, StatementSyntax Backward, StatementSyntax Step)? Statements(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.AdditionalLocations.Count == 2
        && node.CallStatement() is { } step
        && step.CallBeside(diagnostic.AdditionalLocations[0]) is { } zero
        && step.CallBeside(diagnostic.AdditionalLocations[1]) is { } backward
            ? (zero, backward, step)
            : null;
}
