using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes.Gradients;

/// <summary>Moves the declaration before the loop, where nothing in it belongs to the loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class OptimizerRebuiltInLoopFix() : RuleFix(RuleIds.OptimizerRebuiltInLoop, "Make it once, before the loop")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Move(node) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        (StatementSyntax statement, StatementSyntax loop) = Move(node)!.Value;
        editor.MoveOut(statement, loop);
    }

    private static (StatementSyntax Statement, StatementSyntax Loop)? Move(SyntaxNode node)
    {
        StatementSyntax? statement = node.FirstAncestorOrSelf<StatementSyntax>();
        return statement is LocalDeclarationStatementSyntax { Declaration.Variables: { Count: 1 } variables } && statement.Parent is BlockSyntax body
            && body.Parent is StatementSyntax and (CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax or DoStatementSyntax)
            && body.Parent is StatementSyntax loop && loop.IsInList()
            && !BelongsToLoop(statement, loop) && !IsNameTaken(variables[0], loop)
                ? (statement, loop)
                : null;
    }

    private static bool BelongsToLoop(StatementSyntax statement, StatementSyntax loop)
    {
        var own = loop.DescendantNodes().Where(inner => !statement.Span.Contains(inner.Span)).Select(Declared).OfType<string>().ToList();
        return statement.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => own.Contains(name.Identifier.ValueText))
            || (loop is CommonForEachStatementSyntax each && statement.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Any(name => (each as ForEachStatementSyntax)?.Identifier.ValueText == name.Identifier.ValueText));
    }

    private static bool IsNameTaken(VariableDeclaratorSyntax variable, StatementSyntax loop) => loop.Parent!.FirstAncestorOrSelf<SyntaxNode>(node => node is not GlobalStatementSyntax)!
        .DescendantNodes().Any(node => node != variable && Declared(node) == variable.Identifier.ValueText);

    private static string? Declared(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
        ForEachStatementSyntax each => each.Identifier.ValueText,
        _ => null,
    };
}
