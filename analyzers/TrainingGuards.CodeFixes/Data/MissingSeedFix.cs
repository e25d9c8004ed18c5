using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Data;

/// <summary>Seeds the generator before anything else.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingSeedFix() : RuleFix(RuleIds.MissingSeed, "Seed the generator first")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => FirstStatement(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.InsertBefore(FirstStatement(node)!, "global::TorchSharp.torch.manual_seed(0);");

    private static StatementSyntax? FirstStatement(SyntaxNode node) =>
        node.FirstAncestorOrSelf<SyntaxNode>(outer => outer is BaseMethodDeclarationSyntax or CompilationUnitSyntax) switch
        {
            BaseMethodDeclarationSyntax method => method.Body?.Statements.FirstOrDefault(),
            CompilationUnitSyntax unit => unit.Members.OfType<GlobalStatementSyntax>().FirstOrDefault()?.Statement,
            _ => null,
        };
}
