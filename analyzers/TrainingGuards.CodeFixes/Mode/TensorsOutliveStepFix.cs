using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Mode;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Opens a dispose scope at the beginning of each round.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class TensorsOutliveStepFix() : RuleFix(RuleIds.TensorsOutliveStep, "Open a dispose scope in the loop")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(TensorsOutliveStep.StaysInside, out string? stays) && stays is not null && Body(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        BlockSyntax body = Body(node)!;
        editor.InsertFirst(body, $"using var {StatementEdits.FreeName("scope", body)} = TorchSharp.torch.NewDisposeScope();");
    }

    private static BlockSyntax? Body(SyntaxNode node) =>
        node.FirstAncestorOrSelf<StatementSyntax>(statement => statement is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax)?
            .ChildNodes().OfType<BlockSyntax>().FirstOrDefault();
}
