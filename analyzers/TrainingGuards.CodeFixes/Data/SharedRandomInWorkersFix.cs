using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Data;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Draws from Random.Shared, which each thread has one of; not where a seed would be lost.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class SharedRandomInWorkersFix() : RuleFix(RuleIds.SharedRandomInWorkers, "Use Random.Shared")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => diagnostic.Properties.ContainsKey(SharedRandomInWorkers.IsSeedless);

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.ReplaceNode(
        node, SyntaxFactory.ParseExpression("global::System.Random.Shared").WithTriviaFrom(node).WithAdditionalAnnotations(Simplifier.Annotation));
}
