using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Mode;

namespace TrainingGuards.CodeFixes.Mode;

/// <summary>Puts the model into evaluation mode before the evaluation, and back where training goes on after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MissingEvalModeFix() : RuleFix(RuleIds.MissingEvalMode, "Call eval() before the evaluation")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        Model(node) is not null && Place(node, diagnostic) is { } place
        && !(TrainingFollows(diagnostic) && place is ReturnStatementSyntax);

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        ExpressionSyntax model = Model(node)!.WithoutTrivia();
        StatementSyntax place = Place(node, diagnostic)!;
        SyntaxNode member = place.Parent is GlobalStatementSyntax global ? global : place;
        SyntaxTrivia endOfLine = editor.OriginalRoot.DescendantTrivia().FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        editor.TrackNode(member);
        editor.ReplaceNode(member.Parent!, (container, _) =>
        {
            // What stands above the evaluation, a blank line or a comment, stands above eval() from now on.
            SyntaxNode current = container.GetCurrentNode(member)!;
            SyntaxTriviaList above = current.GetLeadingTrivia();
            SyntaxTriviaList indent = SyntaxFactory.TriviaList(above.Reverse().TakeWhile(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)));
            if (TrainingFollows(diagnostic))
            {
                container = container.InsertNodesAfter(current, [Call(model, "train", member, indent, endOfLine)]);
                current = container.GetCurrentNode(member)!;
            }
            container = container.InsertNodesBefore(current, [Call(model, "eval", member, above, endOfLine)]);
            return container.ReplaceNode(container.GetCurrentNode(member)!, container.GetCurrentNode(member)!.WithLeadingTrivia(indent));
        });
    }

    private static bool TrainingFollows(Diagnostic diagnostic) => diagnostic.Properties.ContainsKey(MissingEvalMode.TrainingFollows);

    /// <summary>The model as it is written in <c>model.call(x)</c>; null where writing it again might do something else.</summary>
    private static ExpressionSyntax? Model(SyntaxNode node) =>
        node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Expression is MemberAccessExpressionSyntax { Expression: var model }
        && model.DescendantNodesAndSelf().All(part => part is IdentifierNameSyntax or ThisExpressionSyntax or BaseExpressionSyntax
            or MemberAccessExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression })
            ? model
            : null;

    /// <summary>The statement to put eval() before: the evaluation, or the using around it; null where there is no place for one more statement.</summary>
    private static StatementSyntax? Place(SyntaxNode node, Diagnostic diagnostic)
    {
        int loops = int.Parse(diagnostic.Properties[MissingEvalMode.Loops]!, CultureInfo.InvariantCulture);
        IEnumerable<StatementSyntax> around = node.AncestorsAndSelf()
            .TakeWhile(ancestor => ancestor is not (LambdaExpressionSyntax { ExpressionBody: not null } or ArrowExpressionClauseSyntax))
            .OfType<StatementSyntax>();
        StatementSyntax? statement = loops == 0 ? around.FirstOrDefault() : Analyzers.Flow.Loops.Around(node, node.SyntaxTree.GetRoot()).ElementAtOrDefault(loops - 1);
        while (statement is { Parent: UsingStatementSyntax or LockStatementSyntax })
        {
            statement = (StatementSyntax)statement.Parent;
        }
        return statement is { Parent: BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax } ? statement : null;
    }

    private static SyntaxNode Call(ExpressionSyntax model, string method, SyntaxNode beside, SyntaxTriviaList leading, SyntaxTrivia endOfLine)
    {
        StatementSyntax statement = SyntaxFactory.ExpressionStatement(SyntaxFactory.InvocationExpression(
                SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, model, SyntaxFactory.IdentifierName(method))))
            .WithLeadingTrivia(leading).WithTrailingTrivia(endOfLine);
        return beside is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(statement) : statement;
    }
}
