using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using TrainingGuards.Analyzers;
using TrainingGuards.Analyzers.Modules;

namespace TrainingGuards.CodeFixes.Modules;

/// <summary>Makes the field a ModuleList, in its type and in its initialiser.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UnregisteredModuleCollectionFix() : RuleFix(RuleIds.UnregisteredModuleCollection, "Use a ModuleList")
{
    // The syntax of collection expressions is younger than the compiler that this is built against.
    private const string CollectionExpression = "CollectionExpressionSyntax";

    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        TypeOf(diagnostic) is not null && node is VariableDeclaratorSyntax { Initializer.Value: { } value } && ItemsOf(value) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is not VariableDeclaratorSyntax { Initializer.Value: { } value, Parent: VariableDeclarationSyntax { Type: { } type } } || TypeOf(diagnostic) is not { } name
            || ItemsOf(value) is not { } items)
        {
            return;
        }
        TypeSyntax list = SyntaxFactory.ParseTypeName(name).WithAdditionalAnnotations(Simplifier.Annotation);
        editor.ReplaceNode(type, list.WithTriviaFrom(type));
        ArgumentListSyntax arguments = SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(items.Select(item => SyntaxFactory.Argument(item.WithoutTrivia()))));
        ExpressionSyntax creation = value is ObjectCreationExpressionSyntax
            ? SyntaxFactory.ObjectCreationExpression(list, arguments, initializer: null)
            : SyntaxFactory.ImplicitObjectCreationExpression(arguments, initializer: null);
        editor.ReplaceNode(value, creation.NormalizeWhitespace().WithTriviaFrom(value));
    }

    private static string? TypeOf(Diagnostic diagnostic) => diagnostic.Properties.TryGetValue(UnregisteredModuleCollection.Registering, out string? type) ? type : null;

    /// <summary>The items that a list is made with, null where they are not written one by one.</summary>
    private static IReadOnlyList<ExpressionSyntax>? ItemsOf(ExpressionSyntax value)
    {
        IReadOnlyList<ExpressionSyntax>? items = value switch
        {
            BaseObjectCreationExpressionSyntax creation => creation.Initializer?.Expressions ?? (IReadOnlyList<ExpressionSyntax>)[],
            ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions,
            ArrayCreationExpressionSyntax { Initializer: { } initializer } => initializer.Expressions,
            InitializerExpressionSyntax initializer => initializer.Expressions,
            { } other when other.GetType().Name == CollectionExpression => [.. other.ChildNodes().Select(element => element.ChildNodes().FirstOrDefault()).OfType<ExpressionSyntax>()],
            _ => null,
        };
        bool isSpread = value.ChildNodes().Any(child => child.GetType().Name == "SpreadElementSyntax");
        bool isPlain = items is not null && !isSpread && items.All(item => item is not (InitializerExpressionSyntax or AssignmentExpressionSyntax))
            && !value.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia));
        return isPlain ? items : null;
    }
}
