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

/// <summary>Declares the field as a Parameter, and makes its value one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class TensorInsteadOfParameterFix() : RuleFix(RuleIds.TensorInsteadOfParameter, "Make it a Parameter")
{
    private protected override bool CanFix(SyntaxNode node, Diagnostic diagnostic) =>
        diagnostic.Properties.TryGetValue(TensorInsteadOfParameter.IsInitialised, out string? isInitialised) && isInitialised is not null && CreationOf(node, diagnostic) is not null;

    private protected override void Fix(SyntaxEditor editor, SyntaxNode node, Diagnostic diagnostic)
    {
        if (node is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type: var type } } || CreationOf(node, diagnostic) is not { } creation)
        {
            return;
        }
        editor.ReplaceNode(type, SyntaxFactory.ParseTypeName("TorchSharp.Modules.Parameter").WithAdditionalAnnotations(Simplifier.Annotation).WithTriviaFrom(type));
        ExpressionSyntax factory = SyntaxFactory.ParseExpression("TorchSharp.torch.nn.Parameter").WithAdditionalAnnotations(Simplifier.Annotation);
        editor.ReplaceNode(creation, SyntaxFactory.InvocationExpression(
            factory, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(WithoutRequirement(creation).WithoutTrivia())))).WithTriviaFrom(creation));
    }

    private static InvocationExpressionSyntax? CreationOf(SyntaxNode node, Diagnostic diagnostic) =>
        node.SyntaxTree == diagnostic.AdditionalLocations[0].SourceTree
            ? node.SyntaxTree.GetRoot().FindNode(diagnostic.AdditionalLocations[0].SourceSpan, getInnermostNodeForTie: true) as InvocationExpressionSyntax
            : null;

    // A Parameter requires a gradient by itself.
    private static ExpressionSyntax WithoutRequirement(InvocationExpressionSyntax creation)
    {
        if (creation.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "requires_grad_", Expression: var tensor })
        {
            return tensor;
        }
        ArgumentSyntax? flag = creation.ArgumentList.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == "requires_grad");
        return flag is null ? creation : creation.WithArgumentList(creation.ArgumentList.WithArguments(creation.ArgumentList.Arguments.Remove(flag)));
    }
}
