using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace TrainingGuards.CodeFixes;

/// <summary>Edits of the arguments of a call or an object creation.</summary>
internal static class ArgumentEdits
{
    public static ArgumentListSyntax? ArgumentsOf(SyntaxNode? node) => node switch
    {
        InvocationExpressionSyntax call => call.ArgumentList,
        BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
        _ => null,
    };

    /// <summary>Gives one more argument, by name, behind the others, once; line breaks between them stay.</summary>
    public static void AddArgument(this SyntaxEditor editor, ArgumentListSyntax list, string name, ExpressionSyntax value) =>
        Append(editor, list, SyntaxFactory.Argument(SyntaxFactory.NameColon(name).WithTrailingTrivia(SyntaxFactory.Space), refKindKeyword: default, value));

    /// <summary>Gives one more argument behind the others, which are given by their places.</summary>
    public static void AppendArgument(this SyntaxEditor editor, ArgumentListSyntax list, ExpressionSyntax value) => Append(editor, list, SyntaxFactory.Argument(value));

    private static void Append(SyntaxEditor editor, ArgumentListSyntax list, ArgumentSyntax added) =>
        editor.ReplaceNode(list, (current, _) =>
        {
            SeparatedSyntaxList<ArgumentSyntax> arguments = ((ArgumentListSyntax)current).Arguments;
            // Two diagnostics may ask for one argument.
            if (added.NameColon is { Name.Identifier.ValueText: var name } && arguments.Any(argument => argument.NameColon?.Name.Identifier.ValueText == name))
            {
                return current;
            }
            SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
            return ((ArgumentListSyntax)current).WithArguments(arguments.Count == 0
                ? SyntaxFactory.SingletonSeparatedList(added)
                : SyntaxFactory.SeparatedList(arguments.Append(added), arguments.GetSeparators().Append(comma)));
        });

    /// <summary>The innermost argument that a piece of syntax is, or stands in; null where there is none.</summary>
    public static ArgumentSyntax? Around(SyntaxNode node) => node.FirstAncestorOrSelf<ArgumentSyntax>(argument => argument.Parent is ArgumentListSyntax);

    /// <summary>Whether the arguments behind it keep their meaning without it.</summary>
    public static bool CanBeRemoved(this ArgumentSyntax argument) => argument.Parent is ArgumentListSyntax { Arguments: var all }
        && all.Skip(all.IndexOf(argument) + 1).All(later => later.NameColon is not null);

    /// <summary>Takes an argument out, and the comma that goes with it.</summary>
    public static void RemoveArgument(this SyntaxEditor editor, ArgumentSyntax argument)
    {
        editor.TrackNode(argument);
        editor.ReplaceNode(argument.Parent!, (current, _) => Without((ArgumentListSyntax)current, current.GetCurrentNode(argument)!));
    }

    private static ArgumentListSyntax Without(ArgumentListSyntax list, ArgumentSyntax argument)
    {
        int index = list.Arguments.IndexOf(argument);
        if (index == 0 || index < list.Arguments.Count - 1)
        {
            return list.WithArguments(list.Arguments.RemoveAt(index));
        }
        // The comma before the last argument goes with it; a comment after that comma stays with the argument that it is about.
        SyntaxTriviaList after = list.Arguments.GetSeparator(index - 1).TrailingTrivia;
        ArgumentListSyntax shorter = list.WithArguments(list.Arguments.RemoveAt(index));
        if (!after.Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)))
        {
            return shorter;
        }
        ArgumentSyntax last = shorter.Arguments[index - 1];
        SyntaxTriviaList indent = IndentOf(list);
        return shorter.WithArguments(shorter.Arguments.Replace(last, last.WithTrailingTrivia(after)))
            .WithCloseParenToken(shorter.CloseParenToken.WithLeadingTrivia(after.Any(SyntaxKind.EndOfLineTrivia) ? indent : default));
    }

    private static SyntaxTriviaList IndentOf(SyntaxNode node)
    {
        SyntaxNode line = node.FirstAncestorOrSelf<SyntaxNode>(ancestor => ancestor is StatementSyntax or MemberDeclarationSyntax) ?? node;
        return SyntaxFactory.TriviaList(line.GetLeadingTrivia().Reverse().TakeWhile(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)));
    }
}
