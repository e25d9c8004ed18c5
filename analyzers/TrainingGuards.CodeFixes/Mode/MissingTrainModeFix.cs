using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Mode;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Calls train() before the loop over batches, or before the training pass where eval() is called in the same loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingTrainModeFix() : RuleFix(RuleIds.MissingTrainMode, "Call train() before the training pass")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) => Model(node) is not null && Place(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic) =>
        editor.InsertBefore(Place(node, diagnostic)!, $"{Model(node)!.WithoutTrivia()}.train();");

    /// <summary>The model as it is written, null where writing it again might do something else.</summary>
    private static ExpressionSyntax? Model(SyntaxNode node) => (node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression as MemberAccessExpressionSyntax)?.Expression switch
    {
        IdentifierNameSyntax model => model,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } model => model,
        _ => null,
    };

    private static StatementSyntax? Place(SyntaxNode node, Diagnostic diagnostic)
    {
        bool isBeforeLoop = diagnostic.Properties.TryGetValue(MissingTrainMode.BeforeLoop, out string? before) && before is not null;
        StatementSyntax? statement = isBeforeLoop
            ? Analyzers.Flow.Loops.Around(node, node.SyntaxTree.GetRoot()).FirstOrDefault()
            : node.FirstAncestorOrSelf<StatementSyntax>();
        while (statement is { Parent: UsingStatementSyntax })
        {
            statement = (StatementSyntax)statement.Parent;
        }
        return statement is not null && statement.IsInList() ? statement : null;
    }
}
