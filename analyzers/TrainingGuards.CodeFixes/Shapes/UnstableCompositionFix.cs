using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Shapes;

namespace TrainingGuards.CodeFixes.Shapes;

/// <summary>Calls the function that computes both at once: log_softmax, log_sigmoid, logsumexp, softplus, expm1.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UnstableCompositionFix() : RuleFix(RuleIds.UnstableComposition, "Compute it at once")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => diagnostic.Properties[UnstableComposition.Instead] is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.ReplaceNode(node, SyntaxFactory.ParseExpression(diagnostic.Properties[UnstableComposition.Instead]!).WithTriviaFrom(node));
}
