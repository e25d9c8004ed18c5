using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Gradients;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Removes the limit; where the model is certain, clips its gradients after backward() instead.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class LossClippingFix() : RuleFix(RuleIds.LossClipping, "Clip the gradients, not the loss")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        node is InvocationExpressionSyntax limit && (Useless(limit, diagnostic) is not { } statement || statement.IsInList());

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        var limit = (InvocationExpressionSyntax)node;
        if (Useless(limit, diagnostic) is { } statement)
        {
            editor.RemoveStatement(statement);
        }
        else
        {
            int argument = limit.ArgumentList.Arguments.IndexOf(candidate => candidate.Expression.Span == Loss(diagnostic));
            editor.ReplaceNode(limit, (current, _) => Operand((InvocationExpressionSyntax)current, argument).WithTriviaFrom(current));
        }
        if (diagnostic.Properties[LossClipping.Model] is { } model
            && editor.OriginalRoot.FindNode(diagnostic.AdditionalLocations[0].SourceSpan).FirstAncestorOrSelf<StatementSyntax>()
                is ExpressionStatementSyntax backward
            && backward.IsInList())
        {
            string norm = diagnostic.Properties[LossClipping.Limit] ?? "1.0";
            editor.InsertAfter(
                backward, $"TorchSharp.torch.nn.utils.clip_grad_norm_({model}.parameters(), {norm});", purpose: nameof(LossClippingFix));
        }
    }

    /// <summary>The statement of which nothing is left without the limit: <c>loss.clamp_(…);</c> and <c>loss = loss.clamp(…);</c>.</summary>
    private static ExpressionStatementSyntax? Useless(InvocationExpressionSyntax limit, Diagnostic diagnostic) => limit.Parent switch
    {
        ExpressionStatementSyntax alone => alone,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Parent: ExpressionStatementSyntax statement } assignment
            when assignment.Left.IsEquivalentTo(limit.FindNode(Loss(diagnostic)), topLevel: false) => statement,
        _ => null,
    };

    private static ExpressionSyntax Operand(InvocationExpressionSyntax limit, int argument) =>
        argument >= 0
            ? SyntaxFactory.ParenthesizedExpression(limit.ArgumentList.Arguments[argument].Expression.WithoutTrivia())
                .WithAdditionalAnnotations(Simplifier.Annotation)
            : ((MemberAccessExpressionSyntax)limit.Expression).Expression;

    private static TextSpan Loss(Diagnostic diagnostic) => diagnostic.AdditionalLocations[1].SourceSpan;
}
