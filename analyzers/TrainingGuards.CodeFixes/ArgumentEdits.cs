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
}
