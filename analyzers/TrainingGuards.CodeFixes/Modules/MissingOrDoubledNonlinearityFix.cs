using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Modules;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Takes the second of two equal activations out. Which activation is missing between two layers, nobody can say.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingOrDoubledNonlinearityFix() : RuleFix(RuleIds.MissingOrDoubledNonlinearity, "Remove the second activation")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        Property(diagnostic, MissingOrDoubledNonlinearity.IsDoubled) is not null && LayerRemoval.IsPossible(node, Property(diagnostic, MissingOrDoubledNonlinearity.Input));

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        LayerRemoval.Remove(editor, node, Property(diagnostic, MissingOrDoubledNonlinearity.Input));

    private static string? Property(Diagnostic diagnostic, string name) => diagnostic.Properties.TryGetValue(name, out string? value) ? value : null;
}
