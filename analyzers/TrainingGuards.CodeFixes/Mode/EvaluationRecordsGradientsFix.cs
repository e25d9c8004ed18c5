using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Mode;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Holds no_grad() for the whole of a method that only evaluates, or for each round of the loop that does.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class EvaluationRecordsGradientsFix() : RuleFix(RuleIds.EvaluationRecordsGradients, "Evaluate under no_grad()")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Place(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        BlockSyntax place = Place(node, diagnostic)!;
        editor.InsertFirst(place, $"using var {StatementEdits.FreeName("noGrad", place)} = TorchSharp.torch.no_grad();");
    }

    private static BlockSyntax? Place(SyntaxNode node, Diagnostic diagnostic)
    {
        if (diagnostic.Properties.ContainsKey(EvaluationRecordsGradients.Method))
        {
            return node.Ancestors().Select(outer => outer is BaseMethodDeclarationSyntax method ? method.Body : (outer as LocalFunctionStatementSyntax)?.Body)
                .FirstOrDefault(body => body is not null);
        }
        return diagnostic.Properties.TryGetValue(EvaluationRecordsGradients.Loop, out string? loops)
            && Analyzers.Flow.Loops.Around(node, node.SyntaxTree.GetRoot()).ElementAtOrDefault(int.Parse(loops!, CultureInfo.InvariantCulture) - 1) is { } loop
            ? loop.ChildNodes().OfType<BlockSyntax>().FirstOrDefault()
            : null;
    }
}
