using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Gradients;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Zeroes the gradients right before backward() adds to them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingZeroGradFix() : RuleFix(RuleIds.MissingZeroGrad, "Call zero_grad() before backward()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Optimizer(node) is not null && Place(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.InsertBefore(Place(node, diagnostic)!, $"{Optimizer(node)}.zero_grad();");

    private static ExpressionSyntax? Optimizer(SyntaxNode node) =>
        node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression is MemberAccessExpressionSyntax { Expression: var optimizer }
        && optimizer.DescendantNodesAndSelf().All(part => part is IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax or MemberAccessExpressionSyntax)
            ? optimizer
            : null;

    /// <summary>The statement of the backward(), or the loop that accumulates; null where a path leads past it.</summary>
    private static StatementSyntax? Place(SyntaxNode node, Diagnostic diagnostic)
    {
        if (!diagnostic.Properties.TryGetValue(MissingZeroGrad.Loops, out string? count) || diagnostic.AdditionalLocations[0].SourceTree != node.SyntaxTree)
        {
            return null;
        }
        int loops = int.Parse(count!, CultureInfo.InvariantCulture);
        SyntaxNode root = node.SyntaxTree.GetRoot(), backward = root.FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true);
        StatementSyntax? place = loops == 0
            ? backward.AncestorsAndSelf().TakeWhile(ancestor => ancestor is not (AnonymousFunctionExpressionSyntax or ArrowExpressionClauseSyntax))
                .OfType<StatementSyntax>().FirstOrDefault()
            : Analyzers.Flow.Loops.Around(backward, root).ElementAtOrDefault(loops - 1);
        return place is not null && place.IsInList() && !place.Ancestors().TakeWhile(outer => !IsRepeatedOrRun(outer)).Any(IsChoice) ? place : null;
    }

    private static bool IsRepeatedOrRun(SyntaxNode node) => node is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax
        or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax and not GlobalStatementSyntax;

    private static bool IsChoice(SyntaxNode node) => node is IfStatementSyntax or ElseClauseSyntax or SwitchSectionSyntax or CatchClauseSyntax or FinallyClauseSyntax;
}
