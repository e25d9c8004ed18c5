using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Leaves the seed out: each enumeration draws an order of its own.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class RepeatedShuffleOrderFix() : RuleFix(RuleIds.RepeatedShuffleOrder, "Leave the seed out: another order in every epoch")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => ArgumentEdits.Around(node) is { } seed && seed.CanBeRemoved();

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) => editor.RemoveArgument(ArgumentEdits.Around(node)!);
}
