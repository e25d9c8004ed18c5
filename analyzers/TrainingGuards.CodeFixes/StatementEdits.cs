using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace TrainingGuards.CodeFixes;

/// <summary>Edits of whole statements, in blocks and at the top level of a program alike.</summary>
internal static class StatementEdits
{
    /// <summary>Whether a statement can have neighbours and can go without leaving a hole: it is not the lone body of an if or a loop.</summary>
    public static bool IsInList(this StatementSyntax statement) => statement.Parent is BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax;

    /// <summary>Whether two statements stand in one list.</summary>
    public static bool IsBeside(this StatementSyntax statement, StatementSyntax other) => List(statement) == List(other);

    /// <summary>The statement in a list that is nothing but the call at a node, null for any other.</summary>
    public static ExpressionStatementSyntax? CallStatement(this SyntaxNode node) =>
        node.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.Parent is ExpressionStatementSyntax statement && statement.IsInList() ? statement : null;

    /// <summary>The call statement at a location that stands in one list with this one, null where there is none.</summary>
    public static ExpressionStatementSyntax? CallBeside(this StatementSyntax statement, Location location) =>
        location.SourceTree == statement.SyntaxTree
        && statement.SyntaxTree.GetRoot().FindNode(location.SourceSpan, getInnermostNodeForTie: true).CallStatement() is { } other
        && other.IsBeside(statement)
            ? other
            : null;

    public static void RemoveStatement(this SyntaxEditor editor, StatementSyntax statement) =>
        editor.RemoveNode(statement.Parent is GlobalStatementSyntax global ? global : statement, SyntaxRemoveOptions.KeepUnbalancedDirectives);

    /// <summary>Inserts a statement on a line of its own before another, below the comments that stand above that.</summary>
    public static void InsertBefore(this SyntaxEditor editor, StatementSyntax statement, string text)
    {
        StatementSyntax added = SyntaxFactory.ParseStatement(text)
            .WithLeadingTrivia(statement.GetLeadingTrivia())
            .WithTrailingTrivia(EndOfLine(statement))
            .WithAdditionalAnnotations(Simplifier.Annotation);
        SyntaxNode member = statement.Parent is GlobalStatementSyntax global ? global : statement;
        editor.ReplaceNode(statement, (current, _) => current.WithLeadingTrivia(
            current.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia))));
        editor.InsertBefore(member, statement.Parent is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(added) : added);
    }

    /// <summary>Moves a statement, with the comments above it, to before or after another of the same list.</summary>
    public static void Move(this SyntaxEditor editor, StatementSyntax statement, StatementSyntax beside, bool after)
    {
        SyntaxNode moved = statement.Parent is GlobalStatementSyntax outer ? outer : statement, place = beside.Parent is GlobalStatementSyntax global ? global : beside;
        static SyntaxTriviaList BlankLines(SyntaxNode node) => SyntaxFactory.TriviaList(node.GetLeadingTrivia().TakeWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)));
        static SyntaxNode With(SyntaxNode node, SyntaxTriviaList blankLines) => node.WithLeadingTrivia(
            blankLines.Concat(node.GetLeadingTrivia().SkipWhile(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))));

        editor.RemoveNode(moved, SyntaxRemoveOptions.KeepUnbalancedDirectives);
        if (after)
        {
            editor.InsertAfter(place, With(moved, blankLines: default));
        }
        else
        {
            editor.ReplaceNode(place, (current, _) => With(current, blankLines: default));
            editor.InsertBefore(place, With(moved, BlankLines(place)));
        }
    }

    /// <summary>Moves a statement out of a loop, to before it.</summary>
    public static void MoveOut(this SyntaxEditor editor, StatementSyntax statement, StatementSyntax loop)
    {
        SyntaxTrivia indent = loop.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia));
        SyntaxNode place = loop.Parent is GlobalStatementSyntax global ? global : loop;
        // What stands above the loop, a blank line or a comment, stands above the statement from now on.
        StatementSyntax moved = statement.WithLeadingTrivia(loop.GetLeadingTrivia());
        editor.RemoveNode(statement, SyntaxRemoveOptions.KeepUnbalancedDirectives);
        editor.ReplaceNode(place, (current, _) => current.WithLeadingTrivia(indent));
        editor.InsertBefore(place, place is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(moved) : moved);
    }

    /// <summary>
    /// Inserts a statement on a line of its own after another, once for each <paramref name="purpose"/>. Full names in the text are
    /// shortened to what is in scope.
    /// </summary>
    public static void InsertAfter(this SyntaxEditor editor, StatementSyntax statement, string text, string purpose)
    {
        var inserted = new SyntaxAnnotation($"{nameof(InsertAfter)} {purpose} {statement.SpanStart}");
        if (editor.GetChangedRoot().GetAnnotatedNodes(inserted.Kind!).Any())
        {
            return;
        }
        StatementSyntax added = SyntaxFactory.ParseStatement(text)
            .WithLeadingTrivia(statement.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .WithTrailingTrivia(EndOfLine(statement))
            .WithAdditionalAnnotations(Simplifier.Annotation, Formatter.Annotation, inserted);
        if (statement.Parent is GlobalStatementSyntax global)
        {
            editor.InsertAfter(global, SyntaxFactory.GlobalStatement(added));
        }
        else
        {
            editor.InsertAfter(statement, added);
        }
    }

    /// <summary>
    /// Inserts a statement on a line of its own at the beginning of a block, above the comments of its first statement, once for each text.
    /// Full names in the text are shortened to what is in scope.
    /// </summary>
    public static void InsertFirst(this SyntaxEditor editor, BlockSyntax block, string text)
    {
        StatementSyntax first = block.Statements[0];
        var inserted = new SyntaxAnnotation($"{nameof(InsertFirst)} {text} {block.SpanStart}");
        if (editor.GetChangedRoot().GetAnnotatedNodes(inserted.Kind!).Any())
        {
            return;
        }
        SyntaxTrivia end = block.OpenBraceToken.TrailingTrivia.FirstOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
        StatementSyntax added = SyntaxFactory.ParseStatement(text);
        editor.InsertBefore(first, added
            .ReplaceNodes(added.DescendantNodes().OfType<MemberAccessExpressionSyntax>(), (_, current) => current.WithAdditionalAnnotations(Simplifier.Annotation))
            .WithLeadingTrivia(first.GetLeadingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
            .WithTrailingTrivia(end.RawKind == 0 ? SyntaxFactory.Space : end)
            .WithAdditionalAnnotations(inserted));
    }

    /// <summary>A name like the wanted one that nothing in the member around a node bears.</summary>
    public static string FreeName(string wanted, SyntaxNode node)
    {
        SyntaxNode member = node.FirstAncestorOrSelf<MemberDeclarationSyntax>(outer => outer is not GlobalStatementSyntax) ?? node.SyntaxTree.GetRoot();
        var taken = new HashSet<string>(member.DescendantTokens().Select(token => token.ValueText), StringComparer.Ordinal);
        return Enumerable.Range(1, taken.Count + 1).Select(i => i == 1 ? wanted : $"{wanted}{i}").First(name => !taken.Contains(name));
    }

    private static SyntaxNode? List(StatementSyntax statement) => statement.Parent is GlobalStatementSyntax global ? global.Parent : statement.Parent;

    private static SyntaxTrivia EndOfLine(StatementSyntax statement) =>
        statement.GetTrailingTrivia().LastOrDefault(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia));
}
