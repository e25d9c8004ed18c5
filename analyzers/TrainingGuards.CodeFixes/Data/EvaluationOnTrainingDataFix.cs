using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Data;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Asks for the part of the data set that is not trained on.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EvaluationOnTrainingDataFix() : RuleFix(RuleIds.EvaluationOnTrainingData, "Evaluate on the test part: train: false")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => FlagOf(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        LiteralExpressionSyntax flag = FlagOf(node, diagnostic)!;
        editor.ReplaceNode(flag, SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression).WithTriviaFrom(flag));
    }

    private static LiteralExpressionSyntax? FlagOf(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.ContainsKey(EvaluationOnTrainingData.Part) && diagnostic.AdditionalLocations[1] is var place && place.SourceTree == node.SyntaxTree
        && node.SyntaxTree.GetRoot().FindNode(place.SourceSpan, getInnermostNodeForTie: true) is LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } flag
            ? flag
            : null;
}
