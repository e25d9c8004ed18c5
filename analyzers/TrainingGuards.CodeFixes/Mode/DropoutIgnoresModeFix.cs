using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Mode;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Tells the function the module's mode.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class DropoutIgnoresModeFix() : RuleFix(RuleIds.DropoutIgnoresMode, "Pass the module's mode")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => TakesMode(diagnostic) ? ArgumentEdits.ArgumentsOf(node) is not null : Probability(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (TakesMode(diagnostic))
        {
            editor.AddArgument(ArgumentEdits.ArgumentsOf(node)!, "training", SyntaxFactory.IdentifierName("training"));
        }
        else if (Probability(node) is { } p)
        {
            editor.ReplaceNode(p, SyntaxFactory.ParseExpression($"training ? {p.WithoutTrivia()} : 0").WithTriviaFrom(p));
        }
    }

    private static bool TakesMode(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(DropoutIgnoresMode.TakesMode, out string? takes) && takes is not null;

    private static ExpressionSyntax? Probability(SyntaxNode node) =>
        ArgumentEdits.ArgumentsOf(node)?.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == "p")?.Expression;
}
