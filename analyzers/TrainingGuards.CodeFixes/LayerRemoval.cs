using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using TrainingGuards.Analyzers;

namespace TrainingGuards.CodeFixes;

/// <summary>Takes a layer out of a list of layers, or a call out of the expression that it is applied in.</summary>
internal static class LayerRemoval
{
    /// <summary>Whether it can go without leaving a hole.</summary>
    /// <param name="node">The creation of a layer in a list, or a call.</param>
    /// <param name="input">Where the input of a call stands, <see cref="ActivationBeforeLoss.Receiver"/> or the first argument; null for a layer in a list.</param>
    public static bool IsPossible(SyntaxNode node, string? input) =>
        InputOf(node, input) is not null || AppendOf(node) is not null || ElementOf(node) is { Parent: ArgumentListSyntax { Arguments.Count: > 1 } };

    public static void Remove(SyntaxEditor editor, SyntaxNode node, string? where)
    {
        if (InputOf(node, where) is { } input)
        {
            editor.ReplaceNode(node, Unwrapped(input, node).WithTriviaFrom(node));
        }
        else if (AppendOf(node) is { Expression: MemberAccessExpressionSyntax { Expression: var before } } append)
        {
            editor.ReplaceNode(append, before.WithTrailingTrivia(append.GetTrailingTrivia()));
        }
        else if (ElementOf(node) is { } element)
        {
            editor.RemoveArgument(element);
        }
    }

    /// <summary>The argument that the layer is, with a name or without; null where it is none.</summary>
    private static ArgumentSyntax? ElementOf(SyntaxNode node) => node.Parent switch
    {
        ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: ArgumentSyntax { Parent: ArgumentListSyntax } named } } => named,
        ArgumentSyntax { Parent: ArgumentListSyntax } plain => plain,
        _ => null,
    };

    /// <summary>The append that adds the layer, null where none does.</summary>
    private static InvocationExpressionSyntax? AppendOf(SyntaxNode node) =>
        node.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "append" } } append }
            ? append
            : null;

    /// <summary>What a function or a layer's call is applied to, null for the creation of a layer.</summary>
    private static ExpressionSyntax? InputOf(SyntaxNode node, string? where) => node is not InvocationExpressionSyntax call || where is null ? null
        : where == ActivationBeforeLoss.Receiver ? (call.Expression as MemberAccessExpressionSyntax)?.Expression
        : call.ArgumentList.Arguments.FirstOrDefault(argument => argument.NameColon is null)?.Expression;

    private static ExpressionSyntax Unwrapped(ExpressionSyntax input, SyntaxNode place) =>
        input is ParenthesizedExpressionSyntax { Expression: var inner }
        && place.Parent is ReturnStatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax or AssignmentExpressionSyntax or ArgumentSyntax
            ? inner
            : input;
}
